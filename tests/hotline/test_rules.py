"""What clauses 2.3 and 3.1 demand, at the boundaries; no database."""

from datetime import date, timedelta

import pytest

from chengnuo.hotline import rules
from chengnuo.hotline.actions.promises import _keeping
from chengnuo.hotline.models import Call, CallState, Channel, NoReply, Promise, PromiseState
from chengnuo.ledger.books import Rulebook
from chengnuo.ledger.calendar import Calendar
from chengnuo.ledger.models import ParameterVersion
from chengnuo.ledger.obligations import Facts
from tests.hotline.world import MINUTE, NOW, SECOND, at

HOLIDAY = {date(2026, 10, day): ("holiday", "国庆节") for day in range(1, 8)}
CALENDAR = Calendar({**HOLIDAY, date(2026, 10, 10): ("makeup", "")}, {2026: 1})
FIGURES = {
    "call_back.due": (15, "minutes"),
    "case.taken_on": (240, "working_minutes"),
    "call.written_down": (30, "minutes"),
    "interim_reply.every": (3, "working_days"),
}
BOOK = Rulebook(
    {
        key: [ParameterVersion(pk=1, key=key, number=1, value=value, unit=unit, in_force_from=at("01-01 00:00"))]
        for key, (value, unit) in FIGURES.items()
    },
    CALENDAR,
)


def facts(now=NOW):
    return Facts(now, None, BOOK)


def missed(**more):
    return Call(**{"rang_at": NOW, "state": CallState.CALL_BACK_OWED, "caller_digits": "13800001021", **more})


# 3.1.2


def test_a_missed_call_is_called_back_15_minutes_after_it_rang_whenever_it_was_entered():
    owed = rules.call_back_a_missed_call(missed(), facts(NOW + timedelta(hours=5)))
    assert (owed.key, owed.due, owed.args) == ("call_back", NOW + 15 * MINUTE, {"caller": "138****1021"})


@pytest.mark.parametrize(
    "call",
    [
        missed(answered_at=NOW),
        missed(called_back_at=NOW),
        missed(channel=Channel.MAIL),
        missed(state=CallState.VOID),
    ],
    ids=["answered", "called back", "no telephone call", "voided"],
)
def test_no_other_call_is_called_back(call):
    assert rules.call_back_a_missed_call(call, facts()) is None


def test_a_withheld_number_is_still_owed_a_call_back():
    assert rules.call_back_a_missed_call(missed(caller_digits=""), facts()).args == {"caller": "未显号码"}


# 2.3


def registered(**more):
    return Call(**{"rang_at": NOW, "registered_at": NOW, "state": CallState.REGISTERED, **more})


@pytest.mark.parametrize(
    "written, due",
    [
        ("09-28 14:36", "09-29 10:06"),  # 2 h 54 min of today's office hours, 1 h 6 min of tomorrow's
        ("09-30 17:30", "10-08 13:00"),
        ("10-03 02:10", "10-08 13:00"),
    ],
)
def test_a_request_is_replied_to_within_four_working_hours(written, due):
    owed = rules.no_request_is_evaded(registered(registered_at=at(written)), facts())
    assert (owed.key, owed.due) == ("reply", at(due))


@pytest.mark.parametrize(
    "call",
    [registered(answer="明天到期"), registered(no_reply_because=NoReply.SILENCE), registered(state=CallState.CLOSED)],
)
def test_no_reply_is_owed_where_one_is_on_file(call):
    assert rules.no_request_is_evaded(call, facts()) is None


# 3.1.5


def promise(first_by, **more):
    given = {"first_by": first_by, "by": first_by, "last_word_at": NOW, "to_whom": "陈月琴", "what": "查到期日"}
    return Promise(**{**given, **more})


def test_a_promise_is_owed_by_its_very_second_and_rolls_over_no_holiday():
    by = at("10-03 15:00:01")
    owed = rules.answer_by_the_promised_time(promise(by), facts())
    assert (owed.key, owed.due) == ("by0", by)


def test_a_moved_promise_is_another_duty_by_its_new_time():
    owed = rules.answer_by_the_promised_time(
        promise(NOW, by=at("10-09 10:00"), times_moved=2, state=PromiseState.MOVED), facts()
    )
    assert (owed.key, owed.due, owed.inputs["首次承诺"]) == ("by2", at("10-09 10:00"), NOW.isoformat())


@pytest.mark.parametrize("state", [state for state in PromiseState if state not in {"open", "moved"}])
def test_nothing_is_owed_on_a_promise_that_is_over(state):
    over = promise(at("10-20 10:00"), state=state)
    assert rules.answer_by_the_promised_time(over, facts()) is rules.tell_how_it_stands(over, facts()) is None


