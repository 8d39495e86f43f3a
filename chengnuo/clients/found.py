"""What clients and what they have with us are found by, and how they look among what was found."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengnuo.kit.search import Hit, Kind, Words, register_phones, register_search, rows_of_client, shown

from . import access
from .credentials import masked_id
from .models import Agreement, Client, Contact, Phone, Policy, Position, Site
from .names import core, folded
from .phones import digits, is_plausible, masked

SHORTEST = 5


def register() -> None:
    """Called when the room opens."""
    register_phones(lambda text: digits(text) if is_plausible(text) and len(digits(text)) >= SHORTEST else "")
    for kind in (CLIENTS, CONTACTS, AGREEMENTS, POLICIES, SITES):
        register_search(kind)


def _of_client(client: Client, *texts: str, **more: Any) -> Words:
    return Words(texts=[*texts, client.name], unit=client.unit_id, client=client.pk, **more)


def _client_words(client: Client) -> Words:
    """By any part of the name, with or without its brackets, spelled without its legal form; by a credential whole."""
    return _of_client(
        client,
        folded(client.name),
        names=[core(client.name)],
        whole=[client.credit_code, client.resident_id],
    )


def _client_hit(client: Client) -> Hit:
    code = client.credit_code or masked_id(client.resident_id)
    return Hit(client.name, f"{client.unit} {client.get_kind_display()} {code}".strip(), client.get_absolute_url())


CLIENTS = Kind(
    "client",
    Client,
    _("客户"),
    order=110,
    reads=("name", "credit_code", "resident_id", "unit_id"),
    words=_client_words,
    hits=shown(access.visible_clients, _client_hit, "unit"),
    leads_to=rows_of_client,
    lends_words=True,
)


def _contact_words(position: Position) -> Words | None:
    """A person is found as what he is with a client, while he is it; by a number while it is in use."""
    if not position.is_active:
        return None
    contact = position.contact
    phones = [phone.digits for phone in contact.phones.all() if phone.is_active]
    return _of_client(position.client, contact.name, contact.note, position.title, names=[contact.name], phones=phones)


def _contact_hit(position: Position) -> Hit:
    contact = position.contact
    phones = [masked(phone.digits) for phone in contact.phones.all() if phone.is_active]
    subtitle = " ".join(filter(None, (position.title, position.client.name, *phones)))
    return Hit(contact.name, subtitle, position.client.get_absolute_url(), texts=[contact.note])


def _of_contacts(contacts: Sequence[Contact]) -> Iterable[Position]:
    """A contact that is new stands in his positions' own event."""
    known = [contact.pk for contact in contacts if contact.was_read]
    return Position.objects.filter(contact__in=known) if known else ()


def _of_phones(phones: Sequence[Phone]) -> Iterable[Position]:
    """A number changed alone; one that comes with its contact is found through him."""
    alone = {phone.contact_id for phone in phones if not Phone.contact.is_cached(phone)}  # type: ignore[attr-defined]
    return Position.objects.filter(contact__in=alone) if alone else ()


CONTACTS = Kind(
    "contact",
    Position,
    _("联系人"),
    order=111,
    reads=("contact_id", "client_id", "title", "is_active"),
    words=_contact_words,
    hits=shown(access.visible_positions, _contact_hit, "client", "contact", many=["contact__phones"]),
    related=("client", "contact__phones"),
    named_by={"clients.contact": _of_contacts, "clients.phone": _of_phones},
)


def _agreement_hit(one: Agreement) -> Hit:
    subtitle = f"{one.client.name} {one.get_state_display()}"
    return Hit(one.number, subtitle, one.get_absolute_url(), one.number, [one.scope])


AGREEMENTS = Kind(
    "agreement",
    Agreement,
    _("委托协议"),
    order=112,
    reads=("number", "scope", "client_id"),
    words=lambda one: _of_client(one.client, one.scope, number=one.number),
    hits=shown(access.visible_agreements, _agreement_hit, "client"),
    related=("client",),
)


def _policy_hit(one: Policy) -> Hit:
    subtitle = f"{one.client.name} {one.get_line_display()} {one.insurer} {one.ends_on.isoformat()}"
    return Hit(one.no, subtitle, one.get_absolute_url(), one.no, [one.insured])


POLICIES = Kind(
    "policy",
    Policy,
    _("保单"),
    order=113,
    reads=("no", "insurer", "insured", "client_id"),
    words=lambda one: _of_client(one.client, one.insurer, one.insured, number=one.no),
    hits=shown(access.visible_policies, _policy_hit, "client"),
    related=("client",),
)

SITES = Kind(
    "site",
    Site,
    _("场所"),
    order=114,
    reads=("name", "address", "client_id"),
    words=lambda one: _of_client(one.client, one.name, one.address),
    hits=shown(
        access.visible_sites,
        lambda one: Hit(one.name, one.client.name, one.get_absolute_url(), texts=[one.address]),
        "client",
    ),
    related=("client",),
)
