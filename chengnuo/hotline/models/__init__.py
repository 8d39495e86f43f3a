from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .promises import Promise, PromiseAct, PromiseState

__all__ = [
    "Call",
    "CallState",
    "Channel",
    "DutyShift",
    "Kind",
    "NoReply",
    "Promise",
    "PromiseAct",
    "PromiseState",
]
