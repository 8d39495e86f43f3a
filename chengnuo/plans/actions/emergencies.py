"""Emergency response plans: drawn up, put in force, drilled, reviewed (3.2.7)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.changes import apply
from chengnuo.clients.models import Client
from chengnuo.clients.rules import Faults, day, text
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_plan_emergencies
from ..models import Drill, EmergencyPlan, EmergencyState

CLAUSE = "3.2.7"
MOST_LINES = 40
S = EmergencyState


def _require(by: Staff, client: Client, now: datetime) -> None:
    if not may_plan_emergencies(by, client, now):
        raise Forbidden(_("应急预案由客户所属机构和客户服务中心编制"), clause=CLAUSE)


def emergency_values(given: Mapping[str, Any], client: Client, today: date) -> dict[str, Any]:
    """What an emergency plan must have: the scenario, at least one contact and one step, when it is reviewed.

    Contacts and steps come as lines. Raises Invalid.
    """
    faults = Faults()
    values: dict[str, Any] = {
        "scenario": faults.take("scenario", text, given.get("scenario"), 200),
        "contacts": faults.take("contacts", _lines, given.get("contacts")),
        "steps": faults.take("steps", _lines, given.get("steps")),
        "drill_every": faults.take("drill_every", _months, given.get("drill_every", 12)),
        "review_on": faults.take("review_on", day, given.get("review_on")),
    }
    if values["review_on"] and values["review_on"] <= today:
        faults["review_on"] = _("复审日要在今天以后")
    site = given.get("site")
    if site is not None and site.client_id != client.pk:
        faults["site"] = _("这处场所不是该客户的")
    faults.raise_if_any()
    return {**values, "site": site}


def _lines(given: object) -> list[str]:
    written = given if isinstance(given, list | tuple) else str(given or "").splitlines()
    got = [text(line, 200) for line in written if str(line).strip()]
    if not got:
        raise ValueError(_("至少写一行"))
    if len(got) > MOST_LINES:
        raise ValueError(_("最多%s行") % MOST_LINES)
    return got


def _months(given: object) -> int:
    try:
        got = int(str(given))
    except ValueError:
        got = 0
    if not 1 <= got <= 60:
        raise ValueError(_("写1到60个月"))
    return got


@covers("3.2.7", RECORD)
def draft_emergency_plan(client: Client, *, values: Mapping[str, Any], by: Staff, now: datetime) -> EmergencyPlan:
    """Draw up an emergency plan for a client or one of his sites. Raises Forbidden, Invalid."""
    _require(by, client, now)
    clean = emergency_values(values, client, now.astimezone(ZONE).date())
    with acting(client) as fresh:
        plan = EmergencyPlan(
            unit_id=fresh.unit_id, client=fresh, client_unit_id=fresh.unit_id, owner=by, drafted_at=now, **clean
        )
        plan.number = number(EmergencyPlan.REGISTER, fresh.unit.code, now)
        plan.save()
        data = {"number": plan.number, "contacts": len(plan.contacts), "steps": len(plan.steps)}
        record(
            "emergency_plan.drafted", plan, by=by, now=now, also=[fresh], data=data, texts={"scenario": plan.scenario}
        )
    return plan


def change_emergency_plan(
    plan: EmergencyPlan, *, version: int, values: Mapping[str, Any], by: Staff, now: datetime
) -> EmergencyPlan:
    """Change a draft. Raises Forbidden, Refusal 409 for what is in force, Stale 409, Invalid."""
    _require(by, plan.client, now)
    clean = emergency_values(values, plan.client, now.astimezone(ZONE).date())
    with acting(plan) as fresh:
        if fresh.state != S.DRAFT:
            raise Refusal("not_draft", _("生效的预案不改，另编一份更替它"), clause=CLAUSE)
        data, _texts = apply(fresh, clean, version)
        if data:
            fresh.save()
            record("emergency_plan.changed", fresh, by=by, now=now, data={"fields": sorted(data["changes"])})
    return fresh


def put_in_force(plan: EmergencyPlan, *, by: Staff, now: datetime) -> EmergencyPlan:
    """From now on it is the plan for this scenario at the client's site; the one before is replaced.

    Raises Forbidden, Refusal 409 for what is no draft.
    """
    _require(by, plan.client, now)
    with acting(plan.client, plan) as (client, fresh):
        made = move(fresh, "put_in_force")
        fresh.in_force_at = now
        fresh.version += 1
        fresh.save()
        rows = EmergencyPlan.objects.select_for_update(no_key=True)
        before = list(rows.filter(client=client, site=fresh.site, state=S.IN_FORCE).exclude(pk=fresh.pk))
        same = [one for one in before if one.scenario == fresh.scenario]
        for one in same:
            move(one, "replace")
            one.version += 1
            one.save()
        data = {"state": [made.from_[0], fresh.state], "replaces": [one.number for one in same]}
        record("emergency_plan.put_in_force", fresh, by=by, now=now, also=[client, *same], data=data)
    return fresh


def record_drill(plan: EmergencyPlan, *, held_on: date, taken_part: str, found: str, by: Staff, now: datetime) -> Drill:
    """A drill was held: who took part, what was found. Raises Forbidden, Refusal 409, Invalid."""
    _require(by, plan.client, now)
    faults = Faults()
    people = faults.take("taken_part", text, taken_part, 300)
    words = faults.take("found", text, found, 2000, lines=True)
    if held_on > now.astimezone(ZONE).date():
        faults["held_on"] = _("演练日还没有到")
    faults.raise_if_any()
    with acting(plan) as fresh:
        _require_in_force(fresh)
        drill = Drill.objects.create(plan=fresh, held_on=held_on, taken_part=people, found=words)
        texts = {"taken_part": drill.taken_part, "found": drill.found}
        record("emergency_plan.drilled", fresh, by=by, now=now, also=[drill], data={"on": held_on}, texts=texts)
    return drill


def review_emergency_plan(plan: EmergencyPlan, *, next_on: date, found: str, by: Staff, now: datetime) -> EmergencyPlan:
    """It was gone through and holds until the next day of review. Raises Forbidden, Refusal 409, Invalid."""
    _require(by, plan.client, now)
    faults = Faults()
    words = faults.take("found", text, found, 2000, lines=True)
    if next_on <= now.astimezone(ZONE).date():
        faults["next_on"] = _("下次复审日要在今天以后")
    faults.raise_if_any()
    with acting(plan) as fresh:
        _require_in_force(fresh)
        was, fresh.review_on = fresh.review_on, next_on
        fresh.version += 1
        fresh.save()
        data = {"review_on": [was, next_on]}
        record("emergency_plan.reviewed", fresh, by=by, now=now, data=data, texts={"found": str(words)})
    return fresh


def _require_in_force(plan: EmergencyPlan) -> None:
    if plan.state != S.IN_FORCE:
        raise Invalid("not_in_force", _("预案生效后才演练、复审"), clause=CLAUSE)
