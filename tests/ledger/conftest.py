"""Rules registered for one test only."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chengnuo.ledger import ladder, loop, obligations
from chengnuo.ledger.obligations import Facts, Owed
from chengnuo.people.models import Unit
from tests.ledger.world import TERM, make_unit


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule, occasion, ladder or teller but those that the test registers; all as before afterwards."""
    for name in ("RULES", "OCCASIONS"):
        monkeypatch.setattr(obligations, name, {})
    monkeypatch.setattr(loop, "OCCASIONS", obligations.OCCASIONS)
    monkeypatch.setattr(loop, "_filled", {})
    monkeypatch.setattr(ladder, "_told", [])
    monkeypatch.setattr(ladder, "_tellers", [])


@pytest.fixture
def unit(db: None, no_rules: None) -> Unit:
    return make_unit()


@pytest.fixture
def owes(no_rules: None) -> Callable[..., None]:
    """A rule on units: while the phone is `wanted`, an answer is owed within four hours of when it was asked."""

    def register(*, sticky: bool = True, opens_in: timedelta | None = None) -> None:
        @obligations.obligation("3.1.5", of=Unit, met_by=obligations.verbs("unit.answered"), sticky=sticky)
        def answer_in_four_hours(unit: Unit, facts: Facts) -> Owed | None:
            """Four hours from the event."""
            if unit.phone != "wanted":
                return None
            opens = facts.now + opens_in if opens_in else None
            return Owed("", "答复%(name)s", (opens or facts.now) + TERM, args={"name": unit.name}, opens_at=opens)

    return register


@pytest.fixture
def told(no_rules: None) -> list[tuple[str, int, list[int]]]:
    """What the loop told: (what, rung, people); on every rung stands the person 100 + rung."""
    spoken: list[tuple[str, int, list[int]]] = []
    ladder.set_ladder(lambda asked, now: [[100 + rung] for _duty, rung in asked])
    ladder.on_moment(lambda said, now: spoken.extend((m.what, m.rung, whom) for _duty, m, whom in said))
    return spoken
