"""The year's plans: called for, drawn up, submitted, weighed, decided, arranged by month, reported (3.2.8)."""

from .calling import call_for_plans, change_call, excuse, keep_plans_of_open_branches
from .drawing import arrange, write
from .going import ANNUAL, analyse, carry_out, report_back, send_back, submit, take_back
from .printing import plan_printed

__all__ = [
    "ANNUAL",
    "analyse",
    "arrange",
    "call_for_plans",
    "carry_out",
    "change_call",
    "excuse",
    "keep_plans_of_open_branches",
    "plan_printed",
    "report_back",
    "send_back",
    "submit",
    "take_back",
    "write",
]
