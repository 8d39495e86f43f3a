"""Submitting a plan, and what the chairman's word does to it (3.2.3)."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.approvals.actions import Asked, request
from chengnuo.kit.approvals.kinds import Difference, Kind, Line
from chengnuo.kit.models import Approval
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import Basis, midnight
from chengnuo.ledger.clauses import guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import reach

from .. import rules
from ..models import IN_FORCE, PlanState, ServicePlan
from ..snapshot import KIND, snapshot_of
from .writing import locked, require_writer, with_agreement

CLAUSE = "3.2.3"
R = Role.Kind


@guards("3.2.2")
def submit_plan(plan: ServicePlan, *, version: int | None = None, by: Staff, now: datetime) -> Approval:
    """Put an edition before the chairman; what somebody of the centre wrote goes by the centre's head first.

    From then on nobody changes it. Raises Forbidden, Refusal 409 for what is no draft, is incomplete or was changed
    since it was read (`version`).
    """
    require_writer(by, now, CLAUSE)
    with locked(plan) as fresh:
        if version is not None and fresh.version != version:
            raise Refusal("stale", _("你打开之后别人改过，刷新后再报批"), clause=CLAUSE)
        made = move(fresh, "submit")
        rules.require_complete(fresh)
        fresh.submitted_at = now
        fresh.version += 1
        fresh.save()
        record(
            "plan.submitted",
            fresh,
            by=by,
            now=now,
            also=with_agreement(fresh),
            data={"state": [made.from_[0], fresh.state], "agreement": fresh.agreement_id, "edition": fresh.edition},
        )
        return request(
            KIND,
            fresh,
            about=fresh.number,
            title=f"{fresh.client.name} {fresh.title}",
            clause=CLAUSE,
            snapshot=snapshot_of(fresh),
            steps=_steps(by, now),
            by=by,
            now=now,
        )


def _steps(by: Staff, now: datetime) -> list[Asked]:
    is_head = reach(by, now).is_a(R.CENTRE_HEAD)
    return [*([] if is_head else [Asked(R.CENTRE_HEAD)]), Asked(R.CHAIRMAN)]


def _plan(approval: Approval) -> ServicePlan:
    return ServicePlan.objects.select_related("client", "agreement").get(pk=approval.subject_pk)


def _approved(approval: Approval, snapshot: dict[str, Any], by: Staff, on_behalf_of: int | None, now: datetime) -> None:
    with locked(_plan(approval)) as fresh:
        made = move(fresh, "approve")
        fresh.approved_at, fresh.approved_sha256 = now, approval.sha256
        _follow(fresh, "plan.approved", made.from_[0], approval, by=by, now=now, on_behalf_of=on_behalf_of)


def _ended(approval: Approval, snapshot: dict[str, Any], by: Staff, now: datetime) -> None:
    """Returned, refused or taken back: a draft again."""
    with locked(_plan(approval)) as fresh:
        made = move(fresh, "return")
        fresh.submitted_at = None
        _follow(fresh, "plan.returned", made.from_[0], approval, by=by, now=now)


def _follow(
    plan: ServicePlan, verb: str, was: str, approval: Approval, *, by: Staff, now: datetime, **more: Any
) -> None:
    plan.version += 1
    plan.save()
    data = {"state": [was, plan.state], "approval": approval.pk, "agreement": plan.agreement_id}
    record(verb, plan, by=by, now=now, also=with_agreement(plan), data=data, **more)


def last_approved(plan: ServicePlan) -> ServicePlan | None:
    """What an edition is held against: the edition approved before it, else the client's plan before this one."""
    earlier = ServicePlan.objects.filter(client=plan.client_id).exclude(approved_sha256="")
    same = earlier.filter(number=plan.number, edition__lt=plan.edition).order_by("-edition").first()
    return same or earlier.exclude(number=plan.number).filter(pk__lt=plan.pk).order_by("-approved_at").first()


def _difference(approval: Approval, snapshot: dict[str, Any]) -> Difference:
    plan = _plan(approval)
    before = last_approved(plan)
    was: dict[str, Any] = snapshot_of(before) if before else {"budget": 0, "items": []}
    old, new = Decimal(was["budget"]), Decimal(snapshot["budget"])
    lines = [_line(kind, _times(was).get(kind, 0), _times(snapshot).get(kind, 0)) for kind in ServiceKind.values]
    return Difference(
        figure=Line(_("年度服务费用"), f"{old:,.2f}", f"{new:,.2f}", f"{new - old:+,.2f}" if before else ""),
        note=_shares(old, new, Decimal(snapshot["commission"])),
        against=_against(plan, before),
        lines=[line for line in lines if line],
        cause=snapshot["cause"],
        is_money=True,
    )


def _times(snapshot: dict[str, Any]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for item in snapshot["items"]:
        counted[item["kind"]] += item["times"]
    return counted


def _line(kind: str, was: int, now: int) -> Line | None:
    if not was and not now:
        return None
    before, after = (_("%s次") % was if was else _("无")), (_("%s次") % now if now else _("取消"))
    return Line(str(ServiceKind(kind).label), before, after, f"{now - was:+d}" if now != was else _("不变"))


def _shares(old: Decimal, new: Decimal, commission: Decimal) -> str:
    words = [f"{(new - old) / old * 100:+.1f}%"] if old else []
    words += [_("占佣金%s%%") % f"{new / commission * 100:.1f}"] if commission else []
    return "，".join(words)


def _against(plan: ServicePlan, before: ServicePlan | None) -> str:
    if before is None or before.approved_at is None:
        return ""
    day = before.approved_at.astimezone(ZONE).date().isoformat()
    name = _("第%s版") % before.edition if before.number == plan.number else before.number
    return _("%(name)s（%(day)s批）") % {"name": name, "day": day}


def _waiting(approval: Approval, snapshot: dict[str, Any]) -> str:
    """What it costs to wait: how long the client has been waiting since he signed, the earliest day on which he can get
    it if it is not signed today, and what holds meanwhile."""
    plan = _plan(approval)
    calendar = rulebook().calendar
    today = approval.asked_at.astimezone(ZONE).date()
    words = []
    if plan.agreement and plan.agreement.signed_on:
        days = calendar.elapsed(midnight(plan.agreement.signed_on), approval.asked_at, Basis.WORKING_DAYS)
        words.append(_("客户签约后已等%s个工作日") % int(days))
    following = calendar.add(midnight(today), 1, Basis.WORKING_DAYS).last_day
    day = {"month": following.month, "day": following.day}
    words.append(_("当天不批，最早%(month)s月%(day)s日才能送客户") % day)
    standing = ServicePlan.objects.filter(number=plan.number, state__in=IN_FORCE).order_by("-edition").first()
    words.append(_("批准前按第%s版服务") % standing.edition if standing else _("批准前客户没有服务方案"))
    return "；".join(words)


SERVICE_PLAN = Kind(
    KIND,
    gettext_lazy("服务方案，送客户前批准"),  # type: ignore[arg-type]
    on_approved=_approved,
    difference=_difference,
    waiting=_waiting,
    on_ended=_ended,
)


def has_returned(plan: ServicePlan) -> Approval | None:
    """The last request for this draft that did not end in its approval, with its reason in its steps."""
    if plan.state != PlanState.DRAFT:
        return None
    rows = Approval.objects.filter(kind=KIND, subject_type=plan._meta.label_lower, subject_pk=plan.pk)
    return rows.exclude(state=Approval.State.PENDING).order_by("-pk").first()
