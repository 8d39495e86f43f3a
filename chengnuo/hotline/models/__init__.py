from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
from .promises import Promise, PromiseAct, PromiseState

__all__ = [
    "Call",
    "CallState",
    "Channel",
    "DutyLine",
    "DutyShift",
    "Kind",
    "NoReply",
    "Promise",
    "PromiseAct",
    "PromiseState",
]
