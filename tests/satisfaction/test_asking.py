"""After every finished service its client is asked, and seldom enough not to be a burden (2.2)."""

import json

import pytest

from chengnuo.claims.models import Claim
from chengnuo.clients import actions as clients
from chengnuo.complaints.models import Complaint
from chengnuo.hotline import actions as hotline
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import CallState
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.satisfaction import actions
from chengnuo.satisfaction.models import RatingRequest, RequestState, Skipped
from chengnuo.satisfaction.tokens import hashed
from chengnuo.visits.models import Visit
from tests.cast import refused
from tests.hotline.world import CONTACTS, DAY, HOUR, MINUTE, NOW, SECOND, a_call, a_client, a_promise, at, do, stored
from tests.satisfaction.world import (
    a_kept_promise,
    an_answered_call,
    contact_of,
    moved_case,
    rated,
    requests_of,
    the_request,
    token,
)

S = RequestState


def last_event(subject):
    where = ref(subject)
    return TrailEvent.objects.filter(subject_type=where.type, subject_pk=where.pk).latest("pk")


@pytest.mark.clause("2.2", good=True)
def test_a_promise_that_was_answered_asks_its_client_in_the_same_event(cast, client_su):
    promise = a_kept_promise(cast, client_su)
    one = the_request(promise)
    assert (one.state, one.verb, one.asked_at) == (S.ASKED, "promise.answered", NOW)
    assert (one.client, one.contact, one.name) == (client_su, contact_of(client_su), promise.to_whom)
    assert (one.unit, one.keeper, one.about) == (cast.su, cast.zhoumin, promise.number)
    assert one.expires_at == at("10-13 00:00")
    event = last_event(promise)
    body = json.loads(event.body)
    assert (event.verb, body["data"]["rating"]) == ("promise.answered", "asked")
    assert f"satisfaction.ratingrequest:{one.pk}" in body["rows"]


def test_a_promise_answered_late_asks_as_well_and_one_withdrawn_does_not(cast, client_su):
    late = a_promise(cast, NOW + HOUR, client=client_su)
    do(hotline.answer_promise, late, text="好了", by=cast.zhoumin, now=NOW + HOUR + SECOND)
    assert the_request(late).state == S.ASKED
    taken_back = a_promise(cast, NOW + HOUR, client=client_su)
    do(hotline.withdraw_promise, taken_back, text="不用了", agreed_who="陈", agreed_how="电话", by=cast.zhoumin)
    assert requests_of(taken_back) == []


def test_an_enquiry_answered_at_once_asks_and_a_later_answer_too(cast, client_su):
    assert the_request(an_answered_call(cast, client_su)).state == S.ASKED
    other = a_client(cast, name="另一家公司", credit_code="")
    waiting = a_call(cast, client=other, contact=contact_of(other), kinds=["enquiry"])
    assert (waiting.state, requests_of(waiting)) == (CallState.REGISTERED, [])
    do(hotline.reply, waiting, answer="在办", by=cast.zhoumin)
    assert the_request(waiting).verb == "call.replied"


@pytest.mark.parametrize(
    "more",
    [
        {"answer": "", "no_reply_because": "wrong_number"},
        {"answer": "", "promise": NewPromise("查", NOW + HOUR)},
        {"answer": ""},
        {"kinds": ["enquiry", "loss"], "cases": [NewCase("loss")]},
        {"kinds": ["complaint"]},
    ],
    ids=["nobody waits", "promised", "unanswered", "also a loss", "a complaint"],
)
def test_a_call_that_is_not_a_finished_service_asks_nobody(cast, client_su, more):
    assert requests_of(an_answered_call(cast, client_su, **more)) == []
    assert RatingRequest.objects.count() == 0


@pytest.mark.parametrize(
    "model, kind, states, finishing",
    [
        (Visit, "appointment", ("confirmed", "done", "survey_signed", "filed"), "done"),
        (Claim, "loss", ("registered", "paid", "closed", "filed"), "closed"),
        (Complaint, "complaint", ("registered", "decided", "notified", "closed"), "notified"),
    ],
)
def test_a_case_asks_when_it_enters_a_state_in_which_the_client_was_served_and_only_then(
    cast, client_su, model, kind, states, finishing
):
    a_call(cast, client=client_su, contact=contact_of(client_su), cases=[NewCase(kind)])
    case = model.objects.get()
    for number, state in enumerate(states):
        moved_case(case, f"{kind}.{state}", state, NOW + number * HOUR)
    one = the_request(case)
    assert (one.verb, one.state, one.about, one.keeper) == (f"{kind}.{finishing}", S.ASKED, case.number, case.owner)


def test_a_claim_that_is_reopened_and_closed_again_later_asks_again(cast, client_su):
    a_call(cast, client=client_su, cases=[NewCase("loss")])
    claim = Claim.objects.get()
    for day, state in ((0, "closed"), (20, "registered"), (30, "closed")):
        moved_case(claim, f"claim.{state}", state, NOW + day * DAY)
    assert [one.state for one in requests_of(claim)] == [S.ASKED, S.ASKED]


