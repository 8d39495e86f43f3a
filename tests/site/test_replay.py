"""Three days of a hotline, played through the API: every total of tests/data/README.md comes out."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chengnuo.claims.models import Claim
from chengnuo.clients.models import Client, Phone, Policy, Site
from chengnuo.complaints.models import Complaint
from chengnuo.hotline.figures import outcome
from chengnuo.hotline.models import Call, CallState, Promise, PromiseState
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation, TrailEvent
from chengnuo.ledger.models.duties import State
from chengnuo.site.replay.play import Played, play
from chengnuo.site.replay.story import Unreadable, read
from chengnuo.site.replay.totals import Totals, totals
from chengnuo.visits.models import Visit

DATA = Path(__file__).parents[1] / "data"
UNTIL = datetime(2026, 10, 10, tzinfo=ZONE)
HOLIDAY = "first time in the holiday 10-01 to 10-07"
# How README.md says what the product, which knows no 10-09, says in general.
IN_GENERAL = {
    "of the moved: no answer, new time after 10-09": "of the moved: no answer, new time ahead",
    "of the unanswered: first time after 10-09": "of the unanswered: first time ahead",
    HOLIDAY: "first time in a holiday",
}


def test_the_days_give_every_total_of_their_readme_and_nothing_changes_when_they_are_played_again(db: None) -> None:
    story = read(DATA)
    played = play(story, until=UNTIL, say=lambda _line: None)
    found = totals([call["id"] for call in played.calls.values()], UNTIL)

    the_tables_agree(found)
    the_clients_are_as_recorded()
    the_hours_and_nights_agree(played)
    which_ones_agree(played)
    the_refused_are_those_that_do_not_count(played)
    the_duties_tell_the_same(played)
    every_case_is_opened_from_its_call()
    assert check()[0] == []

    before = what_there_is()
    again = play(story, until=UNTIL, say=lambda _line: None)
    assert {name: call["id"] for name, call in again.calls.items()} == ids(played)
    assert what_there_is() == before


def the_tables_agree(found: Totals) -> None:
    said = tables()
    calls, promises = said[0], said[1]
    known, unknown = calls.pop("client known / unknown").split(" / ")
    calls |= {"client known": known, "client unknown": unknown}
    assert found.calls == {name: int(count) for name, count in calls.items()}
    assert found.promises == {IN_GENERAL.get(name, name): int(count) for name, count in promises.items()}
    lines = {name: tuple(map(int, row.split("|"))) for name, row in said[2].items() if name != "line"}
    assert found.lines == lines


def tables() -> list[dict[str, str]]:
    """The tables after "Totals a correct system arrives at": first cell → the rest."""
    text = (DATA / "README.md").read_text("utf-8")
    text = text[text.index("## Totals") : text.index("## Which ones")]
    found: list[dict[str, str]] = []
    for block in text.split("\n\n"):
        rows = [row.strip("| ") for row in block.splitlines() if row.startswith("|") and not row.startswith("|---")]
        if rows:
            found.append({name.strip(): rest.strip() for name, _bar, rest in (row.partition("|") for row in rows)})
    return found


def the_clients_are_as_recorded() -> None:
    assert Counter(Client.objects.values_list("kind", flat=True)) == {"company": 50, "person": 24, "association": 6}
    ticks = Client.objects.values_list("key", "large", "high_risk")
    assert [sum(column) for column in zip(*ticks, strict=True)] == [5, 8, 3]
    assert (Site.objects.count(), Policy.objects.count()) == (83, 275)
    branches = Counter(Client.objects.values_list("unit__code", flat=True))
    said = "SU 12, SH 9, SZ 8, BJ 7, GZ 7, HZ 7, NJ 6, CD 6, WH 6, XA 4, CQ 4, QD 4"
    assert branches == {code: int(count) for code, count in (one.split() for one in said.split(", "))}
    of_two = Phone.objects.get(digits="13800001055").contact  # One contact who works for two clients.
    assert sorted(of_two.positions.values_list("client__name", flat=True)) == [
        "常熟虞尚服饰有限公司",
        "苏州阳澄渔歌餐饮管理有限公司",
    ]


def the_hours_and_nights_agree(played: Played) -> None:
    calls = list(Call.objects.filter(pk__in=ids(played).values()))
    hours = Counter(call.rang_at.astimezone(ZONE).hour for call in calls)
    said = "00: 1, 02: 1, 07: 9, 08: 18, 09: 30, 10: 33, 11: 30, 12: 24, 13: 27, 14: 27, 15: 27, 16: 24, 17: 18, 18: 12, 19: 9, 20: 9, 23: 1"
    assert hours == {int(hour): int(count) for hour, count in (one.split(": ") for one in said.split(", "))}
    night = [call for call in calls if not 7 <= call.rang_at.astimezone(ZONE).hour < 18]
    for some, expected in ((night, (33, 14, 5)), ([call for call in calls if call not in night], (267, 52, 14))):
        losses = sum("loss" in call.kinds for call in some)
        assert (len(some), losses, sum(not call.at_first_ring for call in some)) == expected


def which_ones_agree(played: Played) -> None:
    """The lists of README.md, by the ids of the data."""
    said = lists()
    by_pk = {pk: name for name, pk in ids(played).items()}
    calls = {by_pk[call.pk]: call for call in Call.objects.filter(pk__in=by_pk)}
    promises = {by_pk[one.call_id]: one for one in Promise.objects.filter(call__in=by_pk)}
    outcomes: dict[str, set[str]] = defaultdict(set)
    for name, promise in promises.items():
        outcomes[outcome(promise)].add(name)
    for which in ("late", "moved", "withdrawn", "unanswered"):
        assert outcomes[which] == said[which]
    moved = {name: promises[name] for name in outcomes["moved"]}

    def those(asked: dict[str, Promise], *states: str) -> set[str]:
        return {name for name, promise in asked.items() if promise.state in states}

    assert said["unanswered, not yet due"] == {n for n in outcomes["unanswered"] if promises[n].by > UNTIL}
    assert said["moved twice"] == {name for name, promise in moved.items() if promise.times_moved == 2}
    assert said["moved, answered after the new time"] == those(moved, PromiseState.MOVED_LATE)
    assert said["moved, not answered"] == those(moved, PromiseState.MOVED)
    earlier = {
        n for n, one in moved.items() if one.by < one.first_by and one.answered_at and one.answered_at <= one.first_by
    }
    assert said["moved to an earlier time and answered before the first time"] == earlier
    first, second = timedelta(minutes=15), timedelta(seconds=1)
    after = {name: call.called_back_at - call.rang_at for name, call in calls.items() if call.called_back_at}
    missed = {name for name, call in calls.items() if call.was_missed}
    assert said["overflow"] == {n for n, call in calls.items() if not call.at_first_ring and n not in missed}
    assert said["called back in time"] == {name for name, took in after.items() if took <= first}
    assert said["called back late"] == {name for name, took in after.items() if took > first}
    assert said["never called back"] == missed - set(after)
    assert said["called back after exactly 15:00"] == {
        name for name, took in after.items() if took in {first, first + second}
    }
    by = {name: one.answered_at - one.first_by for name, one in promises.items() if one.answered_at}
    assert said["answered exactly at the promised second (kept)"] == {n for n, gap in by.items() if not gap}
    assert said["answered one second late"] == {name for name, gap in by.items() if gap == second}
    days = {name: promise.first_by.astimezone(ZONE) for name, promise in promises.items()}
    assert said["first promised time in the holiday"] == {
        name for name, day in days.items() if (day.month, day.day) in {(10, at) for at in range(1, 8)}
    }


def lists() -> dict[str, set[str]]:
    """`- what: id, id` of the part "Which ones"."""
    text = (DATA / "README.md").read_text("utf-8")
    text = text[text.index("## Which ones") : text.index("## Stories")]
    found = {}
    for line in text.splitlines():
        if line.startswith("- "):
            what, _colon, rest = line[2:].partition(": ")
            words = rest.replace(";", " ").replace(",", " ").split()
            found[what] = {word.strip(" .,") for word in words if word[:2].isupper() and word.count("-") == 2}
    return found


def the_refused_are_those_that_do_not_count(played: Played) -> None:
    assert {(act.call["id"], act.name, reply.status, reply.body["code"]) for act, reply in played.refused} == {
        ("GZ-20260928-007", "move", 422, "no_word"),
        ("GZ-20260929-003", "move", 409, "promise_due"),
        ("SU-20260930-016", "withdraw", 422, "no_word"),
    }


def the_duties_tell_the_same(played: Played) -> None:
    back = Obligation.objects.filter(rule="hotline.call_back_a_missed_call")
    assert fates(back) == {(State.MET, False): 8, (State.MET, True): 3, (State.OPEN, True): 3}
    answers = Obligation.objects.filter(rule="hotline.answer_by_the_promised_time")
    # 137 promises and 10 moves that count (one moved twice): a move withdraws one duty and opens the next.
    assert fates(answers) == {
        (State.MET, False): 103 + 4,  # Kept, and moved and answered by the new time.
        (State.MET, True): 15 + 1,  # Late, and moved and answered after the new time.
        (State.WITHDRAWN, False): 4 + 10,
        (State.OPEN, True): 5 + 1,  # Overdue by the first time, and by the new one.
        (State.OPEN, False): 1 + 3,  # Due after the end.
    }
    replies = Obligation.objects.filter(rule="hotline.no_request_is_evaded")
    registered = Call.objects.filter(state=CallState.REGISTERED).values_list("pk", flat=True)
    assert set(replies.values_list("subject_pk", flat=True)) == set(registered)
    names = {name for name, pk in ids(played).items() if pk in set(registered)}
    assert len(names) == 13 - 4  # Four were missed and never spoken to.
    assert fates(replies) == {(State.OPEN, True): 9}


def fates(duties: object) -> dict[tuple[str, bool], int]:
    return dict(Counter((duty.state, duty.breached_at is not None) for duty in duties))  # type: ignore[attr-defined]


def every_case_is_opened_from_its_call() -> None:
    assert (Visit.objects.count(), Complaint.objects.count(), Claim.objects.count()) == (56, 25, 66)


def ids(played: Played) -> dict[str, int]:
    return {name: call["id"] for name, call in played.calls.items()}


def what_there_is() -> tuple[object, ...]:
    """All but the keys to the API, of which every play makes its own."""
    events = TrailEvent.objects.exclude(verb="staff.token_made")
    duties = Obligation.objects.order_by("pk").values_list("pk", "state", "due", "breached_at", "ended_at", "next_at")
    return (events.count(), Call.objects.count(), Promise.objects.count(), Client.objects.count(), list(duties))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "clients.jsonl").write_text("")
    (tmp_path / "calls.jsonl").write_text("")
    return tmp_path


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"id": "X"}', '{"hung_up_at": 7, "later": []}', "\ufeff"])
def test_a_line_that_is_no_call_is_named_with_its_file(folder: Path, line: str) -> None:
    (folder / "calls.jsonl").write_text(line)
    with pytest.raises(Unreadable, match=r"calls\.jsonl"):
        read(folder)


def test_a_folder_without_a_story_is_refused_in_words(db: None, folder: Path) -> None:
    with pytest.raises(CommandError, match="holds no call"):
        call_command("replay", str(folder))
    with pytest.raises(CommandError, match="offset"):
        call_command("replay", str(DATA), "--until", "2026-10-10")
