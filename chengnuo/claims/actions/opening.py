"""A notice of loss, taken in a call or by hand, its registration and its facts (3.1.4, 3.4.1)."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.clients.cases import opened, take_on
from chengnuo.clients.models import Client, Policy, Site
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from ..access import may_enter, may_revise, visible_claims
from ..models import Claim
from .escalating import review_escalation
from .facts import LARGEST, Sum, add_estimate
from .held import held, kept, words

LONGEST = {"cause": 200, "place": 200, "reporter": 60, "reporter_phone": 30}


@dataclass(frozen=True)
class Loss:
    """What is known of a loss: where, when, of what, under which policy of the client."""

    account: str
    cause: str = ""
    place: str = ""
    occurred_at: datetime | None = None
    reporter: str = ""
    reporter_phone: str = ""
    line: str = ""
    policy: Policy | None = None
    site: Site | None = None


LOSS = tuple(one.name for one in fields(Loss))


def open_claim(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    account: str = "",
    cause: str = "",
    place: str = "",
    occurred_at: datetime | None = None,
    estimate: Decimal | None = None,
    deaths: int = 0,
    serious_injuries: int = 0,
) -> Claim:
    """A loss reported in a call becomes a claim (3.1.4, 3.4.1). Its notice time is when the telephone rang, also where
    the caller was only reached by calling back. `estimate` is in yuan, gross of the deductible."""
    reported_at = getattr(call, "rang_at", now)
    if occurred_at and occurred_at > reported_at:
        raise Invalid("time_order", occurred_at=_("出险不能晚于报案"))
    if estimate is not None and not Decimal(0) <= estimate <= LARGEST:
        raise Invalid("estimate", estimate=_("估损金额是不小于0的元数"))
    claim = Claim(
        owner=owner,
        reporter=getattr(call, "caller_name", ""),
        reporter_phone=getattr(call, "caller", ""),
        account=account or getattr(call, "content", ""),
        cause=cause[:200],
        place=place[:200],
        occurred_at=occurred_at,
        reported_at=reported_at,
        deaths=deaths,
        serious_injuries=serious_injuries,
    )
    client = getattr(call, "client", None)
    claim.policy = _only_policy(client, occurred_at or reported_at) if client else None
    claim.line = claim.policy.line if claim.policy else ""
    opened(claim, "claim.reported", call=call, by=by, now=now, texts={"account": claim.account, "place": place})
    _first_facts(claim, estimate, _("来电人口述"), by, now)
    return claim


@covers("3.4.1", RECORD)
def enter_claim(
    client: Client,
    loss: Loss,
    *,
    reported_at: datetime,
    estimate: Decimal | None = None,
    deaths: int = 0,
    serious_injuries: int = 0,
    by: Staff,
    now: datetime,
) -> Claim:
    """A notice of loss that came otherwise than by the hotline: registered by whoever writes it down, for the branch of
    the client (3.4.1). `estimate` is in yuan, gross of the deductible. A policy that nobody named is found by the day
    of the loss, where only one can be it.

    Raises Invalid (422) beside what cannot be: a policy that did not cover the day of the loss, a time to come.
    """
    if not may_enter(by, client.unit_id, now):
        raise Forbidden(_("由客户所属机构登记报案"), clause="3.4.1")
    if reported_at > now:
        raise Invalid("future", clause="3.4.1", reported_at=_("时间还没有到"))
    if loss.policy is None:
        loss = replace(loss, policy=_only_policy(client, loss.occurred_at or reported_at, loss.line))
    values = _checked(loss, client, reported_at)
    if estimate is not None and not (estimate.is_finite() and Decimal(0) <= estimate <= LARGEST):
        raise Invalid("estimate", clause="3.4.1", estimate=_("估损金额是不小于0的元数"))
    with acting(client) as fresh:
        claim = Claim(
            owner=by,
            unit=fresh.unit,
            client=fresh,
            client_unit_id=fresh.unit_id,
            reported_at=reported_at,
            deaths=deaths,
            serious_injuries=serious_injuries,
            **values,
        )
        texts = {"account": claim.account, "place": claim.place}
        opened(claim, "claim.reported", call=None, by=by, now=now, texts=texts)
        claim = register_claim(claim, by=by, now=now)
        claim.client = fresh
        _first_facts(claim, estimate, _("报案人口述"), by, now)
        return claim


def _first_facts(claim: Claim, estimate: Decimal | None, basis: str, by: Staff, now: datetime) -> None:
    said: dict[str, Any] = {"said_by": claim.reporter, "true_at": claim.reported_at, "by": by, "now": now}
    if estimate is not None:
        add_estimate(claim, Sum(estimate), estimate, basis=basis, **said)
    elif claim.deaths or claim.serious_injuries:
        review_escalation(claim, true_at=claim.reported_at, by=by, now=now)


def register_claim(claim: Claim, *, by: Staff, now: datetime) -> Claim:
    """The owner registers the loss and opens its claim file (3.4.1)."""
    take_on(claim, by=by, now=now, verb="register")
    return Claim.objects.get(pk=claim.pk)


def state_loss(claim: Claim, loss: Loss, *, by: Staff, now: datetime) -> Claim:
    """Say more exactly what was lost, where, when, under which policy; old and new are in the event (3.4.1).

    Raises Invalid (422) beside what cannot be, and where nothing changed."""
    if claim.client is None and (loss.policy or loss.site):
        raise Invalid("policy", clause="3.4.1", policy=_("先认定客户，再选保单"))
    values = _checked(loss, claim.client, claim.reported_at)
    with held(claim, by, now, may=may_revise) as fresh:
        if fresh.state in Claim.FINISHED:
            raise Invalid("over", clause="3.4.1", account=_("赔案已结，先重开"))
        changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
        if not changed:
            raise Invalid("unchanged", clause="3.4.1", account=_("没有改动"))
        data: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for name, value in changed.items():
            was = getattr(fresh, name)
            if name in ("policy", "site"):
                data[name] = [was.pk if was else None, value.pk if value else None]
            elif isinstance(was, datetime) or isinstance(value, datetime):
                data[name] = [was.isoformat() if was else None, value.isoformat() if value else None]
            elif name == "line":
                data[name] = [was, value]
            else:
                texts |= {f"{name}_before": was, name: value}
            setattr(fresh, name, value)
        kept(fresh, "claim.stated", by=by, now=now, data=data, texts=texts)
        return fresh


def _checked(loss: Loss, client: Client | None, reported_at: datetime) -> dict[str, Any]:
    values = {name: getattr(loss, name) for name in LOSS}
    values["account"] = words("account", loss.account, 4000, _("写明经过"))
    for name, longest in LONGEST.items():
        values[name] = values[name].strip()
        if len(values[name]) > longest:
            raise Invalid(name, clause="3.4.1", **{name: _("最多%s字") % longest})
    if loss.line and loss.line not in Policy.Line.values:
        raise Invalid("line", clause="3.4.1", line=_("没有这个险种"))
    if loss.occurred_at and loss.occurred_at > reported_at:
        raise Invalid("time_order", clause="3.4.1", occurred_at=_("出险不能晚于报案"))
    for name in ("policy", "site"):
        one = values[name]
        if one is not None and (client is None or one.client_id != client.pk):
            raise Invalid(name, clause="3.4.1", **{name: _("选这个客户名下的")})
    if loss.policy:
        day = day_of(loss.occurred_at or reported_at)
        if not loss.policy.covers(day):
            dates = {"from": loss.policy.starts_on, "to": loss.policy.ends_on, "day": day}
            said = _("出险日%(day)s不在保险期内（%(from)s至%(to)s）；都不在的留空登记") % dates
            raise Invalid("not_covered", clause="3.4.1", policy=said)
        values["line"] = loss.policy.line
    return values


def claims_of(client: Client, *, by: Staff, now: datetime) -> QuerySet[Claim]:
    """The claims of a client that a person sees, newest first: what a complaint of his may be about."""
    return visible_claims(by, now).filter(client=client).select_related("policy").order_by("-pk")


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def policies_on(client: Client, day: date) -> list[Policy]:
    """The policies of a client that cover a day (3.4.1)."""
    return list(client.policies.filter(starts_on__lte=day, ends_on__gte=day))


def _only_policy(client: Client, at: datetime, line: str = "") -> Policy | None:
    """The policy of a loss, of a line where one was named, where only one can be it; where several can, a person says
    which."""
    found = [one for one in policies_on(client, day_of(at)) if line in ("", one.line)]
    return found[0] if len(found) == 1 else None
