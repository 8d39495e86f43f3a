"""Letters: the only writers of the room, one verb each."""

from .campaigns import (
    cancel_campaign,
    change_campaign,
    close_campaign,
    draft_campaign,
    file_campaign,
    fix_campaign,
    set_text,
)
from .choosing import asked_of, choose_part, exclude_letters, include_letter
from .making import make_batch
from .outcomes import Entered, deliver_letter, enter_outcomes, numbers_in, post_letter, return_letter
from .posting import post_part
from .printing import plan_printed
from .replies import enter_reply, file_reply, handle_reply, pass_on, tell_client

__all__ = [
    "Entered",
    "asked_of",
    "cancel_campaign",
    "change_campaign",
    "choose_part",
    "close_campaign",
    "deliver_letter",
    "draft_campaign",
    "enter_outcomes",
    "enter_reply",
    "exclude_letters",
    "file_campaign",
    "file_reply",
    "fix_campaign",
    "handle_reply",
    "include_letter",
    "make_batch",
    "numbers_in",
    "pass_on",
    "plan_printed",
    "post_letter",
    "post_part",
    "return_letter",
    "set_text",
    "tell_client",
]
