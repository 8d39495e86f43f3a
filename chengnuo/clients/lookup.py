"""Finding clients by what somebody has in hand: a number that rang, a name, a policy, a credential."""

import re

from django.db.models import Q, QuerySet

from .credentials import compact
from .models import Client, Phone, Policy
from .names import folded, grams
from .phones import digits, is_plausible

MOST = 50
MOST_NAMED = 1000
LONGEST = 120


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


def named_so(text: str) -> list[int]:
    """The ids of all clients whose name contains the text, to narrow records that the person sees anyway."""
    return list(with_name(Client.objects.order_by("-pk"), text).values_list("pk", flat=True)[:MOST_NAMED])


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
