"""《客户服务访问计划表》 of a telephone round (4.3.A). Beside it is its Typst template.

The words of a form are Chinese whoever prints it.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Min, Prefetch
from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.clients.models import TICKS, Client, Phone, Policy, Position
from chengnuo.clients.phones import masked
from chengnuo.kit.documents import Document, stamp
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from ..choosing import last_contacts
from ..models import Round, RoundClient, Stand

TEMPLATE = "rounds/printing/plan.typ"


def visit_plan(one: Round, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """The plan table of a round as it stands: everybody on its list in order, and what came of it."""
    with translation.override("zh-hans"):
        return _plan(one, by, now, absolute)


def _plan(one: Round, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    positions = Position.objects.filter(is_active=True).select_related("contact")
    phones = Prefetch("contact__phones", Phone.objects.filter(is_active=True).order_by("pk"))
    rows = list(
        one.clients.select_related("client")
        .prefetch_related(Prefetch("client__positions", positions.order_by("pk").prefetch_related(phones)))
        .order_by("place", "pk")
    )
    keys = [row.client_id for row in rows]
    covers = Policy.objects.filter(client__in=keys, ends_on__gte=now.astimezone(ZONE).date()).order_by()
    ends = dict(covers.values_list("client").annotate(first=Min("ends_on")))
    last = last_contacts(keys)
    return Document(
        TEMPLATE,
        _("客户服务访问计划表"),
        number=one.number,
        address=absolute(one.get_absolute_url()),
        by=by,
        now=now,
        unit=one.unit.name,
        clause="4.3.A",
        body={
            "unit": one.unit.name,
            "way": _("电话"),
            "aim": one.aim,
            "scheme": one.scheme,
            "script": str(one.script),
            "owner": one.owner.name,
            "period": f"{one.starts_on} — {one.ends_on}",
            "sorted_by": str(one.get_sorted_by_display()),
            "rows": [_row(row, ends.get(row.client_id), last.get(row.client_id)) for row in rows],
            "left_out": sum(row.state == Stand.LEFT_OUT for row in rows),
        },
    )


def _row(row: RoundClient, ends_on: object, last: datetime | None) -> dict[str, object]:
    return {
        "place": row.place,
        "client": row.client.name,
        "tier": "、".join(str(TICKS[name]) for name in row.client.ticks),
        "contact": _contact(row.client),
        "ends_on": str(ends_on or ""),
        "last": stamp(last)[:10] if last else "",
        "state": str(row.get_state_display()),
        "note": row.reason,
        "is_out": row.state == Stand.LEFT_OUT,
    }


def _contact(client: Client) -> str:
    """The first who speaks for him, with his number as the screen shows it."""
    position = next(iter(client.positions.all()), None)
    if position is None:
        return ""
    phone = next(iter(position.contact.phones.all()), None)
    return f"{position.contact.name} {masked(phone.number)}" if phone else position.contact.name
