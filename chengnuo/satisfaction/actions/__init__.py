"""Asking a client how a service was, taking his answer, and hearing him when he was not satisfied (2.2)."""

from .asking import ask_again, ask_when_finished
from .following import follow_up
from .links import give_link
from .rating import DeadLink, open_request, rate

__all__ = [
    "DeadLink",
    "ask_again",
    "ask_when_finished",
    "follow_up",
    "give_link",
    "open_request",
    "rate",
]
