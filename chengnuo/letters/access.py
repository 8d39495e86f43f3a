"""Who sees letter rounds, letters and replies, and who may act on them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import CENTRE, FRONT, reach

from .models import Campaign, Letter, LetterBatch, LetterReply


def visible_campaigns(user: Staff, now: datetime) -> QuerySet[Campaign]:
    """Those of his units. A round names many clients, so a client that is shared opens none."""
    return Campaign.objects.filter(unit__in=reach(user, now).units)


def visible_batches(user: Staff, now: datetime) -> QuerySet[LetterBatch]:
    return LetterBatch.objects.filter(campaign__unit__in=reach(user, now).units)


def visible_letters(user: Staff, now: datetime) -> QuerySet[Letter]:
    """Those of his units, to his units' clients, and to clients shared with them."""
    who = reach(user, now)
    return Letter.objects.filter(Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients))


def visible_replies(user: Staff, now: datetime) -> QuerySet[LetterReply]:
    who = reach(user, now)
    seen = Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients) | Q(owner=user.pk)
    return LetterReply.objects.filter(seen)


def units_for_writing(user: Staff, now: datetime) -> QuerySet[Unit]:
    """Where he may begin a letter round: the units whose clients he serves, for the centre its own."""
    who = reach(user, now)
    own = {unit for kind, unit in who.held if kind in (*FRONT, *CENTRE)}
    return Unit.objects.filter(pk__in=sorted(own), closed_on__isnull=True).order_by("pk")


def may_write(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(*FRONT, *CENTRE)


def may_handle(user: Staff, record: Campaign | Letter | LetterReply, now: datetime) -> bool:
    """Whoever serves clients in the unit that sends or answers, and the centre. Others read (4.2)."""
    who = reach(user, now)
    return who.is_in(record.unit_id, *FRONT) or who.is_a(*CENTRE) or _owns(user, record)


def _owns(user: Staff, record: Campaign | Letter | LetterReply) -> bool:
    return isinstance(record, LetterReply) and record.owner_id == user.pk


def may_pass_to(user: Staff, now: datetime) -> QuerySet[Staff]:
    """The colleagues to whom a reply can be passed on: whoever serves clients or works at the centre."""
    held = Role.objects.filter(Role.at(now), kind__in=(*FRONT, *CENTRE)).values("staff_id")
    return Staff.objects.filter(is_active=True, pk__in=held).select_related("unit").order_by("unit_id", "name", "pk")
