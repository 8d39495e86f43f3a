"""The people who speak for a client, and their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .. import rules
from ..access import visible_positions
from ..changes import PRIVATE, apply, told
from ..models import Client, Contact, Phone, Position


@dataclass
class Entered:
    """The rows that entering contacts made. `known` are those who stood for another client already."""

    contacts: list[Contact] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    known: list[Contact] = field(default_factory=list)

    def records(self) -> list[Kept]:
        return [*self.contacts, *self.known, *self.phones, *self.positions]


def enter_contacts(client: Client, people: Sequence[Mapping[str, Any]], *, by: Staff, now: datetime) -> Entered:
    """Write contacts of a client under the caller's lock; the caller records them.

    Somebody with the same name and one of the same numbers, at a client whom the writer sees, is the same person: he
    is not written twice, and only his new numbers are added.
    """
    entered = Entered()
    same = _same_people(people, by=by, now=now)
    pairs: list[tuple[Contact, Mapping[str, Any], set[str]]] = []
    for person in people:
        keys = [(person["name"], form) for _written, form in person["phones"]]
        contact, has = next((same[key] for key in keys if key in same), (None, set()))
        if contact is None:
            contact = Contact(name=person["name"], note=person["note"], email=person["email"])
            entered.contacts.append(contact)
            has = set()
            same |= dict.fromkeys(keys, (contact, has))
        elif contact.pk and contact not in entered.known:
            entered.known.append(contact)
        pairs.append((contact, person, has))
    Contact.objects.bulk_create(entered.contacts)
    stands = set()
    for contact, person, has in pairs:
        for written, form in person["phones"]:
            if form not in has:
                has.add(form)
                entered.phones.append(Phone(contact=contact, number=written, digits=form))
        if contact.pk not in stands:
            stands.add(contact.pk)
            entered.positions.append(Position(contact=contact, client=client, title=person["title"]))
    Phone.objects.bulk_create(entered.phones)
    Position.objects.bulk_create(entered.positions)
    return entered


def _same_people(
    people: Sequence[Mapping[str, Any]], *, by: Staff, now: datetime
) -> dict[tuple[str, str], tuple[Contact, set[str]]]:
    """Contacts that the writer sees, by name and number, each with the digits that he has."""
    forms = {form for person in people for _written, form in person["phones"]}
    if not forms:
        return {}
    # By number first, and apart: in one join a database that has no statistics yet, as while a company's first clients
    # are imported, reads every client for each new one.
    holders = set(Phone.objects.filter(digits__in=forms, is_active=True).values_list("contact_id", flat=True))
    if not holders:
        return {}
    names = {person["name"] for person in people}
    visible = visible_positions(by, now).filter(is_active=True, contact__in=holders, contact__name__in=names)
    found: dict[tuple[str, str], tuple[Contact, set[str]]] = {}
    held: dict[int, set[str]] = {}
    contacts = {row.contact_id: row.contact for row in visible.select_related("contact").order_by("-contact_id")}
    for phone in Phone.objects.filter(contact__in=contacts, is_active=True) if contacts else []:
        contact = contacts[phone.contact_id]
        has = held.setdefault(contact.pk, set())
        has.add(phone.digits)
        found[contact.name, phone.digits] = (contact, has)
    return found


def add_contact(client: Client, *, values: Mapping[str, Any], by: Staff, now: datetime) -> Position:
    """Add a person who speaks for the client. Raises Invalid, and Refusal 409 when he already does."""
    person = rules.contact_values(values)
    with acting(client) as fresh:
        here = {
            (row.contact.name, phone.digits)
            for row in fresh.positions.filter(is_active=True, contact__name=person["name"]).select_related("contact")
            for phone in row.contact.phones.all()
        }
        if any((person["name"], form) in here for _written, form in person["phones"]):
            raise Refusal("known_contact", _("这个客户已有这个联系人"), fields={"name": _("已是这个客户的联系人")})
        entered = enter_contacts(fresh, [person], by=by, now=now)
        record(
            "client.contact_added",
            fresh,
            also=entered.records(),
            by=by,
            now=now,
            data={"contact": entered.positions[0].contact_id, "known": bool(entered.known)},
            texts={
                "name": person["name"],
                "title": person["title"],
                "note": person["note"],
                f"{PRIVATE}email": person["email"],
                f"{PRIVATE}phones": "；".join(phone.number for phone in entered.phones),
            },
        )
    return entered.positions[0]


def change_contact(
    position: Position, *, version: int, values: Mapping[str, Any], by: Staff, now: datetime
) -> Position:
    """Change a contact: his name, note and numbers, and his title with this client. `version` is the contact's.

    A number that is no longer given stays on record, out of use. Raises Invalid, Stale 409, Refusal 409 when ended.
    """
    person = rules.contact_values(values)
    with acting(position.client) as client:
        # His row too: he may be changed at the same moment as the contact of another client.
        contact = Contact.objects.select_for_update(no_key=True).get(pk=position.contact_id)
        stands = Position.objects.get(pk=position.pk)
        stands.contact, stands.client = contact, client
        if not stands.is_active:
            raise Refusal("position_ended", _("已不是这个客户的联系人，不能再改"))
        data, texts = apply(contact, {name: person[name] for name in ("name", "note", "email")}, version)
        codes = data.get("changes", {})
        if stands.title != person["title"]:
            more, words = told([("title", stands.title, person["title"])])
            codes |= more["changes"]
            texts |= words
            stands.title = person["title"]
            stands.version += 1
            stands.save(update_fields=["title", "version"])
        touched, before, after = _renumber(contact, person["phones"])
        if touched:
            codes["phones"] = None
            texts |= {f"{PRIVATE}phones.old": before, f"{PRIVATE}phones.new": after}
        if codes:
            contact.version = version + 1
            contact.save()
            record(
                "client.contact_changed",
                client,
                also=[contact, stands, *touched],
                by=by,
                now=now,
                data={"contact": contact.pk, "changes": codes},
                texts=texts,
            )
    return stands


def _renumber(contact: Contact, given: Sequence[tuple[str, str]]) -> tuple[list[Phone], str, str]:
    """Let the contact have just these numbers; gives the rows touched, and the numbers before and after as text."""
    rows = list(Phone.objects.filter(contact=contact))
    before = "；".join(row.number for row in rows if row.is_active)
    wanted = {form: written for written, form in given}
    touched = []
    for row in rows:
        should = row.digits in wanted
        number = wanted.pop(row.digits, row.number)
        if (row.is_active, row.number) != (should, number):
            row.is_active, row.number = should, number
            row.version += 1
            touched.append(row)
    Phone.objects.bulk_update(touched, ["is_active", "number", "version"])
    new = [Phone(contact=contact, number=written, digits=form) for form, written in wanted.items()]
    touched += Phone.objects.bulk_create(new)
    return touched, before, "；".join(written for written, _form in given)


def end_position(position: Position, *, reason: str = "", by: Staff, now: datetime) -> Position:
    """Somebody no longer speaks for the client. Raises Refusal 409 when that was said before."""
    why = rules.text(reason[:200], 200, required=False)
    with acting(position.client) as client:
        stands = Position.objects.select_related("contact").get(pk=position.pk)
        if not stands.is_active:
            raise Refusal("position_ended", _("已不是这个客户的联系人"))
        stands.is_active = False
        stands.version += 1
        stands.save(update_fields=["is_active", "version"])
        record(
            "client.contact_ended",
            client,
            also=[stands],
            by=by,
            now=now,
            data={"contact": stands.contact_id},
            texts={"name": stands.contact.name, "title": stands.title, "reason": why},
        )
    return stands
