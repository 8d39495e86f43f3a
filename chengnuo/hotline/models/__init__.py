from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
from .promises import Promise, PromiseAct, PromiseState
from .ringing import PhoneEvent, PhoneSystem, Ring, RingAttempt, Word

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
    "Word",
]
