"""What chapter 3.2 demands of plans and of what they promise."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.clients.basis import ServiceKind
from chengnuo.clients.models import Agreement, Client
from chengnuo.clients.rules import Faults, choice, day, money, text
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs
from chengnuo.people.models import Role, Staff, Unit

from .models import (
    Drill,
    EmergencyPlan,
    EmergencyState,
    PlannedService,
    PlanState,
    ServicePlan,
    ServiceState,
    Situation,
)
from .snapshot import items_of

ONE_DAY = timedelta(days=1)
LONGEST_PLAN = timedelta(days=3 * 366)
MOST_TIMES = 366
IMPORTED = "import"
NEXT_PLAN_AHEAD = timedelta(days=60)


# What a plan must be


def cause(given: str) -> str:
    """Why this edition. Raises Invalid without one."""
    faults = Faults()
    got = faults.take("cause", text, given, 2000, lines=True)
    faults.raise_if_any()
    return str(got)


def require_period(starts_on: date, ends_on: date, today: date | None) -> None:
    """Raises Invalid for a plan that ends before it starts, is over before it is drafted or lasts over three years."""
    if ends_on < starts_on:
        raise Invalid("backwards", clause="3.2.2", ends_on=_("截止日早于起始日，核对两个日期"))
    if today is not None and ends_on < today:
        raise Invalid("in_the_past", clause="3.2.2", ends_on=_("截止日已过，改一个以后的日期"))
    if ends_on - starts_on > LONGEST_PLAN:
        raise Invalid("too_long", clause="3.2.2", ends_on=_("一份方案最长三年，分年制订"))


def plan_values(given: Mapping[str, Any], plan: ServicePlan) -> dict[str, Any]:
    """A draft's own values: period, cause, and of the five those that were given. Raises Invalid."""
    faults = Faults()
    values: dict[str, Any] = {
        "starts_on": faults.take("starts_on", day, given.get("starts_on", plan.starts_on)),
        "ends_on": faults.take("ends_on", day, given.get("ends_on", plan.ends_on)),
        "cause": faults.take("cause", text, given.get("cause", plan.cause), 2000, required=False, lines=True),
    }
    said = {one["key"]: one for one in plan.situation}
    situation = []
    for key in Situation.values:
        was = said.get(key, {"text": "", "none": False})
        words = faults.take(key, text, given.get(key, was["text"]), 2000, required=False, lines=True)
        is_none = bool(given.get(f"{key}_none", was["none"]))
        if words and is_none:
            faults[key] = _("写了内容就不要勾“没有”")
        situation.append({"key": key, "text": words or "", "none": is_none})
    faults.raise_if_any()
    return {**values, "situation": situation}


def item_values(given: Mapping[str, Any], plan: ServicePlan) -> dict[str, Any]:
    """The values of a line; its days lie within the plan's. Raises Invalid."""
    faults = Faults()
    values: dict[str, Any] = {
        "kind": faults.take("kind", choice, given.get("kind"), ServiceKind.values),
        "title": faults.take("title", text, given.get("title"), 120),
        "times": faults.take("times", times, given.get("times", 1)),
        "starts_on": faults.take("starts_on", day, given.get("starts_on") or plan.starts_on),
        "ends_on": faults.take("ends_on", day, given.get("ends_on") or plan.ends_on),
        "preparation": faults.take("preparation", text, given.get("preparation"), 1000, required=False, lines=True),
        "budget": faults.take("budget", money, given.get("budget") or 0),
    }
    first, last = values["starts_on"], values["ends_on"]
    if first and last and not plan.starts_on <= first <= last <= plan.ends_on:
        faults["ends_on"] = _("日期要在方案期内：%(first)s 至 %(last)s") % {
            "first": plan.starts_on,
            "last": plan.ends_on,
        }
    if values["budget"] is not None and values["budget"] >= 10**10:
        faults["budget"] = _("金额过大，核对")
    owner, site = given.get("owner"), given.get("site")
    if not isinstance(owner, Staff) or not owner.is_active:
        faults["owner"] = _("选在职的负责人")
    if site is not None and site.client_id != plan.client_id:
        faults["site"] = _("这处场所不是该客户的")
    faults.raise_if_any()
    return {**values, "owner": owner, "site": site}


def times(given: object) -> int:
    """A whole number of times. Raises ValueError."""
    try:
        got = int(str(given))
    except ValueError:
        got = 0
    if not 1 <= got <= MOST_TIMES:
        raise ValueError(_("次数写1到%s的整数") % MOST_TIMES)
    return got


