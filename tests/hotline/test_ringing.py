"""A call that an exchange tells of: its row, whom it rings at, and what people do with it (3.1.2, 3.1.3)."""

from datetime import UTC

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, PhoneEvent, Ring, RingAttempt
from chengnuo.ledger.models import TrailEvent
from chengnuo.people.models import Share
from tests.cast import refused
from tests.hotline.exchange import KNOWN, LINE, STRANGER, an_exchange, attempts, on_duty
from tests.hotline.world import HOUR, MINUTE, NOW, SECOND, a_call, a_client, do, fates, turn


@pytest.fixture
def exchange(cast):
    return an_exchange(cast)


@pytest.fixture
def rostered(cast, exchange):
    on_duty(cast)
    return exchange


def test_the_row_is_there_from_the_first_ring_with_its_number_and_its_client(cast, exchange, client_su):
    on_duty(cast)
    status, said = exchange.says("ringing")
    call = Call.objects.get()
    assert (status, said) == (
        200,
        {
            "call": call.number,
            "state": "ringing",
            "repeated": False,
            "ring": {
                "rung": "primary",
                "unit": "SU",
                "name": "周敏",
                "extension": "8001",
                "until": (NOW + 20 * SECOND).astimezone(UTC).isoformat(),
            },
        },
    )
    assert (call.number, call.state, call.unit, call.client, call.contact.name) == (
        "DH-SU-26-0001",
        "ringing",
        cast.su,
        client_su,
        "陈月琴",
    )
    assert (call.rang_at, call.entered_at, call.operator, call.caller) == (NOW, NOW, None, KNOWN)
    assert fates(call) == []


def test_answered_and_hung_up_the_row_has_its_times_and_who_answered_owes_the_entry(cast, exchange):
    on_duty(cast)
    exchange.says("ringing")
    exchange.says("answered", NOW + 6 * SECOND, extension="8001")
    exchange.says("hangup", NOW + 66 * SECOND, recording="https://pbx.example/1.wav")
    call = Call.objects.get()
    assert (call.state, call.operator, call.at_first_ring, call.duration) == ("answered", cast.zhoumin, True, "01:00")
    assert attempts(call) == [("primary", "zhoumin", "answered")]
    assert fates(call) == [("entry_of_open_end", "withdrawn", False), ("entry", "open", False)]
    assert (call.ring.is_open, call.ring.recording) == (False, "https://pbx.example/1.wav")


def test_a_ring_goes_from_the_primary_to_the_backup_the_nearest_branch_and_the_centre(cast, exchange):
    on_duty(cast)
    exchange.says("ringing")
    call = Call.objects.get()
    seen = []
    for seconds in (0, 20, 40, 60):
        turn(NOW + seconds * SECOND)
        call.refresh_from_db()
        now = actions.ringing_now(call, NOW + seconds * SECOND)
        seen.append((call.state, now.rung, now.staff and now.staff.username))
    assert seen == [
        ("ringing", "primary", "zhoumin"),
        ("overflow", "backup", "lize"),
        ("overflow", "other", "luyao"),
        ("overflow", "centre", None),
    ]
    turn(NOW + 5 * MINUTE)
    call.refresh_from_db()
    assert (call.state, call.answered_at) == ("call_back_owed", None)
    assert fates(call) == [("call_back", "open", False)]
    assert [one[2] for one in attempts(call)] == ["unanswered"] * 4


def test_missed_by_one_telephone_the_ring_goes_on_at_once(cast, exchange):
    on_duty(cast)
    exchange.says("ringing")
    _status, said = exchange.says("missed", NOW + 4 * SECOND, extension="8001")
    assert (said["state"], said["ring"]["extension"]) == ("overflow", "8002")
    _status, said = exchange.says("transferred", NOW + 9 * SECOND, extension="8002")
    assert said["ring"]["rung"] == "other"


def test_who_answers_for_another_branch_gets_the_callers_card(cast, exchange, client_su):
    on_duty(cast)
    exchange.says("ringing")
    exchange.says("answered", NOW + 50 * SECOND, extension="8101")
    call = Call.objects.get()
    assert (call.state, call.operator, call.at_first_ring) == ("answered_elsewhere", cast.luyao, False)
    share = Share.objects.get()
    assert (share.client_id, share.unit, share.scope, share.ends_at) == (
        client_su.pk,
        cast.hz,
        "card",
        NOW + 11 * HOUR,
    )


def test_with_nobody_on_duty_anywhere_the_centre_rings(cast, exchange):
    _status, said = exchange.says("ringing")
    assert said["ring"] | {"until": ""} == {
        "rung": "centre",
        "unit": "KF",
        "name": None,
        "extension": None,
        "until": "",
    }