# Not too often


def test_a_contact_has_one_open_link_and_the_reason_for_not_asking_is_on_record(cast, client_su):
    first, second = a_kept_promise(cast, client_su), an_answered_call(cast, client_su, NOW + HOUR)
    skipped = the_request(second)
    assert the_request(first).is_open(NOW + HOUR)
    assert (skipped.state, skipped.skipped_because, skipped.hash, skipped.expires_at) == (
        S.SKIPPED,
        Skipped.OPEN,
        "",
        None,
    )
    assert json.loads(last_event(second).body)["data"]["rating"] == "open"


@pytest.mark.clause("2.2", good=True)
def test_he_is_asked_again_once_the_quiet_days_have_ended_and_not_a_second_before(cast, client_su):
    rated(the_request(a_kept_promise(cast, client_su)), 5, NOW + MINUTE)
    ends = at("10-13 00:00")  # Fourteen natural days after 28 September, at their last 24:00.
    before = an_answered_call(cast, client_su, ends - SECOND)
    assert the_request(before).skipped_because == Skipped.QUIET
    assert the_request(an_answered_call(cast, client_su, ends)).state == S.ASKED


def test_what_was_skipped_does_not_lengthen_the_quiet_days(cast, client_su):
    a_kept_promise(cast, client_su)
    an_answered_call(cast, client_su, NOW + 10 * DAY)
    assert the_request(an_answered_call(cast, client_su, NOW + 16 * DAY)).state == S.ASKED


def test_another_contact_of_the_client_and_the_same_contact_of_another_are_asked_for_themselves(cast, client_su):
    a_kept_promise(cast, client_su)
    other = do(
        clients.add_contact,
        client_su,
        values={**CONTACTS[0], "name": "李工", "phones": ["138 0000 1022"]},
        by=cast.zhoumin,
    )
    call = a_call(cast, client=client_su, contact=other.contact, answer="是", kinds=["enquiry"])
    assert the_request(call).state == S.ASKED
    subsidiary = a_client(cast, name="子公司", credit_code="")
    assert the_request(an_answered_call(cast, subsidiary)).state == S.ASKED


def test_a_stranger_cannot_be_asked_and_that_is_on_record(cast):
    call = a_call(cast, answer="是", kinds=["enquiry"], caller_name="路人")
    one = the_request(call)
    assert (one.state, one.skipped_because, one.name) == (S.SKIPPED, Skipped.UNKNOWN, "路人")


# Undone


def test_a_voided_call_takes_its_unanswered_request_back_and_leaves_what_was_said(cast, client_su):
    call = an_answered_call(cast, client_su)
    do(hotline.void_call, call, by=cast.zhoumin, reason="登记错了")
    one = the_request(call)
    assert (one.state, one.is_open(NOW)) == (S.WITHDRAWN, False)
    with refused("dead_link"):
        rated(one, 5)
    other = a_client(cast, name="另一家公司", credit_code="")
    judged = an_answered_call(cast, other)
    rated(the_request(judged), 4)
    do(hotline.void_call, judged, by=cast.zhoumin, reason="登记错了")
    assert the_request(judged).mark == 4


# By hand


def test_asked_again_by_hand_with_the_reason_the_open_link_of_the_contact_is_taken_back(cast, client_su):
    call = an_answered_call(cast, client_su)
    promise = a_kept_promise(cast, client_su)
    assert the_request(promise).state == S.SKIPPED
    one = do(actions.ask_again, promise, reason="客户说没收到", by=cast.zhoumin)
    assert (one.state, one.asked_by, one.verb) == (S.ASKED, cast.zhoumin, "satisfaction.asked")
    assert the_request(call).state == S.WITHDRAWN
    assert one.hash == hashed(token(one))
    assert last_event(promise).verb == "satisfaction.asked"


def test_what_cannot_be_asked_is_refused_and_nothing_changes(cast, client_su):
    open_promise = a_promise(cast, NOW + HOUR, client=client_su)
    strange = a_call(cast, answer="是", kinds=["enquiry"])
    void = an_answered_call(cast, client_su)
    do(hotline.void_call, void, by=cast.zhoumin, reason="错")
    judged = a_kept_promise(cast, a_client(cast, name="另一家公司", credit_code=""))
    rated(the_request(judged), 5)
    before = stored(RatingRequest)
    for subject, by, reason, code in (
        (open_promise, cast.zhoumin, "请", "not_finished"),
        (void, cast.zhoumin, "请", "not_finished"),
        (cast.su, cast.zhoumin, "请", "not_finished"),
        (strange, cast.zhoumin, "请", "client_unknown"),
        (judged, cast.zhoumin, "请", "already_rated"),
        (judged, cast.luyao, "请", "forbidden"),
        (judged, cast.zhoumin, " ", "reason_missing"),
        (judged, cast.zhoumin, "长" * 501, "reason_missing"),
    ):
        with refused(code):
            do(actions.ask_again, subject, reason=reason, by=by)
    assert stored(RatingRequest) == before
