"""Drawing up a plan and its next edition (3.2.1, 3.2.2). A draft alone can be changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chengnuo.clients.changes import apply
from chengnuo.clients.models import Agreement, Client
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from .. import rules
from ..access import may_write
from ..fitting import Proposal, known_of, proposals, situation_of
from ..models import IN_FORCE, UNDECIDED, PlanItem, PlanState, ServicePlan, Situation
from ..snapshot import items_of

CLAUSE = "3.2.1"
A_YEAR = timedelta(days=365)
MOST_ITEMS = 300


def head_of(unit_id: int, now: datetime) -> int | None:
    """Who manages a branch, to whom the services of a client without a manager of his own fall."""
    heads = Role.objects.filter(Role.at(now), unit=unit_id, kind=Role.Kind.MANAGER, staff__is_active=True)
    return heads.order_by("pk").values_list("staff_id", flat=True).first()


def with_agreement(plan: ServicePlan) -> list[Kept]:
    """The agreement that a plan serves, for the events that say something of it."""
    return [plan.agreement] if plan.agreement else []


@contextmanager
def locked(plan: ServicePlan) -> Iterator[ServicePlan]:
    """The plan locked and afresh, with its client and its agreement, about which its events speak too."""
    with acting(plan.client, plan, *with_agreement(plan)) as (client, fresh, *agreement):
        fresh.client, fresh.agreement = client, agreement[0] if agreement else None
        yield fresh


def require_writer(by: Staff, now: datetime, clause: str = CLAUSE) -> None:
    """Raises Forbidden for who is not of the centre."""
    if not may_write(by, now):
        raise Forbidden(_("服务方案由客户服务中心制订"), clause=clause)


@covers("3.2.2", RECORD)
def draft_plan(
    client: Client,
    *,
    agreement: Agreement | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Staff,
    now: datetime,
) -> ServicePlan:
    """Draft a client's plan from his policies, sites, risk, losses and past service (3.2.2).

    Without dates it covers the agreement's time from today on, at most a year. Raises Forbidden outside the centre,
    Refusal 409 for an agreement that is not signed or has a plan already, Invalid for dates that cannot be.
    """
    require_writer(by, now)
    today = now.astimezone(ZONE).date()
    first = starts_on or max([today, *_earliest(agreement)])
    last = ends_on or min(first + A_YEAR - timedelta(days=1), agreement.ends_on if agreement else date.max)
    rules.require_period(first, last, today)
    known = known_of(client, by, now)
    with acting(client, *([agreement] if agreement else [])) as found:
        fresh, agreement = found if agreement else (found, None)
        if agreement is not None:
            _require_free(agreement, fresh, first)
        plan = ServicePlan(
            unit=by.unit,
            client=fresh,
            client_unit_id=fresh.unit_id,
            agreement=agreement,
            owner=by,
            starts_on=first,
            ends_on=last,
            situation=situation_of(known),
            commission=known.commission,
            drafted_at=now,
        )
        plan.number = number(ServicePlan.REGISTER, fresh.unit.code, now)
        plan.save()
        owner = fresh.manager_id or head_of(fresh.unit_id, now) or by.pk
        items = PlanItem.objects.bulk_create(
            PlanItem(plan=plan, line=line, owner_id=owner, **_values_of(one))
            for line, one in enumerate(proposals(known, first, last)[:MOST_ITEMS], 1)
        )
        record(
            "plan.drafted",
            plan,
            by=by,
            now=now,
            also=[fresh, *([agreement] if agreement else []), *items],
            data={"number": plan.number, "edition": 1, "items": len(items), "from": first, "to": last},
        )
    return plan


def _values_of(one: Proposal) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _earliest(agreement: Agreement | None) -> list[date]:
    """The days before which a plan for an agreement need not start: its own, and the end of the plan before."""
    if agreement is None:
        return []
    ends = ServicePlan.objects.filter(agreement=agreement, state__in=IN_FORCE).values_list("ends_on", flat=True)
    return [agreement.starts_on, *(one + timedelta(days=1) for one in ends)]


def _require_free(agreement: Agreement, client: Client, first: date) -> None:
    if agreement.client_id != client.pk:
        raise Invalid("not_his", clause=CLAUSE, agreement=_("这份协议不是该客户的"))
    if agreement.state not in (Agreement.State.SIGNED, Agreement.State.ACTIVE):
        raise Refusal("not_signed", _("委托协议签署后才制订方案"), clause=CLAUSE)
    running = ServicePlan.objects.filter(agreement=agreement, ends_on__gte=first).exclude(state=PlanState.CLOSED)
    if running.exists():
        raise Refusal("has_plan", _("这份协议已有服务方案，改它或出新版"), clause=CLAUSE)


def change_plan(plan: ServicePlan, *, version: int, values: Mapping[str, Any], by: Staff, now: datetime) -> ServicePlan:
    """Change a draft's period, cause and the five of its situation.

    Raises Forbidden, Refusal 409 for what is no draft, Stale 409, Invalid.
    """
    require_writer(by, now)
    with acting(plan) as fresh:
        _require_draft(fresh)
        clean = rules.plan_values(values, fresh)
        rules.require_period(clean["starts_on"], clean["ends_on"], None)
        _data, _texts = apply(fresh, clean, version)
        if _data:
            fresh.save()
            changed = sorted(_data["changes"])
            record("plan.changed", fresh, by=by, now=now, data={"fields": changed}, texts={"cause": fresh.cause})
    return fresh


def set_item(plan: ServicePlan, line: int | None, *, values: Mapping[str, Any], by: Staff, now: datetime) -> PlanItem:
    """Add a line to a draft, or change the one of this number; the plan's sum follows.

    Raises Forbidden, Refusal 409 for what is no draft, LookupError for an unknown line, Invalid.
    """
    require_writer(by, now)
    with acting(plan) as fresh:
        _require_draft(fresh)
        clean = rules.item_values(values, fresh)
        items = list(fresh.items.all())
        if line is None:
            if len(items) >= MOST_ITEMS:
                raise Invalid("too_many", title=_("一份方案最多%s项") % MOST_ITEMS)
            item = PlanItem(plan=fresh, line=max((one.line for one in items), default=0) + 1)
        else:
            item = next((one for one in items if one.line == line and not one.is_removed), None) or _missing()
        for name, value in clean.items():
            setattr(item, name, value)
        item.save()
        _summed(fresh)
        data = {"line": item.line, "kind": item.kind, "times": item.times, "budget": item.budget}
        record("plan.item_set", fresh, by=by, now=now, also=[item], data=data, texts={"title": item.title})
    return item


def _missing() -> PlanItem:
    raise Refusal("no_such_line", _("没有这一项，刷新后看"), clause="3.2.2")


def remove_item(plan: ServicePlan, line: int, *, by: Staff, now: datetime) -> None:
    """Strike a line out of a draft. Raises Forbidden, Refusal 409 for what is no draft and for an unknown line."""
    require_writer(by, now)
    with acting(plan) as fresh:
        _require_draft(fresh)
        item = next((one for one in items_of(fresh) if one.line == line), None) or _missing()
        item.is_removed = True
        item.save()
        _summed(fresh)
        record(
            "plan.item_removed", fresh, by=by, now=now, also=[item], data={"line": line}, texts={"title": item.title}
        )


def _summed(plan: ServicePlan) -> None:
    plan.budget = sum((item.budget for item in plan.items.filter(is_removed=False)), Decimal(0))
    plan.version += 1
    plan.save()


def _require_draft(plan: ServicePlan) -> None:
    if plan.state == PlanState.SUBMITTED:
        raise Refusal("under_approval", _("正在审批，撤回后再改"), clause="3.2.3")
    if plan.state != PlanState.DRAFT:
        raise Refusal("not_draft", _("批准过的不改，出新版再改"), clause="3.2.3")


def next_edition(plan: ServicePlan, *, cause: str, by: Staff, now: datetime) -> ServicePlan:
    """Make the next edition of an approved plan, a draft with the same lines; this one stays in force (3.2.3, 3.2.4).

    Raises Forbidden, Refusal 409 for a plan that was not approved or has a next edition already, Invalid without cause.
    """
    require_writer(by, now, "3.2.4")
    cause = rules.cause(cause)
    with acting(plan.client, plan) as (client, fresh):
        latest = ServicePlan.objects.filter(number=fresh.number).order_by("-edition")[0]
        if latest.state in UNDECIDED:
            raise Refusal("has_next", _("第%s版还没有批，改它") % latest.edition, clause="3.2.4")
        if fresh.state not in (*IN_FORCE, PlanState.APPROVED) or fresh.pk != latest.pk:
            raise Refusal("not_approved", _("只有最新的、批准过的方案出新版"), clause="3.2.4")
        known = known_of(client, by, now)
        following = ServicePlan(
            number=fresh.number,
            edition=fresh.edition + 1,
            unit=by.unit,
            client=client,
            client_unit_id=client.unit_id,
            agreement_id=fresh.agreement_id,
            owner=by,
            starts_on=fresh.starts_on,
            ends_on=fresh.ends_on,
            situation=_renewed(fresh.situation, situation_of(known)),
            cause=cause,
            budget=fresh.budget,
            commission=known.commission,
            drafted_at=now,
        )
        try:
            following.save()
        except IntegrityError as twice:
            raise Refusal("has_next", _("有人刚出了新版，刷新后看"), clause="3.2.4") from twice
        items = PlanItem.objects.bulk_create(_copied(item, following) for item in items_of(fresh))
        record(
            "plan.drafted",
            following,
            by=by,
            now=now,
            also=[client, fresh, *items],
            data={"number": following.number, "edition": following.edition, "items": len(items)},
            texts={"cause": cause},
        )
    return following


def _copied(item: PlanItem, plan: ServicePlan) -> PlanItem:
    values = {name: value for name, value in item.row().items() if name not in {"id", "plan_id"}}
    return PlanItem(plan=plan, **values)


def _renewed(was: Sequence[Mapping[str, Any]], now: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The five as the data tell them now; where they tell nothing, what the author had said."""
    before = {one["key"]: one for one in was}
    return [one if one["text"] else dict(before.get(one["key"], one)) for one in now if one["key"] in Situation.values]
