"""The calendar opens renewals by itself (3.3.3): every policy that ends within 90 days has one, once.

The worker looks once an hour; between, a round is one read by name. It opens a part at a time, so that a first look at
100,000 policies holds nothing up, and looks back to the day of its last full look: what ended while it was down is
there once, and overdue.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef

from chengnuo.clients.models import Client, Policy
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.loop import beat
from chengnuo.ledger.models import Heartbeat
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from .models import OPEN, Renewal

LOOK = timedelta(hours=1)
PART = 500
HEARTBEAT = "renewals"


def open_renewals(now: datetime) -> int:
    """Open what is to be opened now, at most PART. Returns how many; safe to run twice and in several processes."""
    last = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    if last is not None and now - LOOK < last <= now:
        return 0
    today = now.astimezone(ZONE).date()
    since = min(today, last.astimezone(ZONE).date()) if last else today
    found = [*_without(since, today, now), *_moved(today)]
    for policy in found[:PART]:
        _open(policy, now)
    if len(found) < PART:
        beat(HEARTBEAT, now)
    return len(found[:PART])


def _without(since: date, today: date, now: datetime) -> Iterable[Policy]:
    """Policies whose end comes near that have no renewal, those that end first first."""
    first = int(rulebook().parameter("renewal.first", now).value)
    near = Policy.objects.filter(ends_on__gte=since, ends_on__lte=today + timedelta(days=first))
    rows = near.exclude(Exists(Renewal.objects.filter(policy=OuterRef("pk"))))
    return rows.select_related("client").order_by("ends_on", "pk")[:PART]


def _moved(today: date) -> Iterable[Policy]:
    """Policies whose end was moved while their renewal is open."""
    stale = Renewal.objects.filter(state__in=OPEN).exclude(policy__ends_on=F("expires_on")).order_by("pk")
    return Policy.objects.filter(pk__in=list(stale.values_list("policy", flat=True)[:PART])).select_related("client")


def _open(policy: Policy, now: datetime) -> None:
    """Open the renewal of one policy, or follow its moved end; under the client's lock, so that it is done once."""
    with acting(policy, client=policy.client) as fresh:
        client = policy.client
        renewal = Renewal.objects.filter(policy=fresh).first()
        if renewal is None:
            renewal = _made(fresh, client, now)
            data = {"number": renewal.number, "expires_on": renewal.expires_on, "policy": fresh.pk}
            record("renewal.opened", renewal, also=[client, fresh], by=None, now=now, data=data)
        elif renewal.is_open and renewal.expires_on != fresh.ends_on:
            follow(renewal, fresh, now)


def follow(renewal: Renewal, policy: Policy, now: datetime) -> None:
    """Let an open renewal follow the end of its policy."""
    with acting(renewal) as fresh:
        was, fresh.expires_on = fresh.expires_on, policy.ends_on
        fresh.version += 1
        fresh.save()
        record("renewal.end_moved", fresh, by=None, now=now, data={"expires_on": [was, fresh.expires_on]})


def _made(policy: Policy, client: Client, now: datetime) -> Renewal:
    renewal = Renewal(
        unit_id=client.unit_id,
        client=client,
        client_unit_id=client.unit_id,
        policy=policy,
        line=policy.line,
        owner=owner_of(client, now),
        expires_on=policy.ends_on,
        opened_at=now,
    )
    renewal.number = number(Renewal.REGISTER, client.unit.code, now)
    renewal.save()
    return renewal


def owner_of(client: Client, now: datetime) -> Staff | None:
    """The client's own manager, else the head of his branch; without either the branch's duty rises by itself."""
    if client.manager is not None and client.manager.is_active:
        return client.manager
    heads = Role.objects.filter(Role.at(now), unit=client.unit_id, kind=Role.Kind.MANAGER, staff__is_active=True)
    role = heads.select_related("staff").order_by("pk").first()
    return role.staff if role else None
