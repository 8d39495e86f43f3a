"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .duty import cancel_shift, enter_shift, hand_over_shift, take_over_started_shifts
from .given import NewCase, NewPromise
from .knowing import know_caller
from .numbers import show_number
from .printing import call_printed, directory_printed, register_printed, roster_printed
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise

__all__ = [
    "NewCase",
    "NewPromise",
    "answer_promise",
    "call_back",
    "call_printed",
    "cancel_shift",
    "directory_printed",
    "enter_missed_call",
    "enter_shift",
    "hand_over_promise",
    "hand_over_shift",
    "know_caller",
    "make_promise",
    "move_promise",
    "open_case",
    "register_call",
    "register_printed",
    "reply",
    "roster_printed",
    "show_number",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_promise",
]
