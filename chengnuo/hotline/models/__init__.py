from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
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
