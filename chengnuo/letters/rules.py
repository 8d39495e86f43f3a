"""What chapter 4.2 demands after letters went out: replies are handled in time, what matters is filed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.ledger.models import ref
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs
from chengnuo.ledger.trail import Draft

from .models import Campaign, CampaignState, LetterReply


def _answered_or_passed_on(reply: LetterReply, event: Draft) -> bool:
    if event.verb == "letterreply.passed_on":
        return event.subject == ref(reply) and bool(event.data["is_first"])
    return verbs("letterreply.handled", "letterreply.told")(reply, event)


@obligation(
    "4.2.D",
    of=LetterReply,
    met_by=_answered_or_passed_on,
    act=Act(gettext_lazy("办结"), "letters:handle"),
    sticky=False,
)
def handle_a_reply_in_time(reply: LetterReply, facts: Facts) -> Owed | None:
    """A reply is handled within three working days [D: `interim_reply.every`] of its entry, or passed to the department
    concerned; what is not done in time is answered with the reason or how it stands (4.2.D). Each word to the client
    opens the next term. The first passing on opens one too, for who got it; passing it on again gains no time."""
    if not reply.is_open:
        return None
    return Owed(
        f"handle:{reply.words}",
        gettext_noop("办理回信：%(content)s"),
        facts.after(reply.told_at, "interim_reply.every"),
        args={"content": reply.content[:40]},
        inputs={
            gettext_noop("登记时间"): reply.entered_at.isoformat(),
            gettext_noop("起算"): reply.told_at.isoformat(),
        },
    )


@obligation(
    "4.2.E", of=LetterReply, met_by=verbs("letterreply.filed"), act=Act(gettext_lazy("归档"), "letters:file_reply")
)
def file_an_important_reply(reply: LetterReply, facts: Facts) -> Owed | None:
    """Important material in a reply is filed within five working days [D: `filing.due`] of its entry (4.2.E)."""
    if not reply.is_important or reply.filed_at is not None:
        return None
    return _filing(gettext_noop("归档回信资料"), reply.entered_at, facts)


@obligation("4.2.E", of=Campaign, met_by=verbs("campaign.filed"), act=Act(gettext_lazy("归档"), "letters:file"))
def file_a_closed_round(campaign: Campaign, facts: Facts) -> Owed | None:
    """A letter round that is over is put in order and filed within five working days [D: `filing.due`] (4.2.E)."""
    if campaign.state != CampaignState.CLOSED or campaign.closed_at is None:
        return None
    return _filing(gettext_noop("归档信函活动"), campaign.closed_at, facts)


def _filing(title: str, start: datetime, facts: Facts) -> Owed:
    inputs: dict[str, Any] = {gettext_noop("起算"): start.isoformat()}
    return Owed("file", title, facts.after(start, "filing.due"), inputs=inputs)