def require_complete(plan: ServicePlan) -> None:
    """Each of the five is filled or declared none, and there is something to do. Raises Refusal 409 with what is
    missing beside its field (3.2.2)."""
    missing = {
        one["key"]: _("填写，或勾“没有”") for one in plan.situation if not one["text"].strip() and not one["none"]
    }
    missing |= {key: _("填写，或勾“没有”") for key in set(Situation.values) - {one["key"] for one in plan.situation}}
    if missing:
        names = "、".join(str(Situation(key).label) for key in Situation.values if key in missing)
        words = _("报批前补齐：%s") % names
        raise Refusal("incomplete", words, clause="3.2.2", fields=missing)
    items = items_of(plan)
    if not items:
        raise Refusal("no_items", _("方案还没有服务项目"), clause="3.2.2")
    outside = [one.title for one in items if one.starts_on < plan.starts_on or one.ends_on > plan.ends_on]
    if outside:
        raise Refusal("outside_period", _("这些项目不在方案期内：%s") % "、".join(outside[:5]), clause="3.2.2")


# What is owed


def centre(now: datetime) -> tuple[int | None, int | None]:
    """The centre's unit and its head, to whom the centre's duties fall."""
    head = Role.objects.filter(Role.at(now), kind=Role.Kind.CENTRE_HEAD, staff__is_active=True).order_by("pk").first()
    if head is not None:
        return head.unit_id, head.staff_id
    unit = Unit.objects.filter(kind=Unit.Kind.CENTRE, closed_on=None).order_by("pk").first()
    return (unit.pk if unit else None), None


@obligation(
    "3.2.1",
    of=Agreement,
    met_by=lambda agreement, event: event.verb == "plan.submitted" and agreement_of(event) == agreement.pk,
    act=Act(gettext_lazy("制订方案"), "plans:new_for"),
    sticky=False,
)
def draw_up_a_plan(agreement: Agreement, facts: Facts) -> Owed | None:
    """A signed agreement owes its client a service plan: drawn up and submitted by the centre within 10 working days of
    the signature [D] (3.2.1). A plan that went back to its author is owed again, by the same day. An agreement that
    outlasts its plan owes the next one by the last day of the one before. What was over before the agreement came by
    an import is not owed here: its plan was drawn up elsewhere, or not."""
    if agreement.state not in (Agreement.State.SIGNED, Agreement.State.ACTIVE) or agreement.signed_on is None:
        return None
    plans = ServicePlan.objects.filter(agreement=agreement).exclude(state=PlanState.DRAFT)
    covered = max((one.ends_on for one in plans if one.submitted_at), default=None)
    if covered is None:
        due, opens_at, key = facts.after(midnight(agreement.signed_on), "plan.drafted"), None, "plan"
        if due <= facts.now and _was_over_when_imported(agreement, due):
            return None
    elif covered < agreement.ends_on:
        due = midnight(covered + ONE_DAY)
        opens_at, key = due - NEXT_PLAN_AHEAD, f"plan-after-{covered}"
    else:
        return None
    unit, head = centre(facts.now)
    return Owed(
        key,
        gettext_noop("为%(client)s制订服务方案"),
        due,
        args={"client": agreement.client.name},
        opens_at=opens_at,
        unit_id=unit,
        owner_id=head,
        inputs={gettext_noop("委托协议"): agreement.number, gettext_noop("签署日"): agreement.signed_on.isoformat()},
    )


def _was_over_when_imported(agreement: Agreement, due: datetime) -> bool:
    where = ref(agreement)
    signed = TrailEvent.objects.filter(subject_type=where.type, subject_pk=where.pk, verb="agreement.signed")
    return signed.filter(source__startswith=IMPORTED, recorded_at__gte=due).exists()


def agreement_of(event: Any) -> int | None:
    """The agreement that a plan's event says it is for."""
    found: int | None = event.data.get("agreement")
    return found


@obligation(
    "3.2.3",
    of=ServicePlan,
    met_by=verbs("plan.delivered"),
    act=Act(gettext_lazy("交付"), "plans:deliver"),
    sticky=False,
)
def deliver_what_was_approved(plan: ServicePlan, facts: Facts) -> Owed | None:
    """An approved plan is handed to the client, with his receipt, within 3 working days of the approval [D] (3.2.3)."""
    if plan.state != PlanState.APPROVED or plan.approved_at is None:
        return None
    return Owed(
        "deliver",
        gettext_noop("交付%(client)s的服务方案"),
        facts.after(plan.approved_at, "plan.delivered"),
        args={"client": plan.client.name},
        unit_id=plan.client_unit_id,
        owner_id=plan.client.manager_id or plan.owner_id,
        inputs={gettext_noop("批准时间"): plan.approved_at.isoformat(), gettext_noop("版次"): plan.edition},
    )


