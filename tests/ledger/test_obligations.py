from datetime import timedelta
from decimal import Decimal

import pytest

from chengnuo.ledger import obligations
from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Obligation, ParameterVersion, TrailEvent
from chengnuo.ledger.obligations import Owed, obligation, verbs
from chengnuo.ledger.parameters import add_version
from chengnuo.people.models import Unit
from tests.ledger.world import NOW, TERM, duty, happen, make_unit, tick

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def want(unit, at=NOW):
    return happen("unit.changed", unit, at, {"phone": "wanted"})


def answer(unit, at, **words):
    return happen("unit.answered", unit, at, {"phone": ""}, **words)


@pytest.fixture(autouse=True)
def whole():
    """Whatever a test did, its ledger is one that `check` finds whole."""
    yield
    assert check()[0] == []


def test_a_duty_opens_with_the_event_under_which_its_rule_first_said_so(unit, owes):
    owes()
    event = want(unit)
    one = duty()
    assert (one.state, one.due, one.since, one.since_event) == ("open", NOW + TERM, NOW, event.id)
    assert (one.clause, one.unit_id, one.text) == ("3.1.5", unit.pk, "答复SU分公司")


def test_a_later_event_does_not_restart_its_clock(unit, owes):
    owes()
    want(unit)
    happen("unit.noted", unit, NOW + HOUR)
    assert (duty().since, duty().due) == (NOW, NOW + TERM)


def test_it_is_met_in_time_by_its_evidence(unit, owes):
    owes()
    want(unit)
    event = answer(unit, NOW + TERM)
    one = duty()
    assert (one.state, one.ended_at, one.ended_event, one.breached_at, one.next_at) == (
        "met",
        NOW + TERM,
        event.id,
        None,
        None,
    )


def test_met_late_it_is_breached_for_ever(unit, owes):
    owes()
    want(unit)
    answer(unit, NOW + TERM + timedelta(seconds=1))
    assert (duty().state, duty().breached_at) == ("met", NOW + TERM)


@pytest.mark.parametrize("is_worker_up", [True, False])
def test_evidence_entered_after_the_due_instant_is_late_whatever_time_it_states(unit, owes, is_worker_up):
    owes()
    want(unit)
    if is_worker_up:
        tick(NOW + TERM + HOUR)
    answer(unit, NOW + TERM + 2 * HOUR, happened_at=NOW + HOUR)
    assert (duty().ended_at, duty().breached_at) == (NOW + HOUR, NOW + TERM)


def test_another_verb_is_no_evidence_and_a_sticky_duty_stays(unit, owes):
    owes()
    want(unit)
    happen("unit.changed", unit, NOW + HOUR, {"phone": ""})
    assert duty().state == "open"


def test_one_that_is_not_sticky_is_withdrawn_by_the_event_after_which_its_rule_fell_silent(unit, owes):
    owes(sticky=False)
    want(unit)
    event = happen("unit.changed", unit, NOW + HOUR, {"phone": ""})
    assert (duty().state, duty().ended_event, duty().breached_at) == ("withdrawn", event.id, None)


def test_a_sticky_duty_is_taken_back_by_an_action_that_names_it(unit, owes):
    owes()
    want(unit)
    event = happen("unit.excused", unit, NOW + HOUR, {"phone": ""}, withdraws=[duty()], texts={"reason": "错登"})
    assert (duty().state, duty().ended_at, duty().ended_event) == ("withdrawn", NOW + HOUR, event.id)


def test_a_duty_that_has_ended_cannot_be_taken_back(unit, owes):
    owes()
    want(unit)
    stale = duty()
    answer(unit, NOW + HOUR)
    with pytest.raises(Refusal) as refused:
        happen("unit.excused", unit, NOW + 2 * HOUR, withdraws=[stale])
    assert (refused.value.code, duty().state) == ("duty_ended", "met")


def test_a_later_episode_is_a_new_row_with_a_clock_of_its_own(unit, owes):
    owes()
    want(unit)
    answer(unit, NOW + HOUR)
    want(unit, NOW + 2 * HOUR)
    states = Obligation.objects.order_by("pk").values_list("state", "since", "due")
    assert list(states) == [("met", NOW, NOW + TERM), ("open", NOW + 2 * HOUR, NOW + 2 * HOUR + TERM)]


def test_a_waiting_duty_opens_when_its_time_comes(unit, owes):
    owes(opens_in=timedelta(days=2))
    want(unit)
    opens = NOW + timedelta(days=2)
    assert (duty().state, duty().next_at) == ("waiting", opens)
    assert tick(opens - timedelta(seconds=1)) == 0
    assert tick(opens) == 1
    assert (duty().state, duty().due) == ("open", opens + TERM)
    assert TrailEvent.objects.filter(verb="duty.opened").count() == 1


