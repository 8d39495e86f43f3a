from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
from .patterns import RosterPattern
from .promises import Promise, PromiseAct, PromiseState
from .swaps import RosterFeed, ShiftSwap, SwapState

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
    "RosterFeed",
    "RosterPattern",
    "ShiftSwap",
    "SwapState",
]