def test_hung_up_before_anybody_answered_a_call_back_is_owed_from_the_first_ring(cast, exchange):
    on_duty(cast)
    exchange.says("ringing")
    exchange.says("hangup", NOW + 8 * SECOND)
    call = Call.objects.get()
    assert (call.state, fates(call)) == ("call_back_owed", [("call_back", "open", False)])
    assert attempts(call) == [("primary", "zhoumin", "given_up")]


WORDS = [
    ("ringing", 0, {}),
    ("missed", 5, {"extension": "8001"}),
    ("transferred", 9, {"extension": "8002"}),
    ("answered", 14, {"extension": "8101"}),
    ("hangup", 80, {"recording": "https://pbx.example/1.wav"}),
]
ROW = ("state", "rang_at", "answered_at", "hung_up_at", "operator_id", "at_first_ring", "caller", "client_id", "number")


def row_of(call):
    ring = Ring.objects.filter(call=call).values("is_open", "recording", "called", "rang_at").get()
    tries = list(RingAttempt.objects.filter(call=call).values("rung", "staff_id", "at", "ended_at", "result"))
    return {name: getattr(call, name) for name in ROW} | ring, tries


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(WORDS))), again=st.lists(st.integers(0, len(WORDS) - 1), max_size=4))
@pytest.mark.slow
def test_whatever_the_order_and_however_often_the_same_words_make_the_same_row(rostered, client_su, order, again):
    late = NOW + 30 * MINUTE
    rows = []
    for sequence in (list(range(len(WORDS))), [*order, *again]):
        with transaction.atomic():
            for place in sequence:
                event, after, more = WORDS[place]
                status, _said = rostered.says(event, NOW + after * SECOND, late, **more)
                assert status == 200
            rows.append(row_of(Call.objects.get()))
            assert PhoneEvent.objects.count() == len(WORDS)
            transaction.set_rollback(True)
    assert rows[0] == rows[1]
    assert rows[0][0]["state"] == "answered_elsewhere"


def test_a_word_said_again_changes_nothing_and_says_so(cast, exchange):
    exchange.says("ringing")
    before = Call.objects.values().get()
    status, said = exchange.says("ringing", NOW + SECOND)
    assert (status, said["repeated"], Call.objects.values().get()) == (200, True, before)


def test_zammads_names_and_a_form_say_the_same(cast, exchange):
    on_duty(cast)
    kind = "application/x-www-form-urlencoded"
    base = f"direction=in&callId=z1&from=%2B8613800001021&to={LINE}"
    assert exchange.posts(f"event=newCall&{base}&user%5B%5D=Alice&foo=bar", NOW, kind)[0] == 200
    assert exchange.posts(f"event=answer&{base}&answeringNumber=8001", NOW + 3 * SECOND, kind)[0] == 200
    assert exchange.posts(f"event=hangup&{base}&cause=normalClearing", NOW + 63 * SECOND, kind)[0] == 200
    call = Call.objects.get()
    assert (call.caller_digits, call.state, call.operator, call.duration) == (KNOWN, "answered", cast.zhoumin, "01:00")