def test_a_waiting_duty_can_be_met_before_it_opens(unit, owes):
    owes(opens_in=timedelta(days=2))
    want(unit)
    answer(unit, NOW + HOUR)
    assert (duty().state, duty().breached_at) == ("met", None)


def test_one_rule_may_owe_several_things_each_under_its_key(unit, no_rules):
    @obligation("3.1.5", of=Unit, met_by=verbs("unit.answered"))
    def each(unit, facts):
        return [Owed(key, "x", NOW + TERM) for key in unit.phone]

    happen("unit.changed", unit, NOW, {"phone": "ab"})
    happen("unit.answered", unit, NOW + HOUR, {"phone": "b"})
    assert dict(Obligation.objects.values_list("key", "state")) == {"a": "met", "b": "open"}


def test_a_duty_follows_its_record_to_another_unit_and_keeps_its_clock(unit, no_rules):
    other = make_unit("HZ")

    @obligation("3.1.5", of=Unit, met_by=verbs("unit.answered"))
    def elsewhere(one, facts):
        return Owed("", "x", facts.now + TERM, unit_id=other.pk if one.phone else None) if one == unit else None

    happen("unit.changed", unit, NOW)
    happen("unit.changed", unit, NOW + HOUR, {"phone": "moved"})
    assert (duty().unit_id, duty().due) == (other.pk, NOW + TERM)


def test_an_event_reviews_every_record_that_it_names(unit, owes):
    owes()
    other = make_unit("HZ")
    other.phone = "wanted"
    other.save()
    happen("unit.noted", unit, NOW + HOUR, also=[other])
    assert duty().subject_pk == other.pk


def test_a_second_review_at_once_that_would_open_the_same_duty_undoes_itself(unit, owes, monkeypatch):
    owes()
    want(unit)
    monkeypatch.setattr(obligations, "_live", lambda refs: [])
    with pytest.raises(Refusal) as refused:
        happen("unit.noted", unit, NOW + HOUR)
    assert refused.value.code == "duty_open_already"
    assert Obligation.objects.count() == 1
    assert not TrailEvent.objects.filter(verb="unit.noted").exists()


def test_a_deadline_names_the_version_that_it_came_from_and_keeps_it(unit, no_rules):
    @obligation("3.1.2", of=Unit, met_by=verbs("unit.answered"))
    def call_back(unit, facts):
        return Owed(unit.phone, "x", facts.after(facts.now, "call_back.due"), inputs={"at": facts.now})

    happen("unit.changed", unit, NOW, {"phone": "1"})
    add_version("call_back.due", Decimal(20), NOW + HOUR, by=None, now=NOW)
    happen("unit.changed", unit, NOW + HOUR, {"phone": "2"})
    first, second = Obligation.objects.order_by("pk").select_related("parameter")
    assert (first.parameter.number, first.due) == (1, NOW + timedelta(minutes=15))
    assert (second.parameter.number, second.due) == (2, NOW + HOUR + timedelta(minutes=20))
    assert first.why["figures"] == [{"key": "call_back.due", "number": 1, "value": "15.00", "unit": "minutes"}]
    assert first.why["walk"]["last_day"] == "2026-09-28"
    assert first.why["inputs"] == {"at": "2026-09-28T06:36:00.000000+00:00"}


def test_two_terms_of_one_rule_are_not_taken_for_each_other(unit, no_rules):
    @obligation("3.6.1", of=Unit, met_by=verbs("unit.answered"))
    def two(unit, facts):
        soon = facts.after(NOW, "call_back.due")
        late = facts.after(NOW, "complaint.limit")
        return [Owed("soon", "x", soon), Owed("late", "x", late), Owed("stated", "x", NOW + TERM)]

    happen("unit.changed", unit, NOW)
    carried = dict(Obligation.objects.values_list("key", "parameter__key"))
    assert carried == {"soon": "call_back.due", "late": "complaint.limit", "stated": None}


def test_reviewing_takes_a_handful_of_statements(unit, owes, django_assert_num_queries):
    """Figures' stamp, live duties, head, event, duty; none grows with what was there before."""
    owes()
    want(unit)
    answer(unit, NOW + HOUR)
    from chengnuo.ledger.clock import moved_to
    from chengnuo.ledger.trail import record

    unit.phone = "wanted"
    unit.save()
    with moved_to(NOW + 2 * HOUR, "test"), django_assert_num_queries(5):
        record("unit.changed", unit, by=None, now=NOW + 2 * HOUR)


def test_the_first_version_holds_also_before_it_came_into_force(unit, no_rules):
    from chengnuo.ledger.books import rulebook

    first = ParameterVersion.objects.get(key="call_back.due")
    assert rulebook().parameter("call_back.due", first.in_force_from - timedelta(days=900)) == first
