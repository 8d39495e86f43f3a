"""《客户服务访问计划表》 of a letter round: whom it writes to, why, when, and what came of it (4.2.A)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document
from chengnuo.people.models import Staff

from ..access import visible_letters
from ..models import Campaign, Letter

TEMPLATE = "letters/printing/plan.typ"
MOST_AT_ONCE = 300
A_FILE = 1000
"""Rows of one file: a sheaf that people can hold, and what a worker's memory holds."""


def plan_rows(campaign: Campaign, user: Staff, now: datetime) -> QuerySet[Letter]:
    """The letters of the round, as far as the person sees them, in the order of their numbers."""
    rows = visible_letters(user, now).filter(campaign=campaign)
    return rows.select_related("client", "text").order_by("nth")


def plan_form(
    campaign: Campaign,
    rows: Sequence[Letter],
    *,
    part: str = "",
    by: Staff,
    now: datetime,
    absolute: Callable[[str], str],
) -> Document:
    """The table of these rows; `part` tells one of several files apart."""
    with translation.override("zh-hans"):
        return Document(
            TEMPLATE,
            _("客户服务访问计划表"),
            number=f"{campaign.number}{part}",
            address=absolute(campaign.get_absolute_url()),
            by=by,
            now=now,
            unit=campaign.unit.name,
            clause="4.2.A",
            body={
                "unit": campaign.unit.name,
                "way": str(campaign.get_way_display()),
                "owner": campaign.owner.name,
                "send_on": campaign.send_on.isoformat(),
                "replies_by": campaign.replies_by.isoformat(),
                "aim": campaign.aim,
                "scheme": campaign.scheme or "—",
                "basis": " ".join(filter(None, (str(campaign.get_basis_display()), campaign.basis_reason))),
                "rows": [_row(one, campaign) for one in rows],
            },
        )


def _row(letter: Letter, campaign: Campaign) -> dict[str, Any]:
    return {
        "nth": letter.nth,
        "client": letter.client.name,
        "recipient": letter.recipient,
        "address": " ".join(filter(None, (letter.postcode, letter.address))),
        "purpose": campaign.title,
        "text": letter.text.key,
        "on": (letter.posted_on or campaign.send_on).strftime("%m-%d"),
        "result": _result(letter),
    }


def _result(letter: Letter) -> str:
    day = letter.replied_on or letter.returned_on or letter.delivered_on or letter.posted_on
    why = letter.why_not or (letter.get_returned_because_display() if letter.state == "returned" else "")
    on = day.strftime("%m-%d") if day else ""
    return " ".join(filter(None, (str(letter.get_state_display()), on, why)))