GIVE = Act(gettext_lazy("登记办理"), "plans:give")


@obligation("3.3.0", of=PlannedService, met_by=verbs("plan.service_given"), act=GIVE, sticky=False)
def carry_out_what_is_planned(service: PlannedService, facts: Facts) -> Owed | None:
    """A planned service is carried out between its two days: owed from the first, by 24:00 of the last (3.3.0). An
    emergency or a new edition of the plan takes it away (3.2.4)."""
    if service.state != ServiceState.PLANNED:
        return None
    return Owed(
        "carry_out",
        gettext_noop("%(title)s"),
        service.due_at,
        args={"title": service.title},
        opens_at=midnight(service.opens_on),
        inputs=_inputs(service),
    )


@obligation("3.2.5", of=PlannedService, met_by=verbs("plan.service_given"), act=GIVE, sticky=False)
def record_what_was_given(service: PlannedService, facts: Facts) -> Owed | None:
    """A planned service whose last day passed without a record is recorded, with what was done, within one working day
    from then [D: `service.recorded`] (3.2.5)."""
    if service.state != ServiceState.PLANNED:
        return None
    return Owed(
        "record",
        gettext_noop("补记：%(title)s"),
        facts.after(service.due_at, "service.recorded"),
        args={"title": service.title},
        opens_at=service.due_at,
        inputs=_inputs(service),
    )


def _inputs(service: PlannedService) -> dict[str, Any]:
    days = f"{service.opens_on} — {service.due_on}"
    return {gettext_noop("方案"): service.plan.number, gettext_noop("办理期"): days}


@obligation(
    "3.2.7",
    of=Client,
    met_by=lambda client, event: event.verb == "emergency_plan.put_in_force",
    act=Act(gettext_lazy("编制预案"), "plans:new_emergency"),
    sticky=False,
)
def draw_up_an_emergency_plan(client: Client, facts: Facts) -> Owed | None:
    """A high-risk or large client has an emergency response plan in force within 20 working days of being called so
    [D] (3.2.7)."""
    if not (client.high_risk or client.large):
        return None
    if EmergencyPlan.objects.filter(client=client, state=EmergencyState.IN_FORCE).exists():
        return None
    return Owed(
        "emergency_plan",
        gettext_noop("为%(client)s编制应急预案"),
        facts.after(facts.now, "emergency_plan.drawn_up"),
        args={"client": client.name},
        owner_id=client.manager_id,
        inputs={gettext_noop("认定"): "、".join(client.ticks)},
    )


@obligation(
    "3.2.7",
    of=EmergencyPlan,
    met_by=verbs("emergency_plan.reviewed", "emergency_plan.drilled"),
    act=Act(gettext_lazy("复审"), "plans:emergency"),
    sticky=False,
)
def review_and_drill(plan: EmergencyPlan, facts: Facts) -> list[Owed]:
    """An emergency plan in force is reviewed by its day and drilled every so many months, the first time counted from
    when it came into force (3.2.7)."""
    if plan.state != EmergencyState.IN_FORCE or plan.in_force_at is None:
        return []
    inputs = {gettext_noop("险情"): plan.scenario}
    drill_by = months_after(last_drill(plan) or plan.in_force_at.astimezone(ZONE).date(), plan.drill_every)
    return [
        Owed(
            f"review-{plan.review_on}",
            gettext_noop("复审应急预案：%(scenario)s"),
            midnight(plan.review_on + ONE_DAY),
            args={"scenario": plan.scenario[:60]},
            opens_at=midnight(plan.review_on - timedelta(days=30)),
            inputs=inputs,
        ),
        Owed(
            f"drill-{drill_by}",
            gettext_noop("应急演练：%(scenario)s"),
            midnight(drill_by + ONE_DAY),
            args={"scenario": plan.scenario[:60]},
            opens_at=midnight(drill_by - timedelta(days=30)),
            inputs=inputs,
        ),
    ]


def last_drill(plan: EmergencyPlan) -> date | None:
    """The day of the latest drill, if there was one."""
    return Drill.objects.filter(plan=plan).order_by("-held_on").values_list("held_on", flat=True).first()


def months_after(start: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day (民法典 202)."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=start.day - 1), following - ONE_DAY)
