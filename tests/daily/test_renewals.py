"""Renewals: opened by the calendar, told, decided, counted (3.3.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Policy
from chengnuo.daily import actions, opening, rules
from chengnuo.daily.actions.renewals import _same_term
from chengnuo.daily.models import OPEN, Renewal, RenewalState, RenewalTerms
from chengnuo.daily.retention import lost_reasons, retention
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.loop import go_round
from chengnuo.satisfaction.models import RatingRequest
from tests.cast import refused
from tests.daily.world import TODAY, a_policy, a_renewal, look_again
from tests.hotline.world import COMPANY, DAY, NOW, SECOND, a_client, do, duties, fates, stored, turn

NEW = {"no": "YA-2027-1", "insurer": "屿安财产保险股份有限公司", "premium": Decimal("21000.00")}


def due(renewal: Renewal) -> dict[str, str]:
    """The last day of each step that is owed."""
    return {one.key.partition(":")[0]: f"{(one.due - SECOND).astimezone(ZONE):%m-%d}" for one in duties(renewal)}


# Opened by the calendar


def test_a_policy_is_opened_for_renewal_ninety_days_before_its_end_and_once(cast):
    client = a_client(cast)
    soon, late = a_policy(cast, client, 90, no="A"), a_policy(cast, client, 91, no="B")
    turn(NOW)
    look_again()
    turn(NOW)
    renewal = Renewal.objects.get()
    assert (renewal.policy, renewal.number, renewal.state) == (soon, "XB-SU-26-0001", "due")
    assert renewal.owner == cast.xuning
    turn(NOW + DAY)
    assert set(Renewal.objects.values_list("policy", flat=True)) == {soon.pk, late.pk}


def test_a_client_s_own_manager_takes_his_renewals(cast):
    given = {"unit": cast.su, "values": COMPANY, "manager": cast.lize, "by": cast.zhoumin}
    a_policy(cast, do(clients.enter_client, **given))
    turn(NOW)
    assert Renewal.objects.get().owner == cast.lize


def test_what_has_ended_long_ago_is_not_opened_but_what_ended_while_the_worker_was_down_is(cast):
    client = a_client(cast)
    a_policy(cast, client, -1, no="A")
    ends = a_policy(cast, client, 2, no="B")
    with moved_to(NOW, "test"):
        opening.beat(opening.HEARTBEAT, NOW)
    turn(NOW + 10 * DAY)
    renewal = Renewal.objects.get()
    assert renewal.policy == ends
    assert [one.breached_at is not None for one in duties(renewal)] == [True, True, True]


def test_between_two_looks_nothing_is_asked_but_the_last_one(cast, django_assert_num_queries):
    turn(NOW)
    a_policy(cast, a_client(cast))
    with django_assert_num_queries(1):
        assert opening.open_renewals(NOW + timedelta(minutes=59)) == 0
    assert opening.open_renewals(NOW + timedelta(hours=1)) == 1


def test_a_first_look_at_many_policies_goes_by_parts(cast, monkeypatch):
    monkeypatch.setattr(opening, "PART", 2)
    client = a_client(cast)
    for number in range(5):
        a_policy(cast, client, 30 + number, no=f"P{number}")
    with moved_to(NOW, "test"):
        assert [opening.open_renewals(NOW) for _round in range(4)] == [2, 2, 1, 0]
    assert Renewal.objects.count() == 5


def test_a_renewal_follows_its_policy_s_moved_end(cast):
    renewal = a_renewal(cast, 80)
    policy = renewal.policy
    values = {name: getattr(policy, name) for name in ("no", "line", "insurer", "sum_insured", "premium", "starts_on")}
    moved = {**values, "ends_on": policy.ends_on + 10 * DAY}
    do(clients.change_policy, policy, version=policy.version, values=moved, by=cast.zhoumin)
    before = due(renewal)
    look_again()
    turn(NOW)
    renewal.refresh_from_db()
    assert renewal.expires_on == policy.ends_on + 10 * DAY
    states = [(one.key, one.state) for one in duties(renewal) if one.key.startswith("decide")]
    assert states == [(f"decide:{policy.ends_on}", "withdrawn"), (f"decide:{renewal.expires_on}", "open")]
    assert before != due(renewal)


# What is owed


@pytest.mark.clause("3.3.3", good=True)
def test_the_steps_are_owed_sixty_and_thirty_days_before_and_by_the_last_day(cast):
    renewal = a_renewal(cast)
    assert due(renewal) == {"contact": "10-28", "quote": "11-27", "decide": "12-27"}
    do(actions.contact_client, renewal, text="愿意续", by=cast.zhoumin, now=NOW + 30 * DAY)
    do(actions.quote, renewal, insurer="屿安", premium=Decimal(20000), by=cast.zhoumin, now=NOW + 60 * DAY)
    do(actions.renew, renewal, **NEW, by=cast.zhoumin, now=NOW + 90 * DAY)
    turn(NOW + 100 * DAY)
    assert [(state, breached) for _key, state, breached in fates(renewal)] == [("met", False)] * 3


@pytest.mark.clause("3.3.3", good=False)
def test_a_client_of_whom_nobody_asks_sixty_days_before_is_a_breach(cast):
    renewal = a_renewal(cast)
    turn(NOW + 31 * DAY)
    assert [breached for key, _state, breached in fates(renewal) if key.startswith("contact")] == [True]


@pytest.mark.clause("3.3.3", good=False)
def test_terms_that_come_later_than_thirty_days_before_are_a_breach(cast):
    renewal = a_renewal(cast)
    do(actions.contact_client, renewal, text="愿意续", by=cast.zhoumin)
    do(actions.quote, renewal, insurer="屿安", premium=Decimal(20000), by=cast.zhoumin, now=NOW + 61 * DAY)
    fate = {key.partition(":")[0]: (state, breached) for key, state, breached in fates(renewal)}
    assert fate == {"contact": ("met", False), "quote": ("met", True), "decide": ("open", False)}


@pytest.mark.clause("3.3.3", good=False)
def test_a_policy_that_ends_without_a_decision_is_a_breach_at_midnight(cast):
    renewal = a_renewal(cast)
    do(actions.quote, renewal, insurer="屿安", premium=Decimal(20000), by=cast.zhoumin)
    midnight = NOW.replace(hour=0, minute=0) + 91 * DAY
    turn(midnight - SECOND)
    assert fates(renewal)[-1][1:] == ("open", False)
    turn(midnight + SECOND)
    assert [(key, breached) for key, state, breached in fates(renewal) if state == "open"] == [
        (f"decide:{renewal.expires_on}", True)
    ]


def test_a_policy_that_became_known_late_has_three_days_for_each_step_but_never_more_than_its_end(cast):
    assert due(a_renewal(cast, 20)) == {"contact": "10-01", "quote": "10-01", "decide": "10-18"}
    assert due(a_renewal(cast, 1, no="B")) == {"contact": "09-29", "quote": "09-29", "decide": "09-29"}


@given(
    ends=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 365),
    ahead=st.integers(-400, 400),
    late=st.integers(0, 30),
)
@settings(max_examples=200)
def test_no_step_is_due_after_the_policy_s_end_nor_before_it_could_be_known(ends, days, ahead, late):
    opened = NOW.replace(year=ends.year, month=ends.month, day=min(ends.day, 28)) - timedelta(days=ahead)
    at = rules.step_due(ends, days, opened, late)
    last = (at - SECOND).astimezone(ZONE).date()
    assert last <= ends
    assert last == ends or last >= opened.date() + timedelta(days=late)
    assert last <= max(ends - timedelta(days=days), opened.date() + timedelta(days=late))


# Decided


def test_renewing_registers_the_new_policy_with_what_the_old_one_said(cast):
    renewal = a_renewal(cast)
    done = do(actions.renew, renewal, **NEW, by=cast.zhoumin)
    new, old = done.new_policy, renewal.policy
    assert (done.state, new.no, new.premium, new.line) == ("renewed", NEW["no"], NEW["premium"], old.line)
    assert (new.starts_on, new.ends_on) == (old.ends_on + DAY, old.ends_on.replace(year=old.ends_on.year + 1))
    assert RatingRequest.objects.get().about == done.number


def test_a_policy_that_is_on_file_is_taken_as_it_is_and_another_insurer_is_told(cast):
    renewal = a_renewal(cast)
    there = a_policy(cast, renewal.client, 400, no="X-1", insurer="海桥财产保险")
    done = do(actions.renew, renewal, no="X-1", insurer="海桥财产保险", premium=Decimal(1), by=cast.zhoumin)
    assert (done.state, done.new_policy) == ("moved", there)
    assert Policy.objects.count() == 2


def test_another_client_s_policy_renews_nothing(cast):
    renewal = a_renewal(cast)
    a_policy(cast, a_client(cast, name="别家公司", credit_code=""), 400, no="X-1")
    before = stored(Renewal, Policy)
    with refused("number_taken"):
        do(actions.renew, renewal, **{**NEW, "no": "X-1"}, by=cast.zhoumin)
    with refused("no"):
        do(actions.renew, renewal, **{**NEW, "no": renewal.policy.no}, by=cast.zhoumin)
    assert stored(Renewal, Policy) == before


def test_who_goes_says_why(cast):
    renewal = a_renewal(cast)
    with refused("lost_reason"):
        do(actions.lose, renewal, reason="", text="贵", by=cast.zhoumin)
    with refused("text"):
        do(actions.lose, renewal, reason="price", text=" ", by=cast.zhoumin)
    lost = do(actions.lose, renewal, reason="price", text="别家便宜一成", by=cast.zhoumin)
    assert (lost.state, lost.lost_reason, lost.decided_because) == ("lost", "price", "别家便宜一成")
    assert RatingRequest.objects.count() == 0
    again = do(actions.decide_anew, lost, text="客户回心转意", by=cast.zhoumin)
    assert (again.state, again.lost_reason, again.decided_at) == ("contacted", "", None)
    assert [state for key, state, _breached in fates(again) if key.startswith("decide")] == ["met", "open"]


def test_terms_are_a_list_and_never_overwritten(cast):
    renewal = a_renewal(cast)
    for premium in (20000, 19000):
        do(actions.quote, renewal, insurer="屿安", premium=Decimal(premium), changes="免赔减半", by=cast.zhoumin)
    assert [row.premium for row in RenewalTerms.objects.all()] == [20000, 19000]
    for wrong in ({"insurer": ""}, {"premium": Decimal(0)}, {"premium": Decimal("1.001")}, {"changes": "x" * 2001}):
        with refused(next(iter(wrong))):
            do(actions.quote, renewal, **{"insurer": "屿安", "premium": Decimal(1), **wrong}, by=cast.zhoumin)


ACTS = {
    "contact": lambda one, who: actions.contact_client(one, text="谈", **who),
    "quote": lambda one, who: actions.quote(one, insurer="屿安", premium=Decimal(1), **who),
    "renew": lambda one, who: actions.renew(one, **{**NEW, "no": "Z-1"}, **who),
    "move_insurer": lambda one, who: actions.renew(one, **{**NEW, "no": "Z-1", "insurer": "海桥"}, **who),
    "lose": lambda one, who: actions.lose(one, reason="price", text="贵", **who),
    "need_no_more": lambda one, who: actions.need_no_more(one, text="厂房已卖", **who),
    "decide_anew": lambda one, who: actions.decide_anew(one, text="改主意", **who),
}
INTO = {
    state: verb
    for verb, state in zip(
        ("contact", "quote", "renew", "move_insurer", "lose", "need_no_more"), RenewalState.values[1:], strict=True
    )
}


@pytest.mark.parametrize("state", RenewalState.values)
@pytest.mark.parametrize("verb", sorted(ACTS))
def test_a_renewal_moves_only_as_its_table_says(cast, verb, state):
    renewal = a_renewal(cast)
    who = {"by": cast.zhoumin}
    if state in INTO:
        renewal = do(lambda now: ACTS[INTO[state]](renewal, {**who, "now": now}))
    assert renewal.state == state
    move = next(one for one in Renewal.MOVES if one.verb == verb)
    if state in move.from_:
        assert do(lambda now: ACTS[verb](renewal, {**who, "now": now})).state == move.to
    else:
        with refused("illegal_move"):
            do(lambda now: ACTS[verb](renewal, {**who, "now": now}))


def test_a_renewal_is_handed_to_a_colleague_of_its_branch_and_its_duties_follow(cast):
    renewal = a_renewal(cast)
    handed = do(actions.hand_on, renewal, to=cast.lize, by=cast.xuning)
    assert (handed.owner, {one.owner for one in duties(renewal)}) == (cast.lize, {cast.lize})
    with refused("not_of_unit"):
        do(actions.hand_on, renewal, to=cast.luyao, by=cast.xuning)
    do(actions.need_no_more, renewal, text="厂房已卖", by=cast.lize)
    with refused("decided"):
        do(actions.hand_on, renewal, to=cast.zhoumin, by=cast.lize)


def test_another_branch_handles_no_renewal_of_ours(cast):
    renewal = a_renewal(cast)
    with refused("forbidden"):
        do(actions.contact_client, renewal, text="谈", by=cast.luyao)


@pytest.mark.parametrize(
    "starts, ends, new, last",
    [
        ("2026-05-28", "2027-05-27", "2027-05-28", "2028-05-27"),
        ("2027-03-01", "2028-02-29", "2028-03-01", "2029-02-28"),
        ("2026-01-01", "2028-12-31", "2029-01-01", "2031-12-31"),
        ("2026-01-01", "2026-06-30", "2026-07-01", "2026-12-28"),
    ],
)
def test_the_new_cover_lasts_as_long_as_the_old_one(starts, ends, new, last):
    old = Policy(starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends))
    assert str(_same_term(old, date.fromisoformat(new))) == last


# Counted


def test_retention_is_kept_of_what_was_due_and_leaves_out_what_is_not_needed(cast):
    client = a_client(cast, credit_code="")
    for number in range(5):
        a_policy(cast, client, 30 + number, no=f"P{number}")
    turn(NOW)
    kept, moved, lost, gone, _open = Renewal.objects.order_by("expires_on")
    do(actions.renew, kept, **NEW, by=cast.zhoumin)
    do(actions.renew, moved, **{**NEW, "no": "M", "insurer": "海桥"}, by=cast.zhoumin)
    do(actions.lose, lost, reason="price", text="贵", by=cast.zhoumin)
    do(actions.need_no_more, gone, text="厂房已卖", by=cast.zhoumin)
    whole = retention(Renewal.objects.all())[""]
    assert (whole.due, whole.kept, whole.lost, whole.waiting, whole.rate) == (4, 2, 1, 1, 50.0)
    assert retention(Renewal.objects.all(), "unit") == {cast.su.pk: whole}
    assert lost_reasons(Renewal.objects.all()) == [("price", 1)]
    assert retention(Renewal.objects.none()) == {}


def test_two_workers_open_a_renewal_once(cast):
    policy = a_policy(cast, a_client(cast))
    with moved_to(NOW, "test"):
        opening._open(policy, NOW)
        opening._open(policy, NOW)
        go_round(NOW)
    assert Renewal.objects.filter(state__in=OPEN).count() == 1
    assert str(TODAY) < str(policy.ends_on)
