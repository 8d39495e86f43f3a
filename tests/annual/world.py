"""The plans of 2027, as far on their way as a test wants them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chengnuo.annual import actions
from chengnuo.annual.models import AnnualCall, AnnualPlan
from chengnuo.clients.models import Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Approval
from chengnuo.ledger.acting import acting
from chengnuo.ledger.models import Obligation, ref
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Unit
from chengnuo.plans import actions as plans
from chengnuo.plans.models import PlanItem, PlannedService, ServicePlan
from tests.cast import Cast
from tests.hotline.world import NOW, do

YEAR = 2027
WORDS = "防灾为先，重点客户每季上门"
PLAN: dict[str, Any] = {
    "overall": "重点客户每季上门一次，全部客户汛前培训",
    "scheme": "两人一组，按片区走",
    "opinion": "希望总部派专家",
    "budget": [{"name": "交通", "amount": "20000"}, {"name": "培训", "amount": "10000.50"}],
    "lines": [
        {"kind": "visit", "segment": "key", "numbers": [6, 6, 8, 10]},
        {"kind": "visit", "segment": "plain", "numbers": [12]},
        {"kind": "training", "segment": "all", "numbers": [0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0], "note": "汛前"},
    ],
}


def a_call(cast: Cast, year: int = YEAR, now: datetime = NOW) -> AnnualCall:
    return do(actions.call_for_plans, year, WORDS, by=cast.linxiaotang, now=now)


def plan_of(unit: Unit, year: int = YEAR) -> AnnualPlan:
    return AnnualPlan.objects.get(unit=unit, year=year)


def written(cast: Cast, plan: AnnualPlan, now: datetime = NOW, **more: Any) -> AnnualPlan:
    do(actions.write, plan, {**PLAN, **more}, plan.version, by=cast.xuning, now=now)
    plan.refresh_from_db()
    return plan


def submitted(cast: Cast, now: datetime = NOW, **more: Any) -> AnnualPlan:
    """Suzhou's plan, called for and submitted."""
    a_call(cast, now=now)
    return do(actions.submit, written(cast, plan_of(cast.su), now, **more), by=cast.xuning, now=now)


def analysed(cast: Cast, amount: str = "30000.50", terms: str = "", now: datetime = NOW) -> AnnualPlan:
    given = {"conclusion": "与上年相比合理", "amount": Decimal(amount), "terms": terms}
    return do(actions.analyse, submitted(cast, now), by=cast.linxiaotang, now=now, **given)


def decided(cast: Cast, plan: AnnualPlan, decision: str = "approve", now: datetime = NOW) -> AnnualPlan:
    where = ref(plan)
    approval = Approval.objects.filter(subject_type=where.type, subject_pk=where.pk).latest("pk")
    step = approval.steps.get(decision="", asked_at__isnull=False)
    do(decide, step, decision, sha256=approval.sha256, opinion="看过", by=cast.chenlixing, now=now)
    plan.refresh_from_db()
    return plan


def approved(cast: Cast, now: datetime = NOW) -> AnnualPlan:
    return decided(cast, analysed(cast, now=now), now=now)


def given(cast: Cast, client: Client, kind: str, days: list[date]) -> None:
    """Services that were planned for a client of Suzhou and given on these days."""
    plan = ServicePlan(
        number=number("FW", "SU", NOW),
        unit=cast.su,
        client=client,
        client_unit=cast.su,
        owner=cast.zhoumin,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
        state="active",
        drafted_at=NOW,
    )
    with acting(plan):
        plan.save()
        item = PlanItem.objects.create(
            plan=plan, line=1, kind=kind, title="x", starts_on=plan.starts_on, ends_on=plan.ends_on, owner=cast.zhoumin
        )
        made = [
            PlannedService.objects.create(
                plan=plan,
                item=item,
                nth=nth,
                unit=cast.su,
                client=client,
                owner=cast.zhoumin,
                kind=kind,
                title="x",
                opens_on=day,
                due_on=day,
            )
            for nth, day in enumerate(days, 1)
        ]
        do(record, "plan.service_given", plan, by=cast.zhoumin, also=[item, *made], data={"title": "x"})
    for service, day in zip(made, days, strict=True):
        late = max(NOW, datetime.combine(day, NOW.timetz()))
        do(plans.carry_out, service.pk, done_on=day, how="办了", by=cast.zhoumin, now=late)


def three_years(cast: Cast, now: datetime) -> tuple[AnnualPlan, AnnualPlan, AnnualPlan]:
    """Suzhou's plans of three years: a draft, one submitted, one granted. Nobody calls for the last year yet, so its
    call is written down as it stands."""
    year = now.year
    a_call(cast, year, now)
    granted = do(actions.submit, written(cast, plan_of(cast.su, year), now), by=cast.xuning, now=now)
    do(actions.analyse, granted, conclusion="好", amount=Decimal(1), by=cast.linxiaotang, now=now)
    decided(cast, granted, now=now)
    a_call(cast, year + 1, now)
    weighed = do(actions.submit, written(cast, plan_of(cast.su, year + 1), now), by=cast.xuning, now=now)
    call = AnnualCall(year=year + 2, requirements=WORDS, due_at=now, called_at=now, called_by=cast.linxiaotang)
    with acting(call):
        call.save()
        do(record, "annual.called", call, by=cast.linxiaotang, now=now)
    do(actions.keep_plans_of_open_branches, now=now)
    return written(cast, plan_of(cast.su, year + 2), now), weighed, granted


def owed(rule: str) -> list[Obligation]:
    return list(Obligation.objects.filter(rule__endswith=rule).order_by("pk"))
