"""A batch of letters in one document: address in the window, the text filled, a reply slip with the QR code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document, qr
from chengnuo.kit.shell import company
from chengnuo.people.models import Staff

from ..addressing import Addressee
from ..fields import Filling, filled
from ..models import Letter, LetterBatch

TEMPLATE = "letters/printing/letter.typ"


@dataclass(frozen=True)
class Page:
    """A letter that can be made: to whom, and what its fields are filled from."""

    letter: Letter
    to: Addressee
    values: Filling


def letters_form(batch: LetterBatch, pages: Sequence[Page], *, by: Staff, now: datetime) -> Document:
    """One document of all the letters of a batch, in the order of their numbers."""
    campaign = batch.campaign
    with translation.override("zh-hans"):
        return Document(
            TEMPLATE,
            campaign.title,
            number=f"{campaign.number}-{batch.nth:03d}",
            address=campaign.number,
            by=by,
            now=now,
            unit=campaign.unit.name,
            clause="4.2.B",
            body={
                "sender": f"{company()} {campaign.unit.name}",
                "signed": campaign.owner.name,
                "return_to": campaign.return_to,
                "replies_by": _day(campaign.replies_by),
                "dated": _day(campaign.send_on),
                "letters": [_letter(page) for page in pages],
            },
        )


def _letter(page: Page) -> dict[str, Any]:
    text, to, client = page.letter.text, page.to, page.values.client
    return {
        "number": page.letter.number,
        "qr": qr(page.letter.number),
        "postcode": to.postcode,
        "address": to.address,
        "client": "" if client.name == to.recipient else client.name,
        "recipient": _("%(who)s 收") % {"who": f"{to.recipient} {to.title}".strip()},
        "subject": filled(text.subject, page.values),
        "paragraphs": [one.strip() for one in filled(text.body, page.values).splitlines() if one.strip()],
    }


def _day(day: Any) -> str:
    return str(_("%(year)s年%(month)s月%(day)s日")) % {"year": day.year, "month": day.month, "day": day.day}
