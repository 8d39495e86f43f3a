"""Who may open what of plans: rows of the access table, the twins of the pages, and the records they ask for."""

from datetime import timedelta
from typing import Any

from chengnuo.clients.models import Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.plans import actions
from chengnuo.plans.models import PlannedService, ServicePlan
from tests.cast import Cast
from tests.hotline.world import do
from tests.sweeps.rows import ALL, HANDLED, SEEN, Row, id_, pk

# Written and ended by the centre alone; seen by whom the client is seen.
WRITTEN = "403 403 404 403 404 200 200 403 403 404"
WRITTEN_AT_ONCE = WRITTEN.replace("200", "302")
# An emergency is the manager's word, and the centre's.
MANAGED = "403 200 404 403 404 200 200 403 403 404"

# The centre's, asked of nobody's record.
SERVES_ALL = "403 403 403 403 403 200 200 403 403 403"

PAGES = [
    Row("plans:list", ALL),
    Row("plans:services", ALL),
    Row("plans:break_down", SERVES_ALL.replace("200", "302"), "post", post={"year": "2026"}),
    Row("plans:against", ALL),
    Row("plans:emergencies", ALL),
    Row("plans:new", WRITTEN, kwargs=pk("client")),
    Row("plans:new_for", SEEN.replace("200", "302"), kwargs=pk("agreement")),
    Row("plans:page", SEEN, kwargs=pk("plan")),
    Row("plans:edit", WRITTEN, kwargs=pk("plan_draft")),
    Row("plans:add_item", WRITTEN, kwargs=pk("plan_draft")),
    Row("plans:edit_item", WRITTEN, kwargs=pk("plan_draft", line=1)),
    Row("plans:remove_item", WRITTEN_AT_ONCE, "post", pk("plan_draft", line=1)),
    # Not complete: refused by the clause, once who may has been asked.
    Row("plans:submit", WRITTEN.replace("200", "302"), "post", pk("plan_draft")),
    Row("plans:deliver", HANDLED, kwargs=pk("plan_approved")),
    Row("plans:next", WRITTEN, kwargs=pk("plan")),
    Row("plans:close", WRITTEN, kwargs=pk("plan")),
    Row("plans:print", SEEN, "post", pk("plan")),
    Row("plans:give", HANDLED, kwargs=pk("planned")),
    Row("plans:drop", MANAGED, kwargs=pk("planned")),
    Row("plans:new_emergency", HANDLED, kwargs=pk("client")),
    Row("plans:emergency", SEEN, kwargs=pk("emergency")),
    Row("plans:edit_emergency", HANDLED, kwargs=pk("emergency_draft")),
    Row("plans:force_emergency", HANDLED.replace("200", "302"), "post", pk("emergency_draft")),
    Row("plans:drill", HANDLED, kwargs=pk("emergency")),
    Row("plans:review", HANDLED, kwargs=pk("emergency")),
    Row("plans:print_emergency", SEEN, "post", pk("emergency")),
]

LINE = {
    "kind": "call",
    "title": "电话回访",
    "times": 2,
    "start": "2026-10-01",
    "end": "2026-12-31",
    "owner_id": "@zhoumin",
}
SAID = {"text": "", "none": True}
HEAD = {
    "start": "2026-10-01",
    "end": "2027-08-31",
    **dict.fromkeys(("policies", "sites", "risk", "losses", "history"), SAID),
}
EMERGENCY = {"scenario": "火灾", "contacts": ["陈月琴"], "steps": ["报警"], "review_on": "2027-09-01"}
DRILLED = {"held_on": "2026-09-28", "taken_part": "安全部", "found": "无"}

