"""Who is calling: the client behind a number or a name, and what is running for him."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Right

from chengnuo.clients.access import caller_cards, sees
from chengnuo.clients.models import Client, Contact, Phone, Position
from chengnuo.clients.phones import digits, masked
from chengnuo.people.models import Staff

SHORTEST = 4
FEW = 8


@dataclass(frozen=True)
class Caller:
    """Somebody who may be calling: a contact of a client, or the client himself. `key` names the choice in a form.

    `number` is the contact's own number in digits, where a number led to him.
    """

    client: Client
    contact: Contact | None
    title: str
    is_full: bool
    number: str = ""

    @property
    def key(self) -> str:
        return f"{self.client.pk}:{self.contact.pk if self.contact else ''}"

    @property
    def masked(self) -> str:
        return masked(self.number) if self.number else ""


def callers(user: Staff, typed: str, now: datetime) -> list[Caller]:
    """Who calls from a number (whole, or its last four digits), or whose client's name begins so. At most eight.

    The card of any client is shown to whoever answers, by number or by name (3.1.1); the rest of his file is not. Who
    of another branch's client is calling, only the whole number tells.
    """
    typed = typed.strip()
    number = digits(typed)
    if len(number) >= SHORTEST and number.isdecimal():
        match = Q(digits=number) if len(number) > SHORTEST else Q(last=number)
        numbers = dict(
            Phone.objects.alias(last=Right("digits", SHORTEST))
            .filter(match, is_active=True)
            .values_list("contact_id", "digits")[:50]
        )
        positions = Position.objects.filter(contact_id__in=list(numbers), is_active=True)
    elif len(typed) >= 2 and not number:
        numbers = {}
        positions = Position.objects.filter(
            Q(client__name__contains=typed) | Q(contact__name__startswith=typed), is_active=True
        )
    else:
        return []
    rows = list(positions.select_related("contact").order_by("pk")[:50])
    cards = caller_cards(user, now).defer(None).select_related("unit").in_bulk([row.client_id for row in rows])
    found: dict[str, Caller] = {}
    for row in rows:
        if card := cards.get(row.client_id):
            one = _card(card, row, sees(user, card, now), numbers.get(row.contact_id, ""), typed)
            found.setdefault(one.key, one)
    own = user.unit_id
    return sorted(found.values(), key=lambda one: one.client.unit_id != own)[:FEW]


def _card(client: Client, position: Position, is_full: bool, number: str, typed: str) -> Caller:
    """The caller as this person may see him: without his file, only his own whole number gives his name."""
    if not is_full and (not number or digits(typed) != number):
        return Caller(client, None, "", is_full)
    return Caller(client, position.contact, position.title, is_full, number)


def chosen(user: Staff, key: str, now: datetime, typed: str = "") -> Caller | None:
    """The caller that a form names, if his card may be seen. `typed` are the last digits by which he was found."""
    client_pk, _colon, contact_pk = key.partition(":")
    if not client_pk.isdecimal() or len(client_pk) > 18 or (contact_pk and not contact_pk.isdecimal()):
        return None
    client = caller_cards(user, now).defer(None).select_related("unit").filter(pk=int(client_pk)).first()
    if client is None:
        return None
    position = None
    if contact_pk and len(contact_pk) <= 18:
        position = client.positions.filter(contact_id=int(contact_pk), is_active=True).select_related("contact").first()
    full = sees(user, client, now)
    if position is None:
        return Caller(client, None, "", full)
    number, last = "", digits(typed)
    if last.isdecimal() and len(last) >= SHORTEST:
        number = (
            position.contact.phones.filter(is_active=True, digits__endswith=last)
            .values_list("digits", flat=True)
            .first()
            or ""
        )
    return _card(client, position, full, number, typed)
