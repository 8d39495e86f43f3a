"""Agreed first, prepared, on time; what happened otherwise is on record as a breach (4.1.1, 4.1.A–4.1.C, 3.2.4)."""

import pytest

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.ledger.errors import Stale
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import TrailEvent, TrailText, ref
from chengnuo.plans.models import PlannedService
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.visits import actions
from chengnuo.visits.models import State, Visit
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, SECOND, a_client, at, do, duties, fates, stored, turn
from tests.plans.world import a_promise
from tests.visits.world import AGREED, a_site, a_visit, agreed, given, paid

ON_TIME, LATE, UNAGREED = "be_there_as_agreed", "say_why_it_was_late", "agree_with_the_client_first"


@pytest.mark.clause("4.1.A", good=True)
def test_a_visit_planned_by_hand_has_its_number_its_basis_and_nothing_owed(cast, client_su):
    contact = client_su.positions.get().contact
    visit = a_visit(cast, client_su, contact=contact, is_urgent=True, preparation=["核对保单", "理赔清单"])
    assert (visit.number, visit.state, visit.unit, visit.owner) == ("BF-SU-26-0001", "planned", cast.su, cast.zhoumin)
    assert (visit.basis, visit.contact, visit.is_urgent) == ("client", contact, True)
    assert [one["text"] for one in visit.preparation] == ["核对保单", "理赔清单"]
    assert duties(visit) == []


@pytest.mark.clause("4.1.A", good=False)
@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"wanted_at": NOW}, "wanted_at"),
        ({"wanted_at": NOW - DAY}, "wanted_at"),
        ({"wanted_at": NOW + 400 * DAY}, "wanted_at"),
        ({"purpose": " "}, "purpose"),
        ({"preparation": ["长" * 121]}, "preparation"),
    ],
)
def test_what_cannot_be_planned_is_refused_beside_its_field_and_takes_no_number(cast, client_su, wrong, field):
    code = {"wanted_at": {NOW + 400 * DAY: "time_far"}.get(wrong.get("wanted_at"), "time_past")}.get(field)
    with refused(code or {"purpose": "reason_missing", "preparation": "too_long"}[field]) as caught:
        a_visit(cast, client_su, **wrong)
    assert list(caught.value.fields) == [field]
    assert not Visit.objects.exists()
    assert a_visit(cast, client_su).number == "BF-SU-26-0001"


def test_a_visit_in_the_past_is_refused_in_plain_words(cast, client_su):
    with refused("time_past") as caught:
        a_visit(cast, client_su, wanted_at=NOW - MINUTE)
    assert caught.value.message == "上门时间已过，改一个以后的时间"


def test_another_clients_people_and_another_branchs_owner_are_refused(cast, client_su):
    other = a_client(cast, name="另一家公司", credit_code="")
    with refused("site_unknown"):
        a_visit(cast, client_su, site=a_site(cast, other, "港口", "31.45", "121.10"))
    stranger = {"name": "王建军", "title": "仓储经理", "phones": ["138 0000 2046"]}
    do(clients.add_contact, other, values=stranger, by=cast.zhoumin)
    with refused("contact_unknown"):
        a_visit(cast, client_su, contact=other.positions.get(contact__name="王建军").contact)
    with refused("not_of_unit"):
        a_visit(cast, client_su, owner=cast.luyao)
    with refused("forbidden"):
        a_visit(cast, client_su, by=cast.luyao)


@pytest.mark.clause("3.2.4", good=True)
def test_a_visit_by_the_plan_carries_the_planned_service_out_in_the_same_step(cast, client_su):
    service = a_promise(cast, client_su)
    visit = agreed(cast, a_visit(cast, client_su, basis="planned", planned_id=service.pk))
    paid(cast, visit)
    service.refresh_from_db()
    assert (service.state, service.done_on, service.service_type, service.service_pk) == (
        "done",
        AGREED.date(),
        "visits.visit",
        visit.pk,
    )
    assert [where for where, _why in linked(visit)] == [ref(service.plan)]


@pytest.mark.clause("3.2.4", good=False)
def test_without_a_basis_or_by_an_item_that_is_not_offered_no_visit_is_planned(cast, client_su):
    other = a_client(cast, name="另一家公司", credit_code="")
    service = a_promise(cast, other)
    for basis, code in (
        ({"basis": ""}, "no_basis"),
        ({"basis": "planned", "planned_id": service.pk}, "not_planned"),
        ({"basis": "emergency"}, "no_reason"),
    ):
        with refused(code):
            a_visit(cast, client_su, **basis)
    assert not Visit.objects.exists()


