"""Letter rounds, their texts and batches, the letters, and what clients answered (4.2)."""

from .campaigns import Campaign, CampaignState, LetterBatch, LetterText, Way
from .letters import GONE, OUT, Excuse, Letter, LetterMail, LetterState, Returned, Tier
from .replies import LetterReply, ReplyKind, ReplyState

__all__ = [
    "GONE",
    "OUT",
    "Campaign",
    "CampaignState",
    "Excuse",
    "Letter",
    "LetterBatch",
    "LetterMail",
    "LetterReply",
    "LetterState",
    "LetterText",
    "ReplyKind",
    "ReplyState",
    "Returned",
    "Tier",
    "Way",
]
