"""Whom a round calls: clients of a branch by a filter, sorted, without those who must be visited (4.3.1, 4.3.A)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from chengnuo.clients.access import visible_clients
from chengnuo.clients.basis import must_be_visited
from chengnuo.clients.models import Client, Policy
from chengnuo.kit.timeline import verbs
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import TrailMention
from chengnuo.people.models import Staff, Unit

from .models import Sorting

MOST = 500


@dataclass(frozen=True)
class Criteria:
    """By what clients are chosen; what is empty narrows nothing. Days are counted from the day of choosing."""

    kind: str = ""
    tick: str = ""
    line: str = ""
    expires_within: int | None = None
    silent_for: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def last_contacts(client_ids: Collection[int]) -> dict[int, datetime]:
    """When something last passed between us and each client, as his timeline tells it."""
    rows = TrailMention.objects.filter(
        subject_type=Client._meta.label_lower, subject_pk__in=list(client_ids), event__verb__in=_contact_verbs()
    ).order_by("subject_pk", "-event__happened_at")
    return dict(rows.distinct("subject_pk").values_list("subject_pk", "event__happened_at"))


def chosen(user: Staff, unit: Unit, criteria: Criteria, sorted_by: str, now: datetime) -> list[Client]:
    """The clients of the branch that the person sees and the filter means, in their order, at most one above MOST."""
    today = now.astimezone(ZONE).date()
    rows = _narrowed(visible_clients(user, now).filter(unit=unit), criteria, today, now)
    return list(_ordered(rows, sorted_by, today)[: MOST + 1])


def _narrowed(rows: QuerySet[Client], criteria: Criteria, today: date, now: datetime) -> QuerySet[Client]:
    if criteria.kind:
        rows = rows.filter(kind=criteria.kind)
    if criteria.tick:
        rows = rows.filter(**{criteria.tick: True})
    if criteria.line or criteria.expires_within is not None:
        covers = Policy.objects.filter(client=OuterRef("pk"), ends_on__gte=today)
        if criteria.line:
            covers = covers.filter(line=criteria.line)
        if criteria.expires_within is not None:
            covers = covers.filter(ends_on__lte=today + timedelta(days=criteria.expires_within))
        rows = rows.filter(Exists(covers))
    if criteria.silent_for is not None:
        since = now - timedelta(days=criteria.silent_for)
        rows = rows.exclude(Exists(_contacts().filter(event__happened_at__gte=since)))
    return rows


def _ordered(rows: QuerySet[Client], sorted_by: str, today: date) -> QuerySet[Client]:
    if sorted_by == Sorting.EXPIRY:
        ends = Policy.objects.filter(client=OuterRef("pk"), ends_on__gte=today).order_by().values("client")
        soonest = ends.annotate(first=Min("ends_on")).values("first")
        return rows.annotate(first=Subquery(soonest)).order_by("first", "pk")
    if sorted_by == Sorting.LAST:
        latest = _contacts().order_by("-event__happened_at").values("event__happened_at")[:1]
        # One with whom nothing ever passed has waited longest.
        return rows.annotate(last=Subquery(latest)).order_by(F("last").asc(nulls_first=True), "pk")
    return rows.order_by("-key", "-large", "pk")


def _contacts() -> QuerySet[TrailMention]:
    return TrailMention.objects.filter(
        subject_type=Client._meta.label_lower, subject_pk=OuterRef("pk"), event__verb__in=_contact_verbs()
    )


def _contact_verbs() -> list[str]:
    return sorted(verb.name for verb in verbs().values() if verb.kind == "contact")


def to_visit(clients: Collection[Client], now: datetime) -> dict[int, str]:
    """Of these clients those that no telephone round may hold, each with the reason (4.3.1): a plan in force has a
    service at their place, or they carry the high-risk tick."""
    told = must_be_visited([client.pk for client in clients], now)
    risky = {client.pk: _("高风险客户，须上门") for client in clients if client.high_risk}
    return {**risky, **told}