@pytest.mark.parametrize(
    "by, owed",
    [("10-08 23:59:59", False), ("10-09 00:00", False), ("10-09 00:00:01", True)],
)
def test_an_interim_word_is_owed_only_before_the_promised_time(by, owed):
    """Three working days from Monday 09-28: Tuesday, Wednesday and, over the holiday, 10-08; they end at its 24:00."""
    said = rules.tell_how_it_stands(promise(at(by), last_word_at=at("09-28 14:36")), facts())
    assert (said is not None) is owed
    if owed:
        assert said.due == at("10-09 00:00")


# The presets


def preset_times(now):
    return [(one.label, one.at.strftime("%m-%d %H:%M")) for one in rules.presets(at(now), CALENDAR)]


@pytest.mark.parametrize(
    "now, expected",
    [
        ("09-28 14:36", [("今天下班前", "09-28 17:30"), ("明天 10:00", "09-29 10:00"), ("3个工作日", "10-08 17:30")]),
        (
            "09-28 17:19:59",
            [("今天下班前", "09-28 17:30"), ("明天 10:00", "09-29 10:00"), ("3个工作日", "10-08 17:30")],
        ),
        ("09-28 17:20", [("下个工作日", "09-29 17:30"), ("明天 10:00", "09-29 10:00"), ("3个工作日", "10-08 17:30")]),
        ("09-30 18:00", [("下个工作日", "10-08 17:30"), ("明天 10:00", "10-01 10:00"), ("3个工作日", "10-10 17:30")]),
        ("10-02 09:00", [("下个工作日", "10-08 17:30"), ("明天 10:00", "10-03 10:00"), ("3个工作日", "10-10 17:30")]),
        ("10-10 09:00", [("今天下班前", "10-10 17:30"), ("明天 10:00", "10-11 10:00"), ("3个工作日", "10-14 17:30")]),
    ],
)
def test_the_presets_carry_their_real_date(now, expected):
    assert preset_times(now) == expected


# The warnings


def said(by, now="09-28 14:36", shifts=()):
    found = rules.warnings(at(by), at(now), CALENDAR, [(at(a), at(b)) for a, b in shifts])
    return [(one.code, one.instead and one.instead.strftime("%m-%d %H:%M")) for one in found]


@pytest.mark.parametrize("by", ["09-28 17:30", "09-29 10:00", "09-30 17:30"])
def test_nothing_speaks_against_office_hours(by):
    assert said(by) == []


def test_a_holiday_is_warned_of_with_the_working_day_before():
    found = rules.warnings(at("10-03 15:00"), at("09-30 14:00"), CALENDAR, [(at("10-03 08:00"), at("10-03 20:00"))])
    assert [(one.code, one.text, one.instead) for one in found] == [
        ("holiday", "10月3日是国庆节，不顺延", at("09-30 17:30"))
    ]


def test_the_day_before_is_no_way_out_once_it_is_over():
    """Scenario 6: at 22:00 on the eve, both the holiday and the keeper off duty are said."""
    assert said("10-03 15:00", now="09-30 22:00") == [("holiday", None), ("off_duty", None)]


def test_a_holiday_in_between_is_warned_of_with_the_last_day_before_it():
    assert said("10-09 10:00") == [("holiday_between", "09-30 17:30")]
    assert said("10-09 10:00", now="09-30 17:30") == [("holiday_between", None)]


def test_a_weekend_in_between_is_no_holiday():
    assert said("10-12 10:00", now="10-09 10:00") == []


def test_a_plain_weekend_is_a_day_off():
    assert said("10-11 10:00", now="10-09 10:00", shifts=[("10-11 08:00", "10-11 20:00")]) == [
        ("holiday", "10-10 17:30")
    ]


@pytest.mark.parametrize(
    "by, instead",
    [
        ("09-28 23:00", "09-28 17:30"),
        ("09-29 23:00", "09-29 17:30"),
        ("09-29 08:00", "09-28 17:30"),
        ("09-30 08:00", "09-29 17:30"),
    ],
)
def test_off_duty_is_warned_of_with_the_close_of_office_before(by, instead):
    assert said(by) == [("off_duty", instead)]


def test_in_his_own_shift_the_keeper_is_on_duty_but_not_at_its_end():
    shift = [("09-28 20:00", "09-29 02:00")]
    assert said("09-28 23:00", shifts=shift) == []
    assert said("09-29 02:00", shifts=shift) == [("off_duty", "09-28 17:30")]


def test_a_promise_more_than_two_months_away_is_not_searched_for_holidays():
    assert rules.warnings(at("12-30 10:00"), NOW, CALENDAR, []) == []


def test_a_second_late_is_late():
    by = at("09-28 17:30")
    assert [_keeping(promise(by), by + late) for late in (-SECOND, 0 * SECOND, SECOND)] == ["keep", "keep", "keep_late"]
    moved = promise(by, by=by + MINUTE, state=PromiseState.MOVED)
    assert [_keeping(moved, moment) for moment in (moved.by, moved.by + SECOND)] == ["keep_moved", "keep_moved_late"]
