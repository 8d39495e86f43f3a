"""看板: what is open in claims and complaints, by age and by the next due time; each figure opens its cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from chengnuo.claims.access import visible_claims
from chengnuo.claims.lenses import LENSES as CLAIM_LENSES
from chengnuo.clients.board import counted, table_of
from chengnuo.clients.lenses import CLOCKS, Lens
from chengnuo.complaints.access import visible_complaints
from chengnuo.complaints.lenses import LENSES as COMPLAINT_LENSES
from chengnuo.kit.requests import Asked
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import reach

ABOVE = (Role.Kind.CENTRE, Role.Kind.CENTRE_HEAD, Role.Kind.EXECUTIVE, Role.Kind.CHAIRMAN)


@dataclass(frozen=True)
class Room:
    """One kind of case on the board."""

    key: str
    label: Any
    clause: str
    visible: Any
    lenses: Mapping[str, Lens]
    list_name: str


ROOMS = (
    Room("claims", _("协赔"), "3.4", visible_claims, CLAIM_LENSES, "claims:list"),
    Room("complaints", _("投诉"), "3.6", visible_complaints, COMPLAINT_LENSES, "complaints:list"),
)


def counts_of(
    user: Staff, now: datetime, *, everything: bool = False
) -> tuple[str, dict[str, dict[tuple[str, str], int]]]:
    """The lens that the board has for this person, and by room how many cases by (age, clock). Whoever oversees all
    branches sees what is with the centre, or everything; a branch all its own."""
    lens = "with_centre" if reach(user, now).is_a(*ABOVE) and not everything else "open"
    found = {}
    for room in ROOMS:
        rows: QuerySet[Any] = room.lenses[lens].narrow(room.visible(user, now), user, now)
        found[room.key] = counted(rows, now)
    return lens, found


@require_GET
def board(request: Asked) -> HttpResponse:
    """The figures with their addresses; `?all` for everything open."""
    user, now = request.user, request.now
    lens, counts = counts_of(user, now, everything="all" in request.GET)
    shown = []
    for room in ROOMS:
        address = reverse(room.list_name)
        lines = [
            (label, [(_to(address, lens, age, clock), clock, n) for clock, n in cells], _to(address, lens, age), total)
            for age, label, cells, total in table_of(counts[room.key])
        ]
        ways = [(_to(address, key), one.label) for key, one in room.lenses.items()]
        shown.append({"room": room, "lines": lines, "ways": ways, "total": sum(line[3] for line in lines)})
    context = {
        "rooms": shown,
        "clocks": CLOCKS.values(),
        "oversees": reach(user, now).is_a(*ABOVE),
        "is_all": lens == "open",
    }
    return render(request, "site/board.html", context)


def _to(address: str, lens: str, age: str = "", clock: str = "") -> str:
    given = {"lens": lens, "age": age, "clock": clock}
    return f"{address}?{urlencode({name: value for name, value in given.items() if value})}"
