"""A letter is sent by what its client's plan promises, else by what its round says (3.2.4)."""

from datetime import timedelta

from chengnuo.letters.models import Letter
from chengnuo.plans.models import PlanItem, PlannedService, ServicePlan
from tests.cast import Cast
from tests.hotline.world import NOW, do
from tests.letters.world import TODAY, a_round, a_written_client, chosen, fixed, made, posted, states


def a_planned_letter(cast: Cast, client, opens_on=TODAY, kind="letter") -> PlannedService:
    """A plan in force that promises one letter."""
    from chengnuo.ledger.acting import acting
    from chengnuo.ledger.trail import record

    term = {"starts_on": TODAY - timedelta(days=30), "ends_on": TODAY + timedelta(days=300)}
    plan = ServicePlan(
        number=f"FW-SU-26-{client.pk:04d}", unit=cast.centre, client=client, client_unit=cast.su, owner=cast.linxiaotang,
        state="active", drafted_at=NOW, approved_sha256="x", delivered_at=NOW, **term,
    )  # fmt: skip
    with acting(plan):
        plan.save()
        item = PlanItem.objects.create(plan=plan, line=1, kind=kind, title="节前问候信", owner=cast.zhoumin, **term)
        service = PlannedService.objects.create(
            plan=plan, item=item, nth=1, unit=cast.su, client=client, owner=cast.zhoumin, kind=kind, title=item.title,
            opens_on=opens_on, due_on=term["ends_on"],
        )  # fmt: skip
        do(record, "plan.drafted", plan, by=cast.linxiaotang, also=[item, service])
    return service


def out(campaign):
    return posted(made(fixed(chosen(campaign))))


def test_a_planned_letter_is_carried_out_when_it_is_posted_and_others_go_by_the_rounds_reason(cast):
    planned = a_planned_letter(cast, a_written_client(cast, 1))
    later = a_planned_letter(cast, a_written_client(cast, 2), opens_on=TODAY + timedelta(days=60))
    visit = a_planned_letter(cast, a_written_client(cast, 3), kind="visit")
    campaign = out(a_round(cast, basis="other", basis_reason="国庆问候"))
    letters = list(campaign.letters.order_by("nth"))
    assert [(one.basis, one.basis_reason, one.planned_id) for one in letters] == [
        ("planned", "", planned.pk),
        ("other", "国庆问候", None),
        ("other", "国庆问候", None),
    ]
    planned.refresh_from_db()
    assert (planned.state, planned.done_on, planned.service_type, planned.service_pk) == (
        "done", TODAY, "letters.letter", letters[0].pk,
    )  # fmt: skip
    for untouched in (later, visit):
        untouched.refresh_from_db()
        assert untouched.state == "planned"


def test_a_round_by_plan_writes_to_those_alone_whose_plan_promises_a_letter(cast):
    a_planned_letter(cast, a_written_client(cast, 1))
    a_written_client(cast, 2)
    campaign = chosen(a_round(cast, basis="planned"))
    assert states(campaign) == [("chosen", ""), ("excluded", "no_plan")]
    campaign = out(campaign)
    assert Letter.objects.filter(basis="planned").count() == 1
