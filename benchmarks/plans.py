"""Service plans: drafting one for a client with much, and breaking a year of many plans down into daily items."""

import os
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from chengnuo.clients.actions import enter_client
from chengnuo.kit import jobs
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Job
from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff, Unit
from chengnuo.plans import actions
from chengnuo.plans.models import PlannedService, ServicePlan
from chengnuo.plans.yearly import start_year

PLANS = int(os.environ.get("BENCH_PLANS", "1000"))
POLICIES, SITES = 200, 60
Say = Callable[[str, str], None]


def measure(say: Say, unit: Unit, centre: Staff, chairman: Staff, now: datetime) -> None:
    """`BENCH_PLANS` plans are delivered one by one first, which takes longer than what is measured."""
    with moved_to(now, "bench"):
        big = enter_client(
            unit=unit,
            values={"name": "大客户集团有限公司", "kind": "company"},
            sites=[{"name": f"厂区{nth}", "address": f"苏州市吴中区{nth}号"} for nth in range(SITES)],
            policies=[_policy(nth, now.date()) for nth in range(POLICIES)],
            ticks=["large", "high_risk"],
            reason="年保费",
            by=centre,
            now=now,
        )
        began = time.perf_counter()
        plan = actions.draft_plan(big, by=centre, now=now)
        took = time.perf_counter() - began
        say(f"a plan drafted: {POLICIES} policies, {SITES} sites, {plan.items.count()} lines", f"{took:.2f} s")
        small = enter_client(
            unit=unit,
            values={"name": "小客户有限公司", "kind": "company"},
            sites=[{"name": "厂", "address": "苏州市吴中区金塘路0号"}],
            policies=[_policy(POLICIES, now.date())],
            by=centre,
            now=now,
        )
        for _nth in range(PLANS):
            _in_force(small, centre, chairman, now)
        before = PlannedService.objects.count()
        job = start_year(now.year + 1, by=centre, now=now)
        began = time.perf_counter()
        while Job.objects.get(pk=job.pk).is_running:
            jobs.run_job(job.pk)
        took = time.perf_counter() - began
        made = PlannedService.objects.count() - before
        pace = f"{PLANS / took * 60:,.0f} plans/min"
        say(f"a year of {PLANS} plans broken down: {made} services", pace)
        assert not ServicePlan.objects.filter(state="active", broken_down_to__lt=date(now.year + 1, 12, 31)).exists()


def _policy(nth: int, today: date) -> dict[str, object]:
    ends = today + timedelta(days=1 + nth % 360)
    return {
        "no": f"BENCH-{nth}",
        "line": "property" if nth % 2 else "motor",
        "insurer": "屿安财产保险股份有限公司",
        "sum_insured": "1000000.00",
        "premium": "5000.00",
        "starts_on": ends - timedelta(days=364),
        "ends_on": ends,
    }


def _in_force(client: object, centre: Staff, chairman: Staff, now: datetime) -> None:
    plan = actions.draft_plan(client, by=centre, now=now)  # type: ignore[arg-type]
    none = {f"{one['key']}_none": not one["text"] for one in plan.situation}
    plan = actions.change_plan(plan, version=plan.version, values=none, by=centre, now=now)
    approval = actions.submit_plan(plan, by=centre, now=now)
    for step in approval.steps.all():
        decide(step, "approve", sha256=approval.sha256, by=chairman, now=now)
    plan.refresh_from_db()
    actions.deliver_plan(plan, how="hand", received_by="客户", by=centre, now=now)
