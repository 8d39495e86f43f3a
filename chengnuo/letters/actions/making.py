"""Making the letters of a fixed list, a batch at a time: printed in one file, or laid in the post as mails (4.2.B).

A batch is one transaction: its file, its letters' new state and the event stand together or not at all. So a round that
stops half way goes on where it stopped, nothing is made twice, and nothing is lost.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.access import visible_clients
from chengnuo.kit import blobs
from chengnuo.kit.documents import typeset
from chengnuo.kit.models import MailState
from chengnuo.kit.sniffing import PDF
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..addressing import Addressee, addressee, filling, missing_of, with_parts
from ..models import Campaign, CampaignState, Excuse, Letter, LetterBatch, LetterMail, LetterState
from ..printing.letter import Page, letters_form

BATCH = 250
S = LetterState
KEPT_BACK = ["state", "excuse", "excuse_detail", "version"]
MADE = ["state", "batch", "contact", "recipient", "address", "postcode", "place", "version"]


@covers("4.2.B", RECORD)
def make_batch(campaign: Campaign, *, by: Staff, now: datetime, size: int = BATCH) -> int:
    """Make the next letters of the list, and say how many were looked at; 0 when the list is done and the round has
    moved on. Each addressee is asked for anew: who is not among the clients that `by` sees now, has no usable address
    any more, or lacks the value of a field is kept back with the reason (4.2.1).

    Raises Forbidden, and Refusal 409 for a list that is not fixed. The round stays locked while its batch is set.
    """
    if not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.B")
    with acting(campaign) as fresh:
        if fresh.state != CampaignState.FIXED:
            raise Refusal("not_fixed", _("先定名单再制作"), clause="4.2.A")
        rows = fresh.letters.filter(state=S.CHOSEN).select_for_update(no_key=True, of=("self",)).select_related("text")
        letters = list(rows.order_by("nth")[:size])
        if not letters:
            _finish(fresh, by, now)
            return 0
        pages, kept_back = _looked_at(fresh, letters, by, now)
        if kept_back:
            Letter.objects.bulk_update(kept_back, KEPT_BACK)
            data = {"letters": [one.pk for one in kept_back]}
            record("campaign.held_back", fresh, by=by, now=now, also=kept_back, data=data)
        if pages:
            _make(fresh, pages, by, now)
    return len(letters)


def _looked_at(
    campaign: Campaign, letters: Sequence[Letter], by: Staff, now: datetime
) -> tuple[list[Page], list[Letter]]:
    """The letters that can be made, with what they are filled from, and those that are kept back."""
    seen = visible_clients(by, now).filter(pk__in=[one.client_id for one in letters])
    clients: dict[int, Any] = {one.pk: one for one in with_parts(seen)}
    mine = {one.pk for one in letters}
    others = campaign.letters.exclude(state=S.EXCLUDED).exclude(place="").exclude(pk__in=mine)
    pages: list[Page] = []
    kept_back: list[Letter] = []
    places: set[str] = set()
    for letter in letters:
        letter.campaign = campaign
        client = clients.get(letter.client_id)
        to = addressee(client, campaign) if client else Addressee(excuse=Excuse.UNSEEN)
        page = Page(letter, to, filling(letter, client, to)) if client else None
        excuse, detail = to.excuse, ""
        if page and not excuse:
            detail = missing_of(letter.text, page.values)
            excuse = Excuse.NO_VALUE if detail else ""
        moved = to.place != letter.place
        if page and not excuse and (to.place in places or (moved and others.filter(place=to.place).exists())):
            excuse = Excuse.DUPLICATE
        if page is None or excuse:
            move(letter, "exclude")
            letter.excuse, letter.excuse_detail = excuse, detail[:200]
            kept_back.append(letter)
        else:
            places.add(to.place)
            pages.append(page)
        letter.version += 1
    return pages, kept_back


def _make(campaign: Campaign, pages: Sequence[Page], by: Staff, now: datetime) -> None:
    letters = [page.letter for page in pages]
    nth = campaign.batches.count() + 1
    batch = LetterBatch(campaign=campaign, nth=nth, letters=len(letters), made_at=now, made_by=by)
    batch.save()
    for page in pages:
        page.to.put_on(page.letter)
        move(page.letter, "make")
        page.letter.batch = batch
    Letter.objects.bulk_update(letters, MADE)
    data = {"batch": nth, "letters": len(letters), "first": letters[0].number, "last": letters[-1].number}
    record("campaign.batch_made", campaign, by=by, now=now, also=[batch, *letters], data=data)
    _OUT_BY[campaign.way](batch, pages, by, now)


def _print(batch: LetterBatch, pages: Sequence[Page], by: Staff, now: datetime) -> None:
    content = typeset(letters_form(batch, pages, by=by, now=now))
    blobs.attach(batch, blobs.keep(content, f"{batch.campaign.number}-{batch.nth:03d}.pdf", PDF), by=by, now=now)


def _lay_in_the_post(batch: LetterBatch, pages: Sequence[Page], by: Staff, now: datetime) -> None:
    """Nothing of a demo or a replay leaves the house."""
    state = MailState.WAITING if clock.moved() is None else MailState.SUPPRESSED
    LetterMail.objects.bulk_create(
        LetterMail(letter=one.letter, address=one.to.address, made_at=now, next_at=now, state=state) for one in pages
    )


_OUT_BY: dict[str, Callable[[LetterBatch, Sequence[Page], Staff, datetime], None]] = {
    "post": _print,
    "mail": _lay_in_the_post,
}


def _finish(campaign: Campaign, by: Staff, now: datetime) -> None:
    """The list is done. Mails go out by themselves from here, so their round collects replies at once."""
    if not campaign.batches.exists():
        raise Refusal("nobody", _("没有一封能制作，看名单里不寄的原因"), clause="4.2.1")
    was = campaign.state
    move(campaign, "make")
    campaign.made_at, campaign.made_by = now, by
    if not campaign.by_post:
        move(campaign, "post")
        campaign.posted_at = now
    campaign.version += 1
    campaign.save()
    record("campaign.made", campaign, by=by, now=now, data={"state": [was, campaign.state]})
