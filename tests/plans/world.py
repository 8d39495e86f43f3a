"""A company of Suzhou with a signed agreement, and its plan at every stage; a single service that a plan promises."""

from datetime import date, timedelta
from typing import Any

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Agreement, Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Approval
from chengnuo.ledger.acting import acting
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.plans import actions
from chengnuo.plans.models import PlanItem, PlannedService, PlanState, ServicePlan, Situation
from tests.cast import Cast
from tests.clients.conftest import COMPANY, CONTACT, POLICY, SITE
from tests.hotline.world import DAY, NOW, at, do

__all__ = ["DAY", "NOW", "Situation", "a_company", "an_agreement", "at", "do"]

SIGNED_ON = date(2026, 9, 25)
AGREED = {"number": "WT-2026-001", "starts_on": "2026-09-25", "ends_on": "2027-09-24"}


def a_company(cast: Cast, **more: Any) -> Client:
    given = {"contacts": [CONTACT], "sites": [SITE], "policies": [POLICY], **more}
    return do(clients.enter_client, unit=cast.su, values=COMPANY, by=cast.zhoumin, **given)


def an_agreement(cast: Cast, client: Client, now: Any = NOW) -> Agreement:
    agreement = do(clients.draft_agreement, client, now=now, values=AGREED, by=cast.zhoumin)
    return do(clients.sign_agreement, agreement, now=now, signed_on=SIGNED_ON, by=cast.zhoumin)


def a_plan(cast: Cast, client: Client | None = None, now: Any = NOW, **more: Any) -> ServicePlan:
    client = client or a_company(cast)
    given = {"agreement": an_agreement(cast, client), **more}
    return do(actions.draft_plan, client, now=now, by=cast.wanghaiyan, **given)


def complete(cast: Cast, plan: ServicePlan, now: Any = NOW, **values: Any) -> ServicePlan:
    """The author says of what there is nothing."""
    none = {f"{one['key']}_none": True for one in plan.situation if not one["text"]}
    plan.refresh_from_db()
    return do(actions.change_plan, plan, now=now, version=plan.version, values={**none, **values}, by=cast.wanghaiyan)


def submitted(cast: Cast, plan: ServicePlan | None = None, now: Any = NOW) -> Approval:
    return do(actions.submit_plan, complete(cast, plan or a_plan(cast), now), now=now, by=cast.wanghaiyan)


def say(approval: Approval, decision: str, by: Any, now: Any = NOW, **more: Any) -> Approval:
    step = approval.steps.get(decision="", asked_at__isnull=False)
    return do(decide, step, decision, now=now, sha256=approval.sha256, by=by, **more)


def approved(cast: Cast, plan: ServicePlan | None = None, now: Any = NOW) -> ServicePlan:
    approval = say(submitted(cast, plan, now), "approve", cast.zhengqiming, now)
    return ServicePlan.objects.get(pk=approval.subject_pk)


def deliver(cast: Cast, plan: ServicePlan, now: Any = NOW, **more: Any) -> ServicePlan:
    return do(
        actions.deliver_plan, plan, now=now, **{"how": "hand", "received_by": "陈月琴", "by": cast.zhoumin, **more}
    )


def in_force(cast: Cast, client: Client | None = None, now: Any = NOW) -> ServicePlan:
    return deliver(cast, approved(cast, a_plan(cast, client) if client else None, now), now)


def a_promise(cast: Cast, client: Client, kind: str = "visit", **more: Any) -> PlannedService:
    """A service that a plan in force promises this client, open this week: its rows, and one event that vouches for them."""
    owner = {"unit": client.unit, "client": client, "owner": cast.zhoumin}
    said = {"kind": kind, "title": "季度拜访" if kind == "visit" else "节前问候"}
    span = {"opens_on": NOW.date(), "due_on": NOW.date() + timedelta(days=7), **more}
    term = {"starts_on": min(SIGNED_ON, span["opens_on"]), "ends_on": span["due_on"]}
    with acting(client, client=client):
        plan = ServicePlan.objects.create(
            number=number(ServicePlan.REGISTER, client.unit.code, NOW),
            client_unit=client.unit,
            state=PlanState.ACTIVE,
            approved_sha256="0" * 64,
            drafted_at=NOW,
            delivered_at=NOW,
            **term,
            **owner,
        )
        item = PlanItem.objects.create(
            plan=plan, line=1, owner=cast.zhoumin, preparation="核对保单\n理赔清单", **said, **term
        )
        planned = PlannedService.objects.create(plan=plan, item=item, nth=1, **said, **span, **owner)
        do(record, "plan.drawn_up", plan, by=cast.zhoumin, also=[item, planned])
    return planned
