"""Fitting a plan to its client: what is known of him, and what that proposes (3.2.2). The author has the last word."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.basis import ServiceKind
from chengnuo.clients.models import TICKS, Client, Policy, Site
from chengnuo.clients.past import Past, Topic, past_of
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .models import Situation

K = ServiceKind
YEARS_BACK = 3
ONE_DAY = timedelta(days=1)
RENEWAL_AHEAD = timedelta(days=90)
SHOWN = 12
AT_RISK = (Policy.Line.PROPERTY, Policy.Line.ENGINEERING)
"""The lines that make a site worth a survey."""


@dataclass(frozen=True)
class Known:
    """What the data say of a client on the day of drafting."""

    client: Client
    policies: Sequence[Policy]
    sites: Sequence[Site]
    losses: Sequence[Past]
    services: Sequence[Past]

    @property
    def is_weighty(self) -> bool:
        return self.client.key or self.client.large

    @property
    def had_losses(self) -> bool:
        return any(one.count for one in self.losses)

    @property
    def commission(self) -> Decimal:
        return sum((policy.commission or Decimal(0) for policy in self.policies), Decimal(0))


@dataclass(frozen=True)
class Proposal:
    """A line that the data propose."""

    kind: str
    title: str
    times: int
    starts_on: date
    ends_on: date
    site_id: int | None = None
    preparation: str = ""
    budget: Decimal = field(default=Decimal(0))


def known_of(client: Client, user: Staff, now: datetime) -> Known:
    """Read at once: policies in force or to come, sites, and three years of losses and services as the person sees."""
    today = now.astimezone(ZONE).date()
    policies = [one for one in client.policies.all() if one.ends_on >= today]
    since = midnight(date(today.year - YEARS_BACK, 1, 1))
    past = past_of(client, since, user, now)
    return Known(
        client,
        policies,
        list(client.sites.all()),
        [one for one in past if one.topic == Topic.LOSSES],
        [one for one in past if one.topic == Topic.SERVICES],
    )


def situation_of(known: Known) -> list[dict[str, Any]]:
    """The five, filled from the data; of what there is nothing the text is empty, and the author says so himself."""
    texts = {
        Situation.POLICIES: _policies(known.policies),
        Situation.SITES: _listed([f"{site.name}（{site.address}）" for site in known.sites]),
        Situation.RISK: "、".join(str(TICKS[name]) for name in known.client.ticks),
        Situation.LOSSES: _past(known.losses),
        Situation.HISTORY: _past(known.services),
    }
    return [{"key": str(key), "text": text, "none": False} for key, text in texts.items()]


def _policies(policies: Sequence[Policy]) -> str:
    lines = Counter(policy.line for policy in policies)
    counted = [f"{Policy.Line(line).label}{count}" for line, count in lines.most_common()]
    premium = sum((policy.premium_a_year for policy in policies), Decimal(0))
    return (
        _("%(lines)s；年保费%(premium)s元") % {"lines": "、".join(counted), "premium": f"{premium:,.2f}"}
        if lines
        else ""
    )


def _listed(lines: Sequence[str]) -> str:
    more = _("等%s处") % len(lines) if len(lines) > SHOWN else ""
    return "；".join(lines[:SHOWN]) + more


def _past(lines: Iterable[Past]) -> str:
    return "；".join(
        f"{one.label}{one.count}" + (_("，%s元") % f"{one.amount:,.2f}" if one.amount is not None else "")
        for one in lines
    )


def proposals(known: Known, starts_on: date, ends_on: date) -> list[Proposal]:
    """What his situation proposes for the period: surveys per site where property is insured or the risk is high,
    visits and calls by tier, training and drills, renewals by month, a yearly letter to a person."""
    client, person = known.client, known.client.is_person
    high = client.high_risk
    found: list[Proposal] = []

    def add(kind: ServiceKind, title: str, times: int, **more: Any) -> None:
        first = more.pop("starts_on", starts_on)
        found.append(Proposal(kind, title, times, first, more.pop("ends_on", ends_on), **more))

    if high or any(policy.line in AT_RISK for policy in known.policies):
        for site in known.sites:
            times = 2 if high else 1
            preparation = _("上次查勘报告、整改清单、相机")
            add(K.SURVEY, _("%s风险查勘") % site.name, times, site_id=site.pk, preparation=preparation)
    if not person:
        visits = 4 if known.is_weighty else 2
        add(K.VISIT, _("上门拜访"), visits, preparation=_("保单清单、服务记录、客户服务调查表"))
    add(K.CALL, _("电话回访"), 12 if known.is_weighty else 2 if person else 4)
    if not person and (known.is_weighty or high or known.had_losses):
        add(K.TRAINING, _("防灾防损培训"), 2 if known.had_losses and known.is_weighty else 1)
    if high or client.large:
        add(K.DRILL, _("应急演练"), 1, preparation=_("应急预案、演练方案、签到表"))
    for month, policies in _by_month(known.policies, starts_on, ends_on):
        first = max(starts_on, min(one.ends_on for one in policies) - RENEWAL_AHEAD)
        title = _("%(month)s到期保单续保，%(count)s份") % {"month": month, "count": len(policies)}
        add(K.RENEWAL, title, 1, starts_on=first, ends_on=max(first, min(one.ends_on for one in policies)))
    if person:
        add(K.LETTER, _("年度保障提示函"), 1)
    return found


def _by_month(policies: Iterable[Policy], starts_on: date, ends_on: date) -> list[tuple[str, list[Policy]]]:
    """The policies that expire within the period, by month, soonest first."""
    months: dict[str, list[Policy]] = {}
    for policy in sorted(policies, key=lambda one: one.ends_on):
        if starts_on <= policy.ends_on <= ends_on:
            months.setdefault(f"{policy.ends_on:%Y-%m}", []).append(policy)
    return list(months.items())


def windows(starts_on: date, ends_on: date, times: int) -> list[tuple[date, date]]:
    """The period cut into as many parts as there are times, without gap or overlap; the nth service is due in the nth.

    With more times than days the last days have several.
    """
    days = (ends_on - starts_on).days + 1
    cuts = [starts_on + timedelta(days=days * nth // times) for nth in range(times + 1)]
    return [(first, max(first, after - ONE_DAY)) for first, after in pairwise(cuts)]
