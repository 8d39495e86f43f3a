"""Who sees calls and promises, and who may do what with them."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.models import Occasion
from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import CENTRE, FRONT, Reach, reach

from .duty_rules import COVERED_DAY
from .models import Call, DutyLine, DutyShift, MailMessage, Promise, RosterFeed, RosterPattern, ShiftSwap

K = Role.Kind
HOTLINE = (*FRONT, *CENTRE)


def _of(who: Reach) -> Q:
    return Q(unit__in=who.units) | Q(client_unit__in=who.units) | Q(client__in=who.clients)


def visible_calls(user: Staff, now: datetime) -> QuerySet[Call]:
    """The register of his units' lines, calls of their clients that rang elsewhere, and what he answered for others."""
    who = reach(user, now)
    seen = _of(who)
    if who.is_a(*HOTLINE):
        seen |= Q(operator_id=user.pk)
    return Call.objects.filter(seen)


def visible_promises(user: Staff, now: datetime) -> QuerySet[Promise]:
    return Promise.objects.filter(_of(reach(user, now)) | Q(keeper_id=user.pk))


def visible_mails(user: Staff, now: datetime) -> QuerySet[MailMessage]:
    """The mails of the entries that he sees, and of his units' mailboxes what made none."""
    none = Q(call__isnull=True, unit__in=reach(user, now).units)
    return MailMessage.objects.filter(none | Q(call__in=visible_calls(user, now).values("pk")))


def visible_shifts(user: Staff, now: datetime) -> QuerySet[DutyShift]:
    """The roster and the lines are the whole company's to read: who calls for a client reaches whoever is on duty in
    any region (3.1.1). Why somebody is away is not among it."""
    return DutyShift.objects.all()


def visible_lines(user: Staff, now: datetime) -> QuerySet[DutyLine]:
    return DutyLine.objects.all()


def visible_patterns(user: Staff, now: datetime) -> QuerySet[RosterPattern]:
    """Repeating rosters are read by whom the roster is."""
    return RosterPattern.objects.all()


def visible_feeds(user: Staff, now: datetime) -> QuerySet[RosterFeed]:
    """One's own addresses; nobody else knows of them."""
    return RosterFeed.objects.filter(staff=user)


def visible_days(user: Staff, now: datetime) -> QuerySet[Occasion]:
    """The days whose coverage is owed, of the branches that he reaches."""
    return Occasion.objects.filter(rule=COVERED_DAY, unit_id__in=reach(user, now).units)


def printable_units(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The branches whose register and roster a person prints: those he reaches. What of another's line he sees by a
    share is no register of it."""
    return Unit.objects.filter(pk__in=reach(user, now).units, kind=Unit.Kind.BRANCH).order_by("pk")


def visible_swaps(user: Staff, now: datetime) -> QuerySet[ShiftSwap]:
    """Swaps asked by him or of him, and those of the branches whose records he sees."""
    return ShiftSwap.objects.filter(Q(unit__in=reach(user, now).units) | Q(asked_by=user.pk) | Q(asked_of=user.pk))


def may_register(user: Staff, now: datetime) -> bool:
    """Whoever serves clients answers the hotline: operators, managers, the centre."""
    return reach(user, now).is_a(*HOTLINE)


def may_handle(user: Staff, record: Call | Promise, now: datetime) -> bool:
    """The unit of the record, the keeper himself, and the centre act on it; others that see it only read."""
    who = reach(user, now)
    if getattr(record, "keeper_id", None) == user.pk:
        return True
    return who.is_a(*CENTRE) or who.is_in(record.unit_id, *FRONT)


def may_take(user: Staff, call: Call, now: datetime) -> bool:
    """Who handles the line's calls, who answered, and at whom it rang: they write down what was said (3.1.3)."""
    if may_handle(user, call, now) or call.operator_id == user.pk:
        return True
    rung = Q(staff_id=user.pk) | Q(staff_id=None, unit_id=user.unit_id)
    return may_register(user, now) and call.attempts.filter(rung, at__lte=now).exists()


def must_handle(user: Staff, promise: Promise, now: datetime) -> None:
    """Raises Forbidden (403) for who only reads."""
    if not may_handle(user, promise, now):
        raise Forbidden(_("这个承诺不归你处理"), clause="3.1.5")


def may_withdraw_alone(user: Staff, record: Promise, now: datetime) -> bool:
    """A manager may withdraw a promise without the client's word; it is his decision and stays on record (3.1.5)."""
    return reach(user, now).is_in(record.unit_id, K.MANAGER)


def may_roster(user: Staff, unit_id: int, now: datetime) -> bool:
    who = reach(user, now)
    return who.is_in(unit_id, K.MANAGER) or who.is_a(K.CENTRE_HEAD)
