"""What of a plan is approved: all that the client will read of it, and nothing that changes by itself."""

from typing import Any

from .models import PlanItem, ServicePlan

KIND = "service_plan"


def snapshot_of(plan: ServicePlan) -> dict[str, Any]:
    """The content of an edition, as the chairman approves it (3.2.3). Money in yuan."""
    return {
        "number": plan.number,
        "edition": plan.edition,
        "client": plan.client_id,
        "agreement": plan.agreement_id,
        "from": plan.starts_on,
        "to": plan.ends_on,
        "situation": plan.situation,
        "cause": plan.cause,
        "budget": plan.budget,
        "commission": plan.commission,
        "items": [
            {
                "line": item.line,
                "kind": item.kind,
                "title": item.title,
                "times": item.times,
                "from": item.starts_on,
                "to": item.ends_on,
                "owner": item.owner_id,
                "site": item.site_id,
                "preparation": item.preparation,
                "budget": item.budget,
            }
            for item in items_of(plan)
        ],
    }


def items_of(plan: ServicePlan) -> list[PlanItem]:
    """The lines of an edition that count, in their order."""
    return [item for item in plan.items.all() if not item.is_removed]
