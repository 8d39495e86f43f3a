"""Clauses 3.1.2 and 3.1.3 where an exchange tells of calls: scenario 7, and what is spoken is written down."""

from datetime import datetime, timedelta

import pytest

from chengnuo.claims.models import Claim
from chengnuo.hotline import rules
from chengnuo.hotline.actions import register_ring
from chengnuo.hotline.models import Call
from chengnuo.ledger.check import check
from tests.cast import Cast
from tests.hotline.exchange import KNOWN, an_exchange, attempts, on_duty
from tests.hotline.world import MINUTE, SECOND, at, do, duties, fates, turn
from tests.procedure.conftest import Person
from tests.procedure.test_hotline import Who

NIGHT = at("09-21 02:10")


@pytest.mark.clause("3.1.2", good=True)
def test_a_call_at_0210_that_rings_unanswered_everywhere_is_called_back_and_its_loss_was_reported_at_0210(
    person: Who, cast: Cast
) -> None:
    """Scenario 7."""
    exchange = an_exchange(cast, now=NIGHT)
    on_duty(cast, start=at("09-20 22:00"))
    exchange.says("ringing", NIGHT)
    for seconds in range(0, 320, 20):
        turn(NIGHT + seconds * SECOND)
    call = Call.objects.get()
    assert (call.number, call.state, call.rang_at) == ("DH-SU-26-0001", "call_back_owed", NIGHT)
    assert attempts(call) == [
        ("primary", "zhoumin", "unanswered"),
        ("backup", "lize", "unanswered"),
        ("other", "luyao", "unanswered"),
        ("centre", None, "unanswered"),
    ]
    assert [(one.at - NIGHT).total_seconds() for one in call.attempts.all()] == [0, 20, 40, 60]
    assert fates(call) == [("call_back", "open", False)]
    lize: Person = person("lize")
    back = NIGHT + 15 * MINUTE
    told = {
        "kinds": ["loss"],
        "content": "一楼进水",
        "answer": "已报案",
        "cases": [{"kind": "loss", "account": "一楼进水"}],
    }
    lize.manages(back, f"calls/{call.pk}/call-back", at=back, reached=True, **told)
    assert fates(call, "call_back_a_missed_call") == [("call_back", "met", False)]
    claim = Claim.objects.get()
    assert (claim.reported_at, claim.reporter_phone) == (NIGHT, KNOWN)
    assert check()[0] == []


@pytest.mark.clause("3.1.2", good=False)
def test_rung_out_and_called_back_a_second_late_it_is_breached(person: Who, cast: Cast) -> None:
    exchange = an_exchange(cast, now=NIGHT)
    exchange.says("ringing", NIGHT)
    exchange.says("hangup", NIGHT + 30 * SECOND)
    call = Call.objects.get()
    late = NIGHT + 15 * MINUTE + SECOND
    turn(late)
    person("zhoumin").manages(late, f"calls/{call.pk}/call-back", at=late, reached=False)
    assert fates(call, "call_back_a_missed_call") == [("call_back", "met", True)]


def answered(cast: Cast, rang: datetime) -> Call:
    exchange = an_exchange(cast, now=rang)
    on_duty(cast, start=rang - timedelta(hours=1))
    exchange.says("ringing", rang)
    exchange.says("answered", rang + 5 * SECOND, extension="8001")
    exchange.says("hangup", rang + 65 * SECOND)
    return Call.objects.get()


@pytest.mark.clause("3.1.3", good=True)
def test_what_was_said_is_written_down_exactly_thirty_minutes_after_the_call(cast: Cast) -> None:
    call = answered(cast, NIGHT)
    due = NIGHT + 65 * SECOND + 30 * MINUTE
    turn(due)
    do(register_ring, call, by=cast.zhoumin, content="问理赔", answer="已说明", now=due)
    call.refresh_from_db()
    assert (call.state, call.operator) == ("closed", cast.zhoumin)
    assert fates(call, rules.write_down_what_was_said.__name__)[-1] == ("entry", "met", False)


@pytest.mark.clause("3.1.3", good=False)
def test_a_second_later_nobody_having_written_it_down_is_a_breach_of_who_spoke(cast: Cast) -> None:
    call = answered(cast, NIGHT)
    turn(NIGHT + 65 * SECOND + 30 * MINUTE + SECOND)
    turn(NIGHT + timedelta(hours=1))
    one = duties(call, "write_down_what_was_said")[-1]
    assert (one.key, one.state, one.breached_at, one.owner_id) == (
        "entry",
        "open",
        NIGHT + 65 * SECOND + 30 * MINUTE,
        cast.zhoumin.pk,
    )


def test_without_a_hang_up_the_entry_is_owed_four_hours_after_the_answer(cast: Cast) -> None:
    exchange = an_exchange(cast, now=NIGHT)
    exchange.says("ringing", NIGHT)
    exchange.says("answered", NIGHT, extension="8001")
    call = Call.objects.get()
    assert fates(call) == [("entry_of_open_end", "waiting", False)]
    turn(NIGHT + timedelta(hours=4))
    assert fates(call) == [("entry_of_open_end", "open", False)]
    call.ring.refresh_from_db()
    assert call.ring.is_open is False
