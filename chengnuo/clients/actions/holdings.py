"""What a client has: sites, agreements, policies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .. import rules
from ..changes import apply, told
from ..models import Agreement, Client, OfClient, Policy, Site

Held = TypeVar("Held", bound=OfClient)


def add_site(client: Client, *, values: Mapping[str, Any], by: Staff, now: datetime) -> Site:
    """Add a place of the client. Raises Invalid."""
    return _add(Site(**rules.site_values(values)), client, "site.added", by=by, now=now)


def change_site(site: Site, *, version: int, values: Mapping[str, Any], by: Staff, now: datetime) -> Site:
    """Raises Invalid and Stale 409."""
    return _change(site, rules.site_values(values), version, "site.changed", by=by, now=now)


def add_policy(client: Client, *, values: Mapping[str, Any], by: Staff, now: datetime) -> Policy:
    """Register a policy. Raises Invalid, and Refusal 409 when its number is taken."""
    return _add(Policy(**rules.policy_values(values)), client, "policy.added", by=by, now=now)


def change_policy(policy: Policy, *, version: int, values: Mapping[str, Any], by: Staff, now: datetime) -> Policy:
    """Raises Invalid, Stale 409, and Refusal 409 when its number is taken."""
    return _change(policy, rules.policy_values(values), version, "policy.changed", by=by, now=now)


def draft_agreement(
    client: Client, *, values: Mapping[str, Any], source: str = "", by: Staff, now: datetime
) -> Agreement:
    """Put a brokerage agreement on file before it is signed. Raises Invalid, and Refusal 409 for a taken number."""
    return _add(Agreement(**rules.agreement_values(values)), client, "agreement.drafted", by=by, now=now, source=source)


def sign_agreement(agreement: Agreement, *, signed_on: date, source: str = "", by: Staff, now: datetime) -> Agreement:
    """The client signed. The duty to draw up his service plan follows from this event (3.2.1)."""
    day = rules.day_of_signing(signed_on, _today(now))
    data = {"signed_on": day}
    return _move(agreement, "sign", "agreement.signed", by=by, now=now, source=source, data=data, signed_on=day)


def activate_agreement(agreement: Agreement, *, source: str = "", by: Staff, now: datetime) -> Agreement:
    """Its first day has come. Raises Refusal 409 before it."""
    if _today(now) < agreement.starts_on:
        raise Refusal("too_early", _("起始日还没有到，到期再开始履行"))
    return _move(agreement, "activate", "agreement.activated", by=by, now=now, source=source)


def expire_agreement(agreement: Agreement, *, source: str = "", by: Staff | None, now: datetime) -> Agreement:
    """Its last day is over. Raises Refusal 409 up to that day."""
    if _today(now) <= agreement.ends_on:
        raise Refusal("too_early", _("截止日还没有过，提前结束用“终止”"))
    return _move(agreement, "expire", "agreement.expired", by=by, now=now, source=source)


def terminate_agreement(agreement: Agreement, *, reason: str, by: Staff, now: datetime) -> Agreement:
    """End it before its time, with the reason. Raises Invalid without one."""
    faults = rules.Faults()
    why = faults.take("reason", rules.text, reason, 200)
    faults.raise_if_any()
    return _move(agreement, "terminate", "agreement.terminated", by=by, now=now, texts={"reason": why})


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()


def _move(
    agreement: Agreement,
    verb: str,
    event: str,
    *,
    by: Staff | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    source: str = "",
    **values: Any,
) -> Agreement:
    with acting(agreement, client=agreement.client) as fresh:
        was = fresh.state
        move(fresh, verb)
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        record(
            event,
            fresh,
            also=[fresh.client],
            by=by,
            now=now,
            data={"state": [was, fresh.state], **(data or {})},
            texts=texts,
            source=source,
        )
    return fresh


def _add(held: Held, client: Client, verb: str, *, by: Staff, now: datetime, source: str = "") -> Held:
    data, texts = told((name, "", value) for name, value in _values(held).items() if value not in ("", None))
    try:
        with acting(client) as fresh:
            held.client = fresh
            held.save()
            record(verb, held, also=[fresh], by=by, now=now, data=data, texts=texts, source=source)
    except IntegrityError as clash:
        raise _taken(held) from clash
    return held


def _change(held: Held, values: Mapping[str, Any], version: int, verb: str, *, by: Staff, now: datetime) -> Held:
    try:
        with acting(held, client=held.client) as fresh:
            data, texts = apply(fresh, values, version)
            if data:
                fresh.save()
                record(verb, fresh, also=[fresh.client], by=by, now=now, data=data, texts=texts)
    except IntegrityError as clash:
        raise _taken(held) from clash
    return fresh


def _values(held: OfClient) -> dict[str, Any]:
    return {name: value for name, value in held.row().items() if name not in {"id", "client_id"}}


def _taken(held: OfClient) -> Refusal:
    field, words = {
        Policy: ("no", _("这个保单号已登记过，核对保单")),
        Agreement: ("number", _("这个协议编号已用过，核对协议")),
    }[type(held)]
    return Refusal("number_taken", words, fields={field: words})