def test_a_visit_whose_plan_item_was_done_meanwhile_is_recorded_outside_the_plan_and_says_so(cast, client_su):
    service = a_promise(cast, client_su)
    first, second = (
        agreed(cast, a_visit(cast, client_su, basis="planned", planned_id=service.pk)) for _twice in range(2)
    )
    paid(cast, first)
    one = paid(cast, second)
    assert (one.state, one.basis, one.planned_id) == ("done", "other", None)
    assert one.basis_reason.startswith("方案项目没能销项")
    assert PlannedService.objects.get().service_pk == first.pk


# 4.1.1 At the agreed time, strictly


@pytest.mark.clause("4.1.1", good=True)
def test_who_comes_at_the_agreed_minute_is_punctual_and_owes_no_word(cast, confirmed):
    (duty,) = duties(confirmed, ON_TIME)
    assert (duty.clause, duty.owner, duty.due) == ("4.1.1", cast.zhoumin, AGREED + 2 * HOUR)
    do(actions.arrive, confirmed, at=AGREED + 59 * SECOND, by=cast.zhoumin, now=AGREED + MINUTE)
    assert fates(confirmed, ON_TIME) == [("arrive0", "met", False)]
    assert fates(confirmed, LATE) == []


@pytest.mark.clause("4.1.1", good=False)
def test_who_comes_a_minute_late_has_broken_the_agreement_for_ever_whatever_he_says(cast, confirmed):
    do(actions.arrive, confirmed, at=AGREED + MINUTE, by=cast.zhoumin, now=AGREED + MINUTE)
    (duty,) = duties(confirmed, LATE)
    assert (duty.state, duty.due) == ("open", AGREED)
    do(actions.explain_visit, confirmed, late_because="高速堵车", by=cast.zhoumin, now=AGREED + HOUR)
    (duty,) = duties(confirmed, LATE)
    assert (duty.state, duty.breached_at) == ("met", AGREED)
    with refused("illegal_move"):
        do(actions.explain_visit, confirmed, late_because="x", by=cast.zhoumin, now=AGREED + HOUR)


@pytest.mark.clause("4.1.1", good=False)
def test_where_nobody_is_known_to_have_come_it_is_breached_after_two_hours(cast, confirmed):
    turn(AGREED + 2 * HOUR - SECOND)
    assert fates(confirmed, ON_TIME) == [("arrive0", "open", False)]
    turn(AGREED + 2 * HOUR + SECOND)
    assert fates(confirmed, ON_TIME) == [("arrive0", "open", True)]


def test_the_first_arrival_stands_and_none_is_ahead_of_its_time(cast, confirmed):
    with refused("time_ahead"):
        do(actions.arrive, confirmed, at=AGREED, by=cast.zhoumin, now=AGREED - HOUR)
    do(actions.arrive, confirmed, at=AGREED, by=cast.zhoumin, now=AGREED)
    with refused("illegal_move"):
        do(actions.arrive, confirmed, at=AGREED + HOUR, by=cast.zhoumin, now=AGREED + HOUR)
    assert paid(cast, confirmed, AGREED + HOUR).arrived_at == AGREED


# 4.1.B Agreed with the client first


@pytest.mark.clause("4.1.B", good=True)
def test_an_agreed_visit_says_with_whom_and_what_else_was_wished_and_can_be_moved_with_his_word(cast, confirmed):
    assert (confirmed.agreed_with, confirmed.other_wishes) == ("陈月琴", "带理赔清单")
    later = AGREED + DAY
    do(actions.move_visit, confirmed, agreed_at=later, agreed_with="陈月琴", why="客户盘点", by=cast.zhoumin)
    confirmed.refresh_from_db()
    assert (confirmed.agreed_at, confirmed.times_moved, confirmed.state) == (later, 1, "confirmed")
    assert fates(confirmed, ON_TIME) == [("arrive0", "withdrawn", False), ("arrive1", "open", False)]
    paid(cast, confirmed, later)
    assert fates(confirmed, UNAGREED) == []


@pytest.mark.clause("4.1.B", good=False)
def test_a_visit_that_nobody_agreed_is_recorded_as_a_breach_with_its_reason(cast, planned):
    with refused("reason_missing") as caught:
        paid(cast, planned)
    assert (caught.value.clause, list(caught.value.fields)) == ("4.1.B", ["unagreed_because"])
    done = paid(cast, planned, unagreed_because="客户来电说厂里漏水")
    (duty,) = duties(done, UNAGREED)
    assert (duty.clause, duty.state, duty.breached_at) == ("4.1.B", "met", AGREED - 3 * MINUTE)
    event = TrailEvent.objects.get(verb="visit.unagreed_explained")
    assert TrailText.objects.get(event=event).text == "客户来电说厂里漏水"


