"""Complaints, what passed with the centre about them, the decision, and earlier ones on the same matter."""

from .centre import Cause, Referral, ReferralState
from .complaint import (
    FOR_REVIEW,
    RUNNING,
    UNDECIDED,
    Complaint,
    PauseKind,
    State,
)
from .decision import WAYS_ON, Decision, Outcome
from .recusal import Recusal
from .repeat import Repeat, RepeatState

__all__ = [
    "FOR_REVIEW",
    "RUNNING",
    "UNDECIDED",
    "WAYS_ON",
    "Cause",
    "Complaint",
    "Decision",
    "Outcome",
    "PauseKind",
    "Recusal",
    "Referral",
    "ReferralState",
    "Repeat",
    "RepeatState",
    "State",
]
