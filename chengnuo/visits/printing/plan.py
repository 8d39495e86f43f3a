"""《客户服务访问计划表》: a branch's or a person's visits by day, in their order (4.1.A)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document
from chengnuo.kit.times import weekday
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff, Unit

from ..distances import Stop
from ..models import Visit

TEMPLATE = "visits/printing/plan.typ"


def plan_table(
    days: Sequence[tuple[date | None, list[Stop]]],
    *,
    unit: Unit,
    since: date,
    until: date,
    owner: Staff | None,
    by: Staff,
    now: datetime,
    absolute: Callable[[str], str],
) -> Document:
    """The table of these days, the last one included."""
    with translation.override("zh-hans"):
        query = f"?unit={unit.pk}&since={since}&until={until}" + (f"&owner={owner.pk}" if owner else "")
        return Document(
            TEMPLATE,
            _("客户服务访问计划表"),
            number=f"FWJH-{unit.code}-{since:%Y%m%d}",
            address=absolute(reverse("visits:plan") + query),
            by=by,
            now=now,
            unit=unit.name,
            clause="4.1.A",
            body={
                "unit": unit.name,
                "owner": owner.name if owner else _("全部"),
                "period": f"{since} — {until}",
                "days": [
                    {
                        "day": f"{day:%m-%d} {_('周%(weekday)s') % {'weekday': weekday(day)}}" if day else _("未定"),
                        "rows": [_row(place, stop) for place, stop in enumerate(stops, start=1)],
                    }
                    for day, stops in days
                ],
                "total": sum(len(stops) for _day, stops in days),
            },
        )


def _row(place: int, stop: Stop) -> dict[str, Any]:
    visit = stop.visit
    return {
        "place": place,
        "number": visit.number,
        "time": _time(visit),
        "agreed": stop.is_agreed,
        "urgent": visit.is_urgent,
        "client": visit.client.name if visit.client else "—",
        "contact": visit.contact.name if visit.contact else visit.agreed_with or "—",
        "site": f"{visit.site.name} {visit.site.address}" if visit.site else "—",
        "purpose": visit.purpose,
        "prepared": "\n".join(one["text"] for one in visit.preparation or []),
        "owner": visit.owner.name,
        "km": f"{stop.km:.1f}" if stop.km is not None else "",
    }


def _time(visit: Visit) -> str:
    at = visit.planned_at
    return f"{at.astimezone(ZONE):%H:%M}" if at else ""
