"""Requests for support: drafted, submitted, weighed, decided, carried out, spent on, reported (3.2.9, 3.5.10)."""

from .drafting import draft, edit
from .going import SUPPORT, analyse, carry_out, report_back, send_back, submit, take_back
from .printing import request_printed
from .spending import spend, void_spending

__all__ = [
    "SUPPORT",
    "analyse",
    "carry_out",
    "draft",
    "edit",
    "report_back",
    "request_printed",
    "send_back",
    "spend",
    "submit",
    "take_back",
    "void_spending",
]
