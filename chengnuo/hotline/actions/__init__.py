"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .duty import cancel_shift, enter_shift, hand_over_shift, take_over_started_shifts
from .given import NewCase, NewPromise
from .hearing import forget_old_words, hear, let_rings_go_on
from .knowing import know_caller
from .numbers import show_number
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise
from .systems import change_system, make_system, revoke_system
from .taking import hold, register_ring

__all__ = [
    "NewCase",
    "NewPromise",
    "answer_promise",
    "call_back",
    "cancel_shift",
    "change_system",
    "enter_missed_call",
    "enter_shift",
    "forget_old_words",
    "hand_over_promise",
    "hand_over_shift",
    "hear",
    "hold",
    "know_caller",
    "let_rings_go_on",
    "make_promise",
    "make_system",
    "move_promise",
    "open_case",
    "register_call",
    "register_ring",
    "reply",
    "revoke_system",
    "show_number",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_promise",
]
