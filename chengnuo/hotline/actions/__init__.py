"""The hotline's only writers."""

from .calls import call_back, enter_missed_call, open_case, register_call, reply, void_call
from .days import backs, explain_day, fill_gap, review_days
from .dialling import dial, dial_contact, open_recording
from .duty import cancel_shift, enter_shift, hand_over_shift, require_roster, take_over_started_shifts
from .feeds import make_feed, revoke_feed
from .given import NewCase, NewPromise
from .hearing import Outcome, forget_old_words, hear, let_rings_go_on, ringing_now
from .knowing import know_caller
from .lines import ask_branches_without_line, register_line, withdraw_line
from .numbers import show_number
from .patterns import drafted, extend_patterns, preview, start_pattern, stop_pattern
from .printing import call_printed, directory_printed, register_printed, roster_printed
from .promises import answer_promise, hand_over_promise, make_promise, move_promise, tell_interim, withdraw_promise
from .swaps import agree_swap, ask_swap, call_off_swap, decline_swap, reassign_shift
from .systems import change_system, make_system, revoke_system
from .taking import hold, register_ring

__all__ = [
    "NewCase",
    "NewPromise",
    "Outcome",
    "agree_swap",
    "answer_promise",
    "ask_branches_without_line",
    "ask_swap",
    "backs",
    "call_back",
    "call_off_swap",
    "call_printed",
    "cancel_shift",
    "change_system",
    "decline_swap",
    "dial",
    "dial_contact",
    "directory_printed",
    "drafted",
    "enter_missed_call",
    "enter_shift",
    "explain_day",
    "extend_patterns",
    "fill_gap",
    "forget_old_words",
    "hand_over_promise",
    "hand_over_shift",
    "hear",
    "hold",
    "know_caller",
    "let_rings_go_on",
    "make_feed",
    "make_promise",
    "make_system",
    "move_promise",
    "open_case",
    "open_recording",
    "preview",
    "reassign_shift",
    "register_call",
    "register_line",
    "register_printed",
    "register_ring",
    "reply",
    "require_roster",
    "review_days",
    "revoke_feed",
    "revoke_system",
    "ringing_now",
    "roster_printed",
    "show_number",
    "start_pattern",
    "stop_pattern",
    "take_over_started_shifts",
    "tell_interim",
    "void_call",
    "withdraw_line",
    "withdraw_promise",
]
