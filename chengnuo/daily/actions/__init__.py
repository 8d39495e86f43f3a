"""Daily service: what passed with a client, what was promised then, and renewals."""

from .contacts import answer, enter_contact
from .renewals import contact_client, decide_anew, hand_on, lose, need_no_more, quote, renew

__all__ = [
    "answer",
    "contact_client",
    "decide_anew",
    "enter_contact",
    "hand_on",
    "lose",
    "need_no_more",
    "quote",
    "renew",
]
