"""The records of claims: the claim, its money, its documents, and what passed with the centre."""

from .centre import WITH_CENTRE, Cause, Escalation, EscalationState, Guidance
from .claim import AGREED, DECIDED, DISPUTED_FROM, GIVEN_UP_FROM, OVER, Claim, State
from .money import FROM_INSURER, LossEstimate, Payment, PaymentKind
from .papers import SETTLED, ClaimPaper, PaperList, PaperState, Party

__all__ = [
    "AGREED",
    "DECIDED",
    "DISPUTED_FROM",
    "FROM_INSURER",
    "GIVEN_UP_FROM",
    "OVER",
    "SETTLED",
    "WITH_CENTRE",
    "Cause",
    "Claim",
    "ClaimPaper",
    "Escalation",
    "EscalationState",
    "Guidance",
    "LossEstimate",
    "PaperList",
    "PaperState",
    "Party",
    "Payment",
    "PaymentKind",
    "State",
]
