"""A letter leaves the house: since when, and by which promise of a plan it was sent (4.2.B, 3.2.4)."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.basis import Basis
from chengnuo.clients.models import Client
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.plans.actions import carry_out

from ..access import may_handle
from ..models import Campaign, CampaignState, Letter, LetterState
from .campaigns import today_of
from .choosing import planned_letter

PART = 250
POSTED = ["state", "posted_on", "basis", "basis_reason", "planned_id", "version"]


@covers("4.2.B", RECORD)
def post_part(campaign: Campaign, *, posted_on: date, by: Staff, now: datetime, size: int = PART) -> int:
    """The next printed letters of a round were handed to the post on a day. Returns how many; 0 when all were, and the
    round collects replies. Raises Forbidden, Invalid for a day to come or before they were made, Refusal 409."""
    if not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.B")
    with acting(campaign) as fresh:
        if fresh.state != CampaignState.MADE:
            raise Refusal("not_made", _("信都制作完再登记寄出"), clause="4.2.B")
        check_day(posted_on, today_of(fresh.fixed_at), now, "posted_on")
        rows = fresh.letters.filter(state=LetterState.MADE).select_for_update(no_key=True, of=("self",))
        letters = list(rows.select_related("client").order_by("nth")[:size])
        for letter in letters:
            letter.campaign = fresh
            leave(letter, posted_on, by, now)
        if letters:
            Letter.objects.bulk_update(letters, POSTED)
            data = {"letters": len(letters), "posted_on": posted_on}
            record("campaign.batch_posted", fresh, by=by, now=now, also=letters, data=data)
            carry_out_plans(letters, posted_on, by, now)
        else:
            _all_posted(fresh, by, now)
    return len(letters)


def _all_posted(campaign: Campaign, by: Staff, now: datetime) -> None:
    was = campaign.state
    move(campaign, "post")
    campaign.posted_at = now
    campaign.version += 1
    campaign.save()
    record("campaign.posted", campaign, by=by, now=now, data={"state": [was, campaign.state]})


def leave(letter: Letter, on: date, by: Staff, now: datetime) -> None:
    """A letter has gone, by what its client's plan promises where it does, else by what its round says (3.2.4)."""
    move(letter, "post")
    letter.posted_on = on
    letter.version += 1
    campaign = letter.campaign
    planned = planned_letter(letter.client, campaign, by, now) if _serves(by, letter.client, now) else None
    letter.planned_id = planned.id if planned else None
    letter.basis = Basis.PLANNED if planned else campaign.basis if campaign.basis != Basis.PLANNED else Basis.OTHER
    reason = campaign.basis_reason
    if not planned and campaign.basis == Basis.PLANNED:
        reason = _("选收件人时方案里还有，寄出时已没有")
    letter.basis_reason = "" if planned else reason


def _serves(by: Staff, client: Client, now: datetime) -> bool:
    """A plan is carried out by who serves its client; a branch that only shares him leaves it to his own."""
    return may_handle(by, Letter(unit_id=client.unit_id), now)


def carry_out_plans(letters: list[Letter], on: date, by: Staff, now: datetime) -> None:
    """What the plans promised is done by these letters (3.2.5)."""
    for letter in letters:
        if letter.planned_id is not None:
            carry_out(letter.planned_id, service=letter, done_on=on, by=by, now=now)


def check_day(on: date, not_before: Any, now: datetime, name: str) -> None:
    """Raises Invalid (422) for a day to come, and for one before it can have been."""
    if on > today_of(now):
        raise Invalid("not_yet", clause="4.2.B", **{name: _("这一天还没有到")})
    if not_before and on < not_before:
        raise Invalid("too_early", clause="4.2.B", **{name: _("不早于%s") % not_before.isoformat()})