@pytest.mark.parametrize(
    "said, form",
    [
        ("+86 138 0000 1021", KNOWN),
        ("013800001021", KNOWN),
        ("sip:13800001021@10.0.0.1;user=phone", KNOWN),
        ('"Chen" <sip:13800001021@pbx>', KNOWN),
        ("anonymous", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_comes_in_any_dress_or_not_at_all(cast, exchange, said, form):
    assert exchange.says("ringing", caller=said)[0] == 200
    assert Call.objects.get().caller_digits == form


@pytest.mark.parametrize("off", [3 * MINUTE, 400 * 24 * HOUR, -8 * 24 * HOUR])
def test_a_clock_that_cannot_be_right_is_not_believed_and_that_is_told(cast, exchange, off):
    exchange.says("ringing", NOW + off, NOW)
    assert Call.objects.get().rang_at == NOW
    assert (NOW + off).isoformat() in TrailEvent.objects.get(verb="call.rang").body


def test_hours_later_the_words_are_of_their_time_and_join_the_row_that_a_person_entered(cast, exchange):
    call = a_call(cast, NOW + 4 * MINUTE, caller=KNOWN, answer="好")
    before = Call.objects.values().get()
    exchange.says("ringing", NOW, NOW + 3 * HOUR)
    exchange.says("hangup", NOW + 5 * MINUTE, NOW + 3 * HOUR, recording="https://pbx.example/9.wav")
    after = Call.objects.values().get()
    assert {name: after[name] for name in before if after[name] != before[name]} == {"version": after["version"]}
    assert (call.ring.is_entered, call.ring.recording) == (True, "https://pbx.example/9.wav")


def test_a_call_to_a_number_of_no_branch_is_kept_and_joined_when_its_line_is_known(cast, exchange):
    status, said = exchange.says("ringing", called="021-00000000")
    assert (status, said["call"], Call.objects.count()) == (202, None, 0)
    assert PhoneEvent.objects.get().call is None
    exchange.says("answered", NOW + SECOND, called=LINE, extension="8001")
    assert PhoneEvent.objects.filter(call=None).count() == 2  # The ring's own number counts.


def test_who_answered_fills_the_row_and_nobody_fills_it_twice(cast, exchange, client_su):
    on_duty(cast)
    exchange.says("ringing")
    exchange.says("answered", NOW + 5 * SECOND, extension="8001")
    call = Call.objects.get()
    assert do(actions.hold, call, by=cast.zhoumin, now=NOW + MINUTE) is None
    assert do(actions.hold, call, by=cast.lize, now=NOW + 2 * MINUTE) == cast.zhoumin
    given = {"content": "问批单", "answer": "明天", "client": client_su}
    done = do(actions.register_ring, call, by=cast.zhoumin, now=NOW + 3 * MINUTE, **given)
    assert (Call.objects.count(), done.pk, done.state, done.operator) == (1, call.pk, "closed", cast.zhoumin)
    before = Call.objects.values().get()
    with refused("registered_already") as caught:
        do(actions.register_ring, call, by=cast.lize, now=NOW + 4 * MINUTE, **given)
    assert "周敏" in caught.value.message
    assert Call.objects.values().get() == before
    exchange.says("hangup", NOW + 200 * SECOND)
    done.refresh_from_db()
    assert (done.state, done.hung_up_at, fates(done)) == (
        "closed",
        NOW + 200 * SECOND,
        [("entry_of_open_end", "met", False)],
    )


def test_only_those_of_the_line_and_those_it_rang_at_fill_the_row(cast, exchange):
    on_duty(cast)
    exchange.says("ringing")
    call = Call.objects.get()
    for who in (cast.luyao, cast.admin, cast.chenlixing):
        with refused("forbidden"):
            do(actions.register_ring, call, by=who, content="x", now=NOW + 10 * SECOND)
    do(actions.register_ring, call, by=cast.luyao, content="x", now=NOW + 45 * SECOND)
    call.refresh_from_db()
    assert (call.state, call.operator, call.at_first_ring) == ("registered", cast.luyao, False)


def test_a_late_answer_takes_back_the_call_back(cast, exchange):
    on_duty(cast)
    exchange.says("hangup", NOW + 60 * SECOND)
    call = Call.objects.get()
    assert call.state == "call_back_owed"
    exchange.says("answered", NOW + 5 * SECOND, NOW + 61 * SECOND, extension="8001")
    exchange.says("ringing", NOW, NOW + 62 * SECOND)
    call.refresh_from_db()
    assert (call.state, call.rang_at, fates(call)) == (
        "answered",
        NOW,
        [("call_back", "withdrawn", False), ("entry", "open", False)],
    )


@pytest.mark.parametrize("is_reached", [True, False])
def test_dialling_a_missed_caller_is_the_call_back_and_reached_his_words_are_owed(cast, exchange, is_reached):
    on_duty(cast)
    exchange.says("ringing")
    exchange.says("hangup", NOW + 8 * SECOND)
    out = {"id": "out1", "direction": "out", "caller": "8002", "called": "+86" + KNOWN, "extension": "8002"}
    then = NOW + 10 * MINUTE
    assert exchange.says("ringing", then, **out)[1]["call"] is None
    if is_reached:
        exchange.says("answered", then + 5 * SECOND, **out)
    exchange.says("hangup", then + MINUTE, **out)
    call = Call.objects.get()
    assert (call.called_back_at, call.state) == (then, "call_back_owed")
    expected = [("call_back", "met", False)] + ([("call_back_entry", "open", False)] if is_reached else [])
    assert fates(call) == expected
    do(
        actions.call_back,
        call,
        by=cast.lize,
        now=then + 2 * MINUTE,
        at=then,
        reached=True,
        content="要报案",
        answer="已记下",
    )
    assert {fate[1] for fate in fates(call)} == {"met"}


def test_another_branchs_telephone_calls_nobody_back_here(cast, exchange):
    exchange.says("ringing", caller=STRANGER)
    exchange.says("hangup", NOW + SECOND, caller=STRANGER)
    out = {"id": "o", "direction": "out", "caller": "8101", "called": STRANGER, "extension": "8101"}
    exchange.says("answered", NOW + MINUTE, **out)
    assert Call.objects.get().called_back_at is None


def test_a_client_may_not_be_guessed_where_two_have_the_number(cast, exchange, client_su):
    a_client(cast, name="另一家公司", credit_code="")
    exchange.says("ringing")
    assert Call.objects.get().client is None
