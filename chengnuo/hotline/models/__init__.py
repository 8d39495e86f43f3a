from .calls import Call, CallState, Channel, Kind, NoReply
from .duty import DutyShift
from .lines import DutyLine
from .mail import Mailbox, MailKind, MailMessage
from .promises import Promise, PromiseAct, PromiseState

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
    "Promise",
    "PromiseAct",
    "PromiseState",
]
