from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
from .mail import Mailbox, MailKind, MailMessage
from .patterns import RosterPattern
from .promises import Promise, PromiseAct, PromiseState
from .ringing import PhoneEvent, PhoneSystem, Ring, RingAttempt, Word
from .swaps import RosterFeed, ShiftSwap, SwapState

__all__ = [
    "Call",
    "CallState",
    "Channel",
    "DutyLine",
    "DutyShift",
    "Kind",
    "MailKind",
    "MailMessage",
    "Mailbox",
    "NoReply",
    "PhoneEvent",
    "PhoneSystem",
    "Promise",
    "PromiseAct",
    "PromiseState",
    "Ring",
    "RingAttempt",
    "RosterFeed",
    "RosterPattern",
    "ShiftSwap",
    "SwapState",
    "Word",
]
