"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .duty import cancel_shift, enter_shift, hand_over_shift, take_over_started_shifts
from .given import NewCase, NewPromise
from .knowing import know_caller
from .lines import ask_branches_without_line, register_line, withdraw_line
from .numbers import show_number
from .patterns import extend_patterns, preview, start_pattern, stop_pattern
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise

__all__ = [
    "NewCase",
    "NewPromise",
    "answer_promise",
    "ask_branches_without_line",
    "call_back",
    "cancel_shift",
    "enter_missed_call",
    "enter_shift",
    "extend_patterns",
    "hand_over_promise",
    "hand_over_shift",
    "know_caller",
    "make_promise",
    "move_promise",
    "open_case",
    "preview",
    "register_call",
    "register_line",
    "reply",
    "show_number",
    "start_pattern",
    "stop_pattern",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_line",
    "withdraw_promise",
]
