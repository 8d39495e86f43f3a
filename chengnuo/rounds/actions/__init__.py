"""Telephone rounds: scripts, plans, calls, and what clients asked for."""

from .calls import NewCall, claim, claim_next, file_call, let_go, record_call
from .demands import handle, pass_on, tell_interim
from .planning import add_client, cancel_round, finish_round, leave_out, open_round, plan_printed, start_round
from .scripts import revise_script, write_script

__all__ = [
    "NewCall",
    "add_client",
    "cancel_round",
    "claim",
    "claim_next",
    "file_call",
    "finish_round",
    "handle",
    "leave_out",
    "let_go",
    "open_round",
    "pass_on",
    "plan_printed",
    "record_call",
    "revise_script",
    "start_round",
    "tell_interim",
    "write_script",
]
