"""Whether a client is here already: the same number is an error, a similar name or a shared phone a warning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff

from .access import sees
from .models import Client, Phone
from .names import ALIKE, grams, likeness, pairs

MOST = 10
LOOKED_AT = 50


@dataclass(frozen=True)
class Candidate:
    """A client who may be the same. `client` is None when another branch has him; `why` is phone or name."""

    client: Client | None
    why: str
    score: float

    @property
    def text(self) -> str:
        why = _("电话相同") if self.why == "phone" else _("名称相近")
        if self.client is None:
            return _("%(why)s：别的机构已有，问客服中心") % {"why": why}
        return f"{why}：{self.client.name}（{self.client.unit}）"


class Similar(Refusal):
    """Clients who may be the same; whoever enters one all the same has to say so."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        words = "；".join(one.text for one in found)
        super().__init__("similar_clients", _("可能已有这个客户：%(words)s") % {"words": words})
        self.candidates = list(found)


def candidates(name: str, digits: Sequence[str], *, by: Staff, now: datetime) -> list[Candidate]:
    """The clients, of every branch, that share a phone or have a similar name: at most 10, most alike first."""
    phoned = _with_phone(digits)
    alike = _alike(name)
    found: dict[int, Candidate] = {}
    clients = Client.objects.select_related("unit").in_bulk({*phoned, *alike})
    for pk, client in clients.items():
        why, score = ("phone", 1.0) if pk in phoned else ("name", alike[pk])
        found[pk] = Candidate(client if sees(by, client, now) else None, why, score)
    ordered = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:MOST]
    return [one for _pk, one in ordered]


def _with_phone(digits: Sequence[str]) -> set[int]:
    if not digits:
        return set()
    rows = Phone.objects.filter(digits__in=digits, is_active=True, contact__positions__is_active=True)
    return set(rows.values_list("contact__positions__client_id", flat=True)[:MOST])


NEAREST = """
SELECT id, name FROM clients_client WHERE grams && %s::varchar[]
ORDER BY (SELECT count(*) FROM unnest(grams) AS g WHERE g = ANY(%s::varchar[])) DESC, id LIMIT %s
"""


def _alike(name: str) -> dict[int, float]:
    """By client, how alike the names are. The index gives those that share two neighbouring characters."""
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [pairs(name), grams(name), LOOKED_AT])
        scored = {pk: likeness(name, other) for pk, other in cursor.fetchall()}
    return {pk: score for pk, score in scored.items() if score >= ALIKE}


def known_to(own: Mapping[str, Any], client: Client | None, *, by: Staff, now: datetime) -> None:
    """Raise Refusal 409 `known_client` when another client has this credit code or resident id."""
    match = Q()
    for field in ("credit_code", "resident_id"):
        if own[field]:
            match |= Q(**{field: own[field]})
    if not match:
        return
    others = Client.objects.filter(match).select_related("unit")
    other = (others.exclude(pk=client.pk) if client else others).first()
    if other is None:
        return
    words = _known_words(other, by, now)
    field = "credit_code" if own["credit_code"] else "resident_id"
    raise Refusal("known_client", words, fields={field: words})


def _known_words(other: Client, by: Staff, now: datetime) -> str:
    """Who has the number, named only to who sees him."""
    if sees(by, other, now):
        return _("已有这个客户：%(name)s（%(unit)s），打开那一户") % {"name": other.name, "unit": other.unit}
    return _("别的机构已有这个客户，问客服中心")


def known_numbers(numbers: Sequence[str], *, by: Staff, now: datetime) -> dict[str, str]:
    """Of many credit codes and resident ids those that a client has, each with the words of `known_to`: two queries."""
    found: dict[str, str] = {}
    asked = [number for number in numbers if number.isascii() and number.isalnum()]
    for field in ("credit_code", "resident_id"):
        for other in Client.objects.filter(**{f"{field}__in": asked}).select_related("unit"):
            found[getattr(other, field)] = _known_words(other, by, now)
    return found
