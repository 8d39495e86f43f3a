"""Who sees which clients, and who may do what to them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import CENTRE, FRONT, Reach, reach

from .models import Agreement, Client, Import, Policy, Position, Site

K = Role.Kind


def visible_clients(user: Staff, now: datetime) -> QuerySet[Client]:
    """The clients of his units and those shared with them in full."""
    who = reach(user, now)
    return Client.objects.filter(Q(unit__in=who.units) | Q(pk__in=who.clients))


def visible_positions(user: Staff, now: datetime) -> QuerySet[Position]:
    """The contacts of clients that he sees, as what they are there; ended ones too."""
    return Position.objects.filter(_of_visible(reach(user, now)))


def visible_sites(user: Staff, now: datetime) -> QuerySet[Site]:
    return Site.objects.filter(_of_visible(reach(user, now)))


def visible_agreements(user: Staff, now: datetime) -> QuerySet[Agreement]:
    return Agreement.objects.filter(_of_visible(reach(user, now)))


def visible_policies(user: Staff, now: datetime) -> QuerySet[Policy]:
    return Policy.objects.filter(_of_visible(reach(user, now)))


def _of_visible(who: Reach) -> Q:
    return Q(client__unit__in=who.units) | Q(client__in=who.clients)


def caller_cards(user: Staff, now: datetime) -> QuerySet[Client]:
    """The clients whose card (name, branch, ticks) he may see when they call.

    The hotline is one national network (3.1.1): whoever answers for one branch sees the card of any client. Others see
    their own clients' and those of shares.
    """
    who = reach(user, now)
    cards = Client.objects.select_related("unit").only("name", "kind", "unit__name", "unit__code", *CARD_TICKS)
    if who.is_a(K.OPERATOR):
        return cards
    return cards.filter(Q(unit__in=who.units) | Q(pk__in=(*who.clients, *who.cards)))


CARD_TICKS = ("key", "large", "high_risk")


def sees(user: Staff, client: Client, now: datetime) -> bool:
    """Whether `client` is among his visible clients, without a query."""
    who = reach(user, now)
    return client.unit_id in who.units or client.pk in who.clients


def units_for_entry(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The branches for which he may enter a client: his own; every one for the centre."""
    who = reach(user, now)
    branches = Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on__isnull=True)
    if who.is_a(*CENTRE):
        return branches
    return branches.filter(pk__in=sorted({unit for kind, unit in who.held if kind in FRONT}))


def may_enter(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT, *CENTRE)


def units_for_import(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The branches whose clients he may import: those he manages; every one for the centre."""
    who = reach(user, now)
    branches = Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on__isnull=True).order_by("pk")
    if who.is_a(*CENTRE):
        return branches
    return branches.filter(pk__in=sorted({unit for kind, unit in who.held if kind == K.MANAGER}))


def may_import(user: Staff, now: datetime) -> bool:
    """Many clients at once: a branch's manager for his own branch, the centre for all. Others enter one by one."""
    return reach(user, now).is_a(K.MANAGER, *CENTRE)


def visible_imports(user: Staff, now: datetime) -> QuerySet[Import]:
    """One's own; every one for the centre."""
    return Import.objects.all() if reach(user, now).is_a(*CENTRE) else Import.objects.filter(by=user)


def may_change(user: Staff, client: Client, now: datetime) -> bool:
    """The staff and manager of the branch that handles him, and the centre. A share lets read, not write."""
    who = reach(user, now)
    return who.is_in(client.unit_id, *FRONT) or who.is_a(*CENTRE)


def may_tick(user: Staff, now: datetime) -> bool:
    """Key, large and high-risk are the centre's to say."""
    return reach(user, now).is_a(*CENTRE)


def may_unmask(user: Staff, client: Client, now: datetime) -> bool:
    """Who works with the client: front staff and custodians that see him, and the centre. Executives read masked."""
    return sees(user, client, now) and reach(user, now).is_a(*FRONT, K.CUSTODIAN, *CENTRE)
