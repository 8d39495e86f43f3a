"""全国值班电话: the duty lines of all branches, by region (3.1.1)."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.clients.phones import shown
from chengnuo.kit.documents import Document
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from ..models import DutyLine
from . import words

TEMPLATE = "hotline/printing/directory.typ"


@words.in_chinese
def duty_directory(*, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """Every branch in the order of its region's code, with the lines in force; one without a line says so. The lines
    are the national network: nobody's secret. `absolute` makes an address of this site out of a path."""
    today = now.astimezone(ZONE).date()
    lines = DutyLine.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=now), registered_at__lte=now)
    branches = list(
        Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=today), kind=Unit.Kind.BRANCH, opened_on__lte=today)
        .prefetch_related(Prefetch("duty_lines", lines.order_by("pk"), to_attr="lines_now"))
        .order_by("division_code", "pk")
    )
    return Document(
        TEMPLATE,
        _("全国值班电话"),
        number=f"ZBDH-{today:%Y%m%d}",
        address=absolute(reverse("hotline:lines")),
        by=by,
        now=now,
        clause="3.1.1",
        body={
            "rows": [_row(place, branch) for place, branch in enumerate(branches, start=1)],
            "missing": sum(not branch.lines_now for branch in branches),
        },
    )


def _row(place: int, branch: Unit) -> words.Data:
    lines: list[DutyLine] = branch.lines_now  # type: ignore[attr-defined]
    return {
        "place": place,
        "division": branch.division_code,
        "unit": branch.name,
        "phone": "\n".join(shown(line.number) for line in lines),
        "since": "\n".join(f"{line.registered_at.astimezone(ZONE):%Y-%m-%d}" for line in lines),
    }