@pytest.mark.clause("4.1.B", good=False)
def test_a_move_without_the_clients_word_into_the_past_or_when_the_time_has_come_changes_nothing(cast, confirmed):
    before = stored(Visit)
    move = {"agreed_at": AGREED + DAY, "agreed_with": "陈月琴", "by": cast.zhoumin}
    for wrong, now, code in (
        ({"agreed_with": " "}, NOW, "who_missing"),
        ({"agreed_at": NOW}, NOW, "time_past"),
        ({"agreed_at": AGREED}, NOW, "same_time"),
        ({}, AGREED, "visit_due"),
        ({"by": cast.linxiaotang}, NOW, "forbidden"),
    ):
        with refused(code):
            do(actions.move_visit, confirmed, now=now, **{**move, **wrong})
    assert stored(Visit) == before


# 4.1.C Prepared


@pytest.mark.clause("4.1.C", good=True)
def test_what_was_prepared_is_ticked_and_what_was_left_undone_has_its_reason(cast, client_su):
    visit = agreed(cast, a_visit(cast, client_su, preparation=["核对保单", "理赔清单"]))
    do(actions.prepare_visit, visit, items=["核对保单", "理赔清单", "宣传册"], done={0}, by=cast.zhoumin)
    visit.refresh_from_db()
    assert [one["done"] for one in visit.preparation] == [True, False, False]
    done = paid(cast, visit, prepared=[(True, ""), (True, ""), (False, "印刷未到")])
    assert done.undone == [{"text": "宣传册", "done": False, "why": "印刷未到"}]


@pytest.mark.clause("4.1.C", good=False)
def test_something_left_undone_without_a_reason_keeps_the_visit_from_being_recorded(cast, client_su):
    visit = agreed(cast, a_visit(cast, client_su, preparation=["核对保单", "理赔清单"]))
    for prepared, code in (([(True, ""), (False, " ")], "reason_missing"), ([(True, "")], "items_changed")):
        with refused(code) as caught:
            paid(cast, visit, prepared=prepared)
        assert caught.value.clause == "4.1.C"
    visit.refresh_from_db()
    assert visit.state == State.CONFIRMED
    paid(cast, visit, prepared=[(True, ""), (True, "")])
    with refused("illegal_move"):
        do(actions.prepare_visit, visit, items=[], done=set(), by=cast.zhoumin, now=AGREED + HOUR)


# The rest


def test_a_paid_visit_asks_the_client_for_his_rating(cast, client_su):
    contact = client_su.positions.get().contact
    done = paid(cast, agreed(cast, a_visit(cast, client_su, contact=contact)))
    assert RatingRequest.objects.get().subject == ref(done)


@pytest.mark.parametrize("act, state", [(actions.miss_visit, "missed"), (actions.cancel_visit, "cancelled")])
def test_a_visit_that_did_not_take_place_says_why_and_owes_nothing_more(cast, confirmed, act, state):
    with refused("reason_missing"):
        do(act, confirmed, why=" ", by=cast.zhoumin)
    one = do(act, confirmed, why="客户临时出差", by=cast.zhoumin)
    assert (one.state, one.ended_because) == (state, "客户临时出差")
    assert fates(one, ON_TIME) == [("arrive0", "withdrawn", False)]
    with refused("illegal_move"):
        paid(cast, one)


def test_a_visit_read_in_another_version_is_not_written_over(cast, confirmed):
    version = confirmed.version
    do(actions.arrive, confirmed, at=AGREED, by=cast.lize, now=AGREED, version=version)
    with pytest.raises(Stale):
        do(actions.carry_out_visit, confirmed, given(AGREED), by=cast.zhoumin, now=AGREED + HOUR, version=version)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.arrived_at) == ("confirmed", AGREED)


def test_leaving_before_arriving_and_times_to_come_are_refused(cast, confirmed):
    for wrong, code in (
        ({"left_at": AGREED - HOUR}, "time_order"),
        ({"left_at": AGREED + DAY}, "time_ahead"),
    ):
        with refused(code):
            how = given(AGREED - 3 * MINUTE, **wrong)
            do(actions.carry_out_visit, confirmed, how, by=cast.zhoumin, now=AGREED + HOUR)


def test_one_client_of_another_branch_is_served_by_that_branch_alone(cast):
    client: Client = a_client(cast, cast.hz, cast.luyao)
    with refused("forbidden"):
        a_visit(cast, client)
    assert a_visit(cast, client, by=cast.luyao, owner=cast.luyao, wanted_at=at("09-30 10:00")).unit == cast.hz
