"""全国值班电话: the duty lines of all branches, by region (3.1.1)."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.clients.phones import shown
from chengnuo.kit.documents import Document
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from ..roster import Entry, directory
from . import words

TEMPLATE = "hotline/printing/directory.typ"


@words.in_chinese
def duty_directory(*, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """Every branch under its region, with the lines in force; one without a line says so. The lines are the national
    network: nobody's secret. `absolute` makes an address of this site out of a path."""
    entries = [entry for _region, found in directory(now) for entry in found]
    return Document(
        TEMPLATE,
        _("全国值班电话"),
        number=f"ZBDH-{now.astimezone(ZONE):%Y%m%d}",
        address=absolute(reverse("hotline:lines")),
        by=by,
        now=now,
        clause="3.1.1",
        body={
            "rows": [_row(place, entry) for place, entry in enumerate(entries, start=1)],
            "missing": sum(not entry.lines for entry in entries),
        },
    )


def _row(place: int, entry: Entry) -> words.Data:
    return {
        "place": place,
        "region": f"{entry.region} {entry.province}",
        "unit": entry.unit.name,
        "phone": "\n".join(shown(line.number) for line in entry.lines),
        "since": "\n".join(f"{line.registered_at.astimezone(ZONE):%Y-%m-%d}" for line in entry.lines),
    }
