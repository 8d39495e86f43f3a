"""Complaints: taken in from any channel, sent to the centre at once where they belong there, investigated, decided,
told, closed; earlier ones on the same matter found."""

from chengnuo.clients.escalated import Report

from .deciding import Draft, answer_regulator, decide, draft_decision, notify_complainant, tell_chairman
from .ending import ask_review, close, file_complaint, follow_up, litigate, mediate, still_to_do
from .escalating import acknowledge, declare, instruct, release, report_to_centre
from .extending import ask_extension, extend
from .handling import assess, investigate, note, pause, recuse, reply, resume, tell_pause, withdraw
from .intake import Grievance, enter_complaint, open_complaint, register_complaint, state_complaint
from .repeating import confirm_repeat, merge, name_repeat, reject_repeat

__all__ = [
    "Draft",
    "Grievance",
    "Report",
    "acknowledge",
    "answer_regulator",
    "ask_extension",
    "ask_review",
    "assess",
    "close",
    "confirm_repeat",
    "decide",
    "declare",
    "draft_decision",
    "enter_complaint",
    "extend",
    "file_complaint",
    "follow_up",
    "instruct",
    "investigate",
    "litigate",
    "mediate",
    "merge",
    "name_repeat",
    "note",
    "notify_complainant",
    "open_complaint",
    "pause",
    "recuse",
    "register_complaint",
    "reject_repeat",
    "release",
    "reply",
    "report_to_centre",
    "resume",
    "state_complaint",
    "still_to_do",
    "tell_chairman",
    "tell_pause",
    "withdraw",
]
