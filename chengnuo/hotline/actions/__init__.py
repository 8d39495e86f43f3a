"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .dialling import dial, dial_contact, open_recording
from .duty import cancel_shift, enter_shift, hand_over_shift, take_over_started_shifts
from .given import NewCase, NewPromise
from .hearing import Outcome, forget_old_words, hear, let_rings_go_on, ringing_now
from .knowing import know_caller
from .numbers import show_number
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise
from .systems import change_system, make_system, revoke_system
from .taking import hold, register_ring

__all__ = [
    "NewCase",
    "NewPromise",
    "Outcome",
    "answer_promise",
    "call_back",
    "cancel_shift",
    "change_system",
    "dial",
    "dial_contact",
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
    "open_recording",
    "register_call",
    "register_ring",
    "reply",
    "revoke_system",
    "ringing_now",
    "show_number",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_promise",
]
