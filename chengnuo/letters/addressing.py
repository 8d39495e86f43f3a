"""To whom a client's letter goes: the contact in office, a usable address, the policy it is about (4.2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from chengnuo.clients.models import Client, Contact, Policy, Position, Site
from chengnuo.kit.models import Channel
from chengnuo.kit.outward.rules import clean_address
from chengnuo.ledger.errors import Invalid

from .addresses import checked, place_of
from .fields import Filling, missing
from .models import Campaign, Excuse, Letter, LetterText, Tier


@dataclass(frozen=True)
class Addressee:
    """Who is written to and where; `excuse` says why nobody is."""

    contact: Contact | None = None
    title: str = ""
    recipient: str = ""
    address: str = ""
    postcode: str = ""
    place: str = ""
    excuse: str = ""
    detail: str = ""

    def put_on(self, letter: Letter) -> None:
        """Write it on a letter, as its envelope has it."""
        letter.contact = self.contact
        for name in ("recipient", "address", "postcode", "place"):
            setattr(letter, name, getattr(self, name))


def with_parts(rows: QuerySet[Client]) -> QuerySet[Client]:
    """Clients with what their letters are made of, in the same few queries for one as for a batch."""
    positions = Position.objects.filter(is_active=True).select_related("contact").order_by("pk")
    return rows.select_related("manager", "unit").prefetch_related(
        Prefetch("positions", positions, "in_office"),
        Prefetch("sites", Site.objects.order_by("pk"), "sites_in_order"),
        Prefetch("policies", Policy.objects.order_by("ends_on", "pk"), "by_end"),
    )


def addressee(client: Any, campaign: Campaign) -> Addressee:
    """The right addressee of a client, read `with_parts`: a company's letter needs somebody in office (4.2.1)."""
    position = _position(client.in_office, campaign)
    if position is None and not client.is_person:
        return Addressee(recipient=client.name[:60], excuse=Excuse.NO_CONTACT)
    contact, title = (position.contact, position.title) if position else (None, "")
    name = (contact.name if contact else client.name)[:60]
    who = {"contact": contact, "title": "" if client.is_person else title, "recipient": name}
    return _by_post(client, who) if campaign.by_post else _by_mail(contact, who)


def _position(in_office: Iterable[Position], campaign: Campaign) -> Position | None:
    """The first one in office; for a mail the first who has an address for it."""
    every = list(in_office)
    with_mail = [one for one in every if one.contact.email] if not campaign.by_post else []
    return next(iter([*with_mail, *every]), None)


def _by_post(client: Any, who: dict[str, Any]) -> Addressee:
    found = [checked(site.address) for site in client.sites_in_order]
    best = next((one for one in found if not one.excuse), found[0] if found else checked(""))
    if best.excuse:
        return Addressee(**who, address=best.address, excuse=best.excuse)
    # A household gets one letter; two companies under one roof are two, but not where one person speaks for both.
    whom = "household" if client.is_person else f"contact {who['contact'].pk}"
    return Addressee(**who, address=best.address, postcode=best.postcode, place=place_of(best.address, whom))


def _by_mail(contact: Contact | None, who: dict[str, Any]) -> Addressee:
    email = contact.email if contact else ""
    if not email:
        return Addressee(**who, excuse=Excuse.NO_EMAIL)
    try:
        address = clean_address(Channel.MAIL, email)
    except Invalid:
        return Addressee(**who, address=email, excuse=Excuse.NO_EMAIL)
    return Addressee(**who, address=address, place=place_of(address, "mail"))


def policy_for(client: Any, asked: dict[str, Any], today: date) -> Policy | None:
    """The policy a letter is about: of the line and the window that were asked for, else the next one to end."""
    line, since, until = asked.get("line"), asked.get("since"), asked.get("until")
    for policy in client.by_end:
        if line and policy.line != line:
            continue
        if policy.ends_on < (date.fromisoformat(since) if since else today):
            continue
        if until and policy.ends_on > date.fromisoformat(until):
            continue
        return policy  # type: ignore[no-any-return]
    return None


def tier_of(client: Client) -> str:
    return client.ticks[0] if client.ticks else Tier.NONE


def filling(letter: Letter, client: Any, to: Addressee) -> Filling:
    policy = next((one for one in client.by_end if one.pk == letter.policy_id), None)
    campaign = letter.campaign
    return Filling(client, to.contact, to.title, policy, to.recipient, campaign.owner.name, campaign.unit.name)


def missing_of(text: LetterText, values: Filling) -> str:
    """The fields without a value, as the list of stopped letters names them."""
    return "、".join(missing(f"{text.subject}\n{text.body}", values))
