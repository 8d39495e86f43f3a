"""Who sees rounds, their calls and demands, and who may plan them, call, and write the words."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import CallDemand, CallScript, Round, RoundCall, RoundClient


def visible_rounds(user: Staff, now: datetime) -> QuerySet[Round]:
    """The rounds of his units: a list of a branch's clients is the branch's."""
    return Round.objects.filter(unit__in=reach(user, now).units)


def visible_round_clients(user: Staff, now: datetime) -> QuerySet[RoundClient]:
    return RoundClient.objects.filter(unit__in=reach(user, now).units)


def visible_round_calls(user: Staff, now: datetime) -> QuerySet[RoundCall]:
    """Those of his units, of their clients, and of clients shared with them; with the round that numbers them."""
    return RoundCall.objects.filter(_seen(user, now)).select_related("on_list__round")


def visible_demands(user: Staff, now: datetime) -> QuerySet[CallDemand]:
    return CallDemand.objects.filter(_seen(user, now) | Q(owner=user.pk))


def visible_scripts(user: Staff, now: datetime) -> QuerySet[CallScript]:
    """Fitting words are everybody's to read (4.3.1)."""
    return CallScript.objects.all()


def _seen(user: Staff, now: datetime) -> Q:
    who = reach(user, now)
    return Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients)


def may_call(user: Staff, record: Round | RoundClient | RoundCall, now: datetime) -> bool:
    """Plans a round and calls in it: who serves clients in its branch, and the centre (4.3.A)."""
    who = reach(user, now)
    return who.is_in(record.unit_id, *FRONT) or who.is_a(*CENTRE)


def may_handle(user: Staff, demand: CallDemand, now: datetime) -> bool:
    """Its owner, who serves clients in its branch, and the centre (4.3.C)."""
    who = reach(user, now)
    return user.pk == demand.owner_id or who.is_in(demand.unit_id, *FRONT) or who.is_a(*CENTRE)


def units_for_rounds(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The branches whose clients he may call in a round: his own; every one for the centre."""
    who = reach(user, now)
    branches = Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on__isnull=True).order_by("pk")
    if who.is_a(*CENTRE):
        return branches
    return branches.filter(pk__in=sorted({unit for kind, unit in who.held if kind in FRONT}))


def may_plan(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT, *CENTRE)


def may_write_scripts(user: Staff, now: datetime) -> bool:
    """The whole company speaks alike (4.0): the centre writes the words."""
    return reach(user, now).is_a(*CENTRE)
