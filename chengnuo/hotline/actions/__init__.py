"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .days import backs, explain_day, fill_gap, review_days
from .duty import cancel_shift, enter_shift, hand_over_shift, take_over_started_shifts
from .feeds import make_feed, revoke_feed
from .given import NewCase, NewPromise
from .knowing import know_caller
from .lines import ask_branches_without_line, register_line, withdraw_line
from .numbers import show_number
from .patterns import drafted, extend_patterns, preview, start_pattern, stop_pattern
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise
from .swaps import agree_swap, ask_swap, call_off_swap, decline_swap, reassign_shift

__all__ = [
    "NewCase",
    "NewPromise",
    "agree_swap",
    "answer_promise",
    "ask_branches_without_line",
    "ask_swap",
    "backs",
    "call_back",
    "call_off_swap",
    "cancel_shift",
    "decline_swap",
    "drafted",
    "enter_missed_call",
    "enter_shift",
    "explain_day",
    "extend_patterns",
    "fill_gap",
    "hand_over_promise",
    "hand_over_shift",
    "know_caller",
    "make_feed",
    "make_promise",
    "move_promise",
    "open_case",
    "preview",
    "reassign_shift",
    "register_call",
    "register_line",
    "reply",
    "review_days",
    "revoke_feed",
    "show_number",
    "start_pattern",
    "stop_pattern",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_line",
    "withdraw_promise",
]
