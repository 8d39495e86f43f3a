"""Finding clients by what somebody has in hand: a number that rang, a name, a policy, a credential."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Staff

from .access import caller_cards, sees
from .credentials import compact
from .models import Client, Phone, Policy, Position
from .names import folded, grams
from .phones import digits, is_plausible

MOST = 50
LONGEST = 120


@dataclass(frozen=True)
class Caller:
    """Who may be calling. `position`, the contact as what he is there, only where the client is seen in full."""

    client: Client
    position: Position | None


def callers(raw: str, user: Staff, now: datetime) -> list[Caller]:
    """The clients a number belongs to, as cards: those whom the person sees in full first. Empty for an unknown one."""
    form = digits(raw)
    if not form:
        return []
    positions = list(
        Position.objects.filter(
            is_active=True, contact__phones__digits=form, contact__phones__is_active=True
        ).select_related("contact")[:MOST]
    )
    cards = caller_cards(user, now).in_bulk({position.client_id for position in positions})
    found = []
    for position in positions:
        if card := cards.get(position.client_id):
            found.append(Caller(card, position if sees(user, card, now) else None))
    return sorted(found, key=lambda caller: (caller.position is None, caller.client.pk))


def with_phone(rows: QuerySet[Client], raw: str) -> QuerySet[Client]:
    """Those with a contact who has this number, as any way of writing it."""
    held = Phone.objects.filter(digits=digits(raw), is_active=True, contact__positions__is_active=True)
    return rows.filter(pk__in=list(held.values_list("contact__positions__client", flat=True)[:MOST]))


def with_name(rows: QuerySet[Client], text: str) -> QuerySet[Client]:
    """Those whose name contains the text, whatever its brackets, spaces and width."""
    wanted = grams(text[:LONGEST])
    if not wanted:
        return rows.none()
    parts = [gram for gram in wanted if len(gram) == 2] or wanted
    return rows.filter(grams__contains=parts, folded__contains=folded(text[:LONGEST]))


def matching(rows: QuerySet[Client], text: str) -> QuerySet[Client]:
    """Those that a search box means: by credential, policy number, phone, or a part of the name."""
    said = text.strip()[:LONGEST]
    code = compact(said)
    if re.fullmatch(r"[0-9A-Z]{18}", code):
        return rows.filter(Q(credit_code=code) | Q(resident_id=code))
    if len(digits(said)) >= 5 and is_plausible(said):
        return with_phone(rows, said)
    policies = list(Policy.objects.filter(no=said).values_list("client_id", flat=True))
    return rows.filter(pk__in=policies) if policies else with_name(rows, said)
