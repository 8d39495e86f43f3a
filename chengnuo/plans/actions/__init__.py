"""Plans: drawn up, submitted, approved, delivered, carried out; emergency plans."""

from .approving import SERVICE_PLAN, has_returned, last_approved, submit_plan
from .carrying import carry_out, drop_for_emergency
from .delivering import activate_plan, break_down, close_plan, deliver_plan, end_plan
from .emergencies import (
    change_emergency_plan,
    draft_emergency_plan,
    put_in_force,
    record_drill,
    review_emergency_plan,
)
from .printing import emergency_plan_printed, plan_printed
from .writing import change_plan, draft_plan, next_edition, remove_item, require_writer, set_item

__all__ = [
    "SERVICE_PLAN",
    "activate_plan",
    "break_down",
    "carry_out",
    "change_emergency_plan",
    "change_plan",
    "close_plan",
    "deliver_plan",
    "draft_emergency_plan",
    "draft_plan",
    "drop_for_emergency",
    "emergency_plan_printed",
    "end_plan",
    "has_returned",
    "last_approved",
    "next_edition",
    "plan_printed",
    "put_in_force",
    "record_drill",
    "remove_item",
    "require_writer",
    "review_emergency_plan",
    "set_item",
    "submit_plan",
]
