"""Visits: planned, agreed, prepared, paid, judged by the client, followed up, filed."""

from .feeds import make_feed, revoke_feed
from .filing import file_visit
from .given import Answers, Given, Signed, Unsigned
from .phone import finish_visit
from .planning import confirm_visit, move_visit, open_visit, plan_visit, prepare_visit
from .printing import plan_printed, survey_printed
from .surveys import ask_again, follow_up_visit, record_survey
from .visiting import arrive, cancel_visit, carry_out_visit, explain_visit, miss_visit
from .wishes import pass_on_wish, settle_wish, tell_wish

__all__ = [
    "Answers",
    "Given",
    "Signed",
    "Unsigned",
    "arrive",
    "ask_again",
    "cancel_visit",
    "carry_out_visit",
    "confirm_visit",
    "explain_visit",
    "file_visit",
    "finish_visit",
    "follow_up_visit",
    "make_feed",
    "miss_visit",
    "move_visit",
    "open_visit",
    "pass_on_wish",
    "plan_printed",
    "plan_visit",
    "prepare_visit",
    "record_survey",
    "revoke_feed",
    "settle_wish",
    "survey_printed",
    "tell_wish",
]
