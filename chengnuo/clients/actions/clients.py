"""Entering a client, changing what he is, the centre's ticks, and showing a masked number."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from .. import rules
from ..changes import PRIVATE, apply
from ..duplicates import Similar, candidates, known_to
from ..models import TICKS, Client, Phone, Policy, Position, Site
from .contacts import Entered, enter_contacts


def enter_client(
    *,
    unit: Unit,
    values: Mapping[str, Any],
    contacts: Sequence[Mapping[str, Any]] = (),
    sites: Sequence[Mapping[str, Any]] = (),
    policies: Sequence[Mapping[str, Any]] = (),
    ticks: Iterable[str] = (),
    reason: str = "",
    manager: Staff | None = None,
    although_similar: bool = False,
    happened_at: datetime | None = None,
    source: str = "",
    by: Staff,
    now: datetime,
) -> Client:
    """Enter a client, with as much as is known about him, as one event in a number of statements that does not grow.

    An import states when he was first entered (`happened_at`) and where he comes from (`source`, see `ledger.trail`).
    Raises Invalid with a message per field (`contacts.0.phones`), Refusal 409 `known_client` when somebody has his
    number already, and Similar 409 `similar_clients` unless `although_similar`.
    """
    own, _warnings = rules.client_values(values, now.astimezone(ZONE).date())
    people = _each("contacts", contacts, rules.contact_values)
    places = _each("sites", sites, rules.site_values)
    covers = _each("policies", policies, rules.policy_values)
    set_ticks = _ticks(ticks)
    why = _reason(reason) if set_ticks else ""
    _refuse_known(own, covers, by=by, now=now)
    if not although_similar:
        forms = [form for person in people for _written, form in person["phones"]]
        if found := candidates(own["name"], forms, by=by, now=now):
            raise Similar(found)
    try:
        with acting():
            client = Client(unit=unit, manager=manager, **own, **dict.fromkeys(set_ticks, True))
            client.index_name()
            client.save()
            entered = enter_contacts(client, people, by=by, now=now)
            new_sites = Site.objects.bulk_create([Site(client=client, **place) for place in places])
            new_policies = Policy.objects.bulk_create([Policy(client=client, **cover) for cover in covers])
            record(
                "client.entered",
                client,
                also=[*entered.records(), *new_sites, *new_policies],
                by=by,
                now=now,
                happened_at=happened_at,
                source=source,
                data={
                    "unit": unit.pk,
                    "kind": client.kind,
                    "credit_code": client.credit_code,
                    "since": client.since,
                    "manager": manager.pk if manager else None,
                    "ticks": set_ticks,
                    "contacts": len(people),
                    "sites": len(places),
                    "policies": len(covers),
                },
                texts={
                    "name": client.name,
                    "reason": why,
                    f"{PRIVATE}resident_id": client.resident_id,
                    **_names_and_numbers(entered),
                },
            )
    except IntegrityError as clash:
        raise Refusal("known_client", _("另有人刚登记了同一证件号或保单号，刷新后查看")) from clash
    return client


def _each(name: str, rows: Sequence[Mapping[str, Any]], clean: Any) -> list[dict[str, Any]]:
    """Every row cleaned. Raises Invalid whose fields say which row: `contacts.0.phones`."""
    faults = rules.Faults()
    got = []
    for at, row in enumerate(rows):
        try:
            got.append(clean(row))
        except Invalid as fault:
            faults |= {f"{name}.{at}.{field}": message for field, message in fault.fields.items()}
    faults.raise_if_any()
    return got


def _names_and_numbers(entered: Entered) -> dict[str, str]:
    return {
        "contacts": "；".join(position.contact.name for position in entered.positions),
        f"{PRIVATE}phones": "；".join(phone.number for phone in entered.phones),
    }


def _refuse_known(own: Mapping[str, Any], covers: Sequence[Mapping[str, Any]], *, by: Staff, now: datetime) -> None:
    known_to(own, None, by=by, now=now)
    numbers = [cover["no"] for cover in covers]
    faults = rules.Faults()
    taken = set(Policy.objects.filter(no__in=numbers).values_list("no", flat=True)) if numbers else set()
    for at, number in enumerate(numbers):
        if number in taken or number in numbers[:at]:
            faults[f"policies.{at}.no"] = _("这个保单号已登记过，核对保单")
    if faults:
        raise Refusal("known_policy", "；".join(faults.values()), fields=faults)


def change_client(
    client: Client,
    *,
    version: int,
    values: Mapping[str, Any],
    manager: Staff | None = None,
    by: Staff,
    now: datetime,
) -> Client:
    """Change what a client is; his old and new values are in the event. Nothing different writes nothing.

    Raises Invalid, Stale 409 with both texts, and Refusal 409 `known_client`.
    """
    own, _warnings = rules.client_values(values, now.astimezone(ZONE).date())
    known_to(own, client, by=by, now=now)
    try:
        with acting(client) as fresh:
            data, texts = apply(fresh, {**own, "manager_id": manager.pk if manager else None}, version)
            if data:
                fresh.index_name()
                fresh.save()
                record("client.changed", fresh, by=by, now=now, data=data, texts=texts)
    except IntegrityError as clash:
        raise Refusal("known_client", _("另有人刚登记了同一证件号，刷新后查看")) from clash
    return fresh


def tick(client: Client, name: str, *, reason: str, on: date | None = None, by: Staff, now: datetime) -> Client:
    """Call a client key, large or high-risk, from a day and with the reason. Raises Refusal 409 when he is already."""
    return _set_tick(client, name, True, reason, on, by=by, now=now)


def untick(client: Client, name: str, *, reason: str, on: date | None = None, by: Staff, now: datetime) -> Client:
    """Take a tick back, with the reason. Raises Refusal 409 when it is not set."""
    return _set_tick(client, name, False, reason, on, by=by, now=now)


def _set_tick(
    client: Client, name: str, value: bool, reason: str, on: date | None, *, by: Staff, now: datetime
) -> Client:
    (name,) = _ticks([name])
    why = _reason(reason)
    today = now.astimezone(ZONE).date()
    if on and on > today:
        raise Invalid("future_day", on=_("认定日还没有到"))
    with acting(client) as fresh:
        if getattr(fresh, name) is value:
            raise Refusal("already_so", _("已认定过，不用再认定") if value else _("没有认定过，不用取消"))
        setattr(fresh, name, value)
        fresh.version += 1
        fresh.save(update_fields=[name, "version"])
        verb = "client.ticked" if value else "client.unticked"
        record(verb, fresh, by=by, now=now, data={"tick": name, "on": on or today}, texts={"reason": why})
    return fresh


def _ticks(given: Iterable[str]) -> list[str]:
    asked = set(given)
    if unknown := asked - set(TICKS):
        raise Invalid("unknown_tick", tick=_("没有“%(tick)s”这种认定") % {"tick": sorted(unknown)[0][:40]})
    return [name for name in TICKS if name in asked]


def _reason(given: str) -> str:
    faults = rules.Faults()
    why = faults.take("reason", rules.text, given, 200)
    faults.raise_if_any()
    return why


def unmask_resident_id(client: Client, *, reason: str = "", by: Staff, now: datetime) -> str:
    """Show a person's resident id; that it was shown, to whom and when, is on record."""
    with acting(client) as fresh:
        if not fresh.resident_id:
            raise Refusal("nothing_to_show", _("没有登记身份证号"), status=404)
        record(
            "client.unmasked",
            fresh,
            by=by,
            now=now,
            data={"field": "resident_id"},
            texts={"reason": rules.text(reason[:200], 200, required=False)},
        )
        return fresh.resident_id


def unmask_phone(position: Position, phone: Phone, *, reason: str = "", by: Staff, now: datetime) -> str:
    """Show a contact's number as it was written; that it was shown is on record with the client he stands for."""
    with acting(position.client) as client:
        if phone.contact_id != position.contact_id:
            raise Refusal("nothing_to_show", _("这个联系人没有这个电话"), status=404)
        record(
            "client.unmasked",
            client,
            also=[phone],
            by=by,
            now=now,
            data={"field": "phone", "phone": phone.pk, "contact": position.contact_id},
            texts={"reason": rules.text(reason[:200], 200, required=False)},
        )
        return phone.number