API = [
    Row("api:list_plans", ALL),
    Row("api:get_plan", SEEN, kwargs=id_("plan")),
    Row("api:draft_plan", WRITTEN.replace("200", "201"), "post", post={"client_id": "@client"}),
    Row("api:change_plan", WRITTEN, "post", id_("plan_draft"), {**HEAD, "version": 1}),
    Row("api:add_plan_item", WRITTEN, "post", id_("plan_draft"), LINE),
    Row("api:change_plan_item", WRITTEN, "post", {**id_("plan_draft"), "line": 1}, LINE),
    Row("api:remove_plan_item", WRITTEN, "post", {**id_("plan_draft"), "line": 1}, {}),
    Row("api:submit_plan", WRITTEN.replace("200", "409"), "post", id_("plan_draft"), {"version": 1}),
    Row("api:deliver_plan", HANDLED, "post", id_("plan_approved"), {"how": "hand", "received_by": "罗咏仪"}),
    Row("api:next_plan_edition", WRITTEN, "post", id_("plan"), {"cause": "新设场所"}),
    Row("api:close_plan", WRITTEN, "post", id_("plan"), {"reason": "客户迁出"}),
    Row("api:print_plan", SEEN, "post", id_("plan"), {}),
    Row("api:list_planned_services", ALL),
    Row("api:give_planned_service", HANDLED, "post", id_("planned"), {"done_on": "2026-09-28", "how": "办好"}),
    Row("api:drop_planned_service", MANAGED, "post", id_("planned"), {"reason": "台风"}),
    Row("api:break_down_year", SERVES_ALL.replace("200", "202"), "post", post={"year": 2026}),
    Row("api:get_plan_against_done", ALL, query="?year=2026"),
    Row("api:list_emergency_plans", ALL),
    Row("api:get_emergency_plan", SEEN, kwargs=id_("emergency")),
    Row("api:draft_emergency_plan", HANDLED.replace("200", "201"), "post", id_("client"), EMERGENCY),
    Row("api:change_emergency_plan", HANDLED, "post", id_("emergency_draft"), {**EMERGENCY, "version": 1}),
    Row("api:put_emergency_plan_in_force", HANDLED, "post", id_("emergency_draft"), {}),
    Row("api:record_drill", HANDLED, "post", id_("emergency"), DRILLED),
    Row("api:review_emergency_plan", HANDLED, "post", id_("emergency"), {"next_on": "2027-09-01", "found": "无"}),
    Row("api:print_emergency_plan", SEEN, "post", id_("emergency"), {}),
]

TWINS = {
    "plans:list": "list_plans",
    "plans:page": "get_plan",
    "plans:new": "draft_plan",
    "plans:edit": "change_plan",
    "plans:add_item": "add_plan_item",
    "plans:edit_item": "change_plan_item",
    "plans:remove_item": "remove_plan_item",
    "plans:submit": "submit_plan",
    "plans:deliver": "deliver_plan",
    "plans:next": "next_plan_edition",
    "plans:close": "close_plan",
    "plans:print": "print_plan",
    "plans:services": "list_planned_services",
    "plans:give": "give_planned_service",
    "plans:drop": "drop_planned_service",
    "plans:break_down": "break_down_year",
    "plans:against": "get_plan_against_done",
    "plans:emergencies": "list_emergency_plans",
    "plans:emergency": "get_emergency_plan",
    "plans:new_emergency": "draft_emergency_plan",
    "plans:edit_emergency": "change_emergency_plan",
    "plans:force_emergency": "put_emergency_plan_in_force",
    "plans:drill": "record_drill",
    "plans:review": "review_emergency_plan",
    "plans:print_emergency": "print_emergency_plan",
}
NO_TWIN = {"plans:new_for": "leads from an agreement's duty to the form of its plan"}


def made(cast: Cast, client: Client, now: Any) -> dict[str, int]:
    """A draft, an approved edition and one in force of Suzhou's client; emergency plans of both states."""
    centre = cast.wanghaiyan

    def drafted() -> ServicePlan:
        return do(actions.draft_plan, client, now=now, by=centre)

    def approved() -> ServicePlan:
        plan = drafted()
        none = {f"{one['key']}_none": not one["text"] for one in plan.situation}
        plan = do(actions.change_plan, plan, now=now, version=plan.version, values=none, by=centre)
        approval = do(actions.submit_plan, plan, now=now, by=centre)
        do(decide, approval.steps.get(), "approve", now=now, sha256=approval.sha256, by=cast.zhengqiming)
        plan.refresh_from_db()
        return plan

    def emergency(scenario: str) -> Any:
        values = {**EMERGENCY, "scenario": scenario, "review_on": now.date() + timedelta(days=300)}
        return do(actions.draft_emergency_plan, client, now=now, values=values, by=cast.zhoumin)

    plan = do(actions.deliver_plan, approved(), now=now, how="hand", received_by="罗咏仪", by=cast.zhoumin)
    in_force = do(actions.put_in_force, emergency("火灾"), now=now, by=cast.zhoumin)
    return {
        "plan_draft": drafted().pk,
        "plan_approved": approved().pk,
        "plan": plan.pk,
        "planned": plan.services.earliest("pk").pk,
        "emergency": in_force.pk,
        "emergency_draft": emergency("台风").pk,
    }


def several(cast: Cast, client: Client, count: int) -> ServicePlan:
    """So many plans and emergency plans, and as many services of the first plan, for what must not grow with them."""
    first = do(actions.draft_plan, client, by=cast.wanghaiyan)
    item = first.items.earliest("line")
    given = {"plan": first, "item": item, "unit": cast.su, "client": client, "owner": cast.zhoumin, "kind": item.kind}
    days = {"opens_on": first.starts_on, "due_on": first.ends_on}
    for nth in range(count):
        if nth:
            do(actions.draft_plan, client, by=cast.wanghaiyan)
        PlannedService.objects.create(nth=nth, title=item.title, **given, **days)
        do(actions.draft_emergency_plan, client, values={**EMERGENCY, "scenario": f"火灾{nth}"}, by=cast.zhoumin)
    return first
