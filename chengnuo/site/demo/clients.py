"""The demo company's clients, by the actions. Their numbers are made up here, with right check digits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from stdnum.cn import ric, uscc

from chengnuo.clients.actions import (
    activate_agreement,
    add_policy,
    draft_agreement,
    enter_client,
    sign_agreement,
    tick,
)
from chengnuo.clients.models import Client, Phone
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff

from .company import Company
from .portfolio import Customer
from .timeline import Timeline, local

INSURERS = (
    "屿安财产保险股份有限公司",
    "汇岳财产保险股份有限公司",
    "沧澜财产保险股份有限公司",
    "钧石财产保险股份有限公司",
)
LIFE_INSURERS = ("南屿人寿保险股份有限公司", "禾岳健康保险股份有限公司")
COVERS = {
    "motor": ("MOT", 2_000_000, 6_800),
    "property": ("PRO", 30_000_000, 46_000),
    "liability": ("LIA", 10_000_000, 38_000),
    "accident_health": ("ACC", 500_000, 34_000),
    "cargo": ("CAR", 8_000_000, 62_000),
    "engineering": ("ENG", 60_000_000, 120_000),
    "life": ("LIF", 300_000, 8_200),
    "other": ("OTH", 200_000, 2_600),
}
PERSONAL = Decimal("0.12")
"""A private person's premium for what a firm pays this much for; motor and life cost the same."""
LARGE = 500_000
REASON = "年保费与业务规模，经中心认定"
SCOPE = "投保方案设计、询价与安排投保，保险期间的日常服务，出险后的协助索赔。"
YEAR = timedelta(days=365)


@dataclass
class Entering:
    """Puts the clients on the line: those from before at its beginning, the others on their day. A policy that began
    since is the renewal of one that was there."""

    company: Company
    line: Timeline
    begins: datetime
    chance: Random

    def plan(self, customers: list[Customer]) -> None:
        for nth, one in enumerate(customers):
            if one.enters_after:
                self.line.at(self._first_day(nth, one), partial(self._enter, nth, one))
            else:
                self.line.at(self.begins, partial(self._enter, nth, one))

    def _first_day(self, nth: int, one: Customer) -> datetime:
        return local(self.begins, one.enters_after, "09:00") + timedelta(minutes=nth * 17 % 480)

    def _enter(self, nth: int, one: Customer, at: datetime) -> None:
        policies = [self._policy(nth, number, one) for number in range(len(one.lines))]
        premium = sum(policy["premium"] for policy in policies)
        now_ticks, later = _ticks(nth, one, premium)
        since, is_new = _today(at) - timedelta(days=200 + 37 * nth % 4000), bool(one.enters_after)
        operators = self.company.holders(one.branch, Role.Kind.OPERATOR)
        one.row = enter_client(
            unit=self.company.units[one.branch],
            values={
                "kind": one.kind,
                "name": one.name,
                "since": _today(at) if is_new else since,
                **_number(nth, one.kind),
            },
            contacts=[{**contact, "phones": _phones(nth, number)} for number, contact in enumerate(one.contacts)],
            sites=[{"name": "住址" if one.is_person else one.trade[3][:60], "address": one.address}],
            policies=[self._held(policy, at) for policy in policies],
            ticks=now_ticks,
            reason=REASON if now_ticks else "",
            manager=self.company.staff[operators[nth % len(operators)]],
            although_similar=True,
            by=self.company.holder("KF", Role.Kind.CENTRE),
            now=at,
        )
        phones = Phone.objects.filter(contact__positions__client=one.row).select_related("contact").order_by("pk")
        by_name = {phone.contact.name: (phone.contact, phone.number) for phone in phones}
        one.speakers = [by_name[contact["name"]] for contact in one.contacts]
        self._later(nth, one, policies, later, at)

    def _later(self, nth: int, one: Customer, policies: list[dict[str, Any]], ticks: list[str], at: datetime) -> None:
        manager = self.company.holder(one.branch, Role.Kind.MANAGER)
        for policy in policies:
            if _is_renewal(policy, at):
                days = (policy["starts_on"] - _today(at)).days - 4
                signed = local(at, days, "15:10") + timedelta(minutes=nth % 150)
                self.line.at(signed, partial(self._renew, one, policy))
        for name in ticks:
            when = local(at, 9 + nth * 7 % 70, "16:00")
            self.line.at(when, partial(self._tick, one, name))
        if not one.is_person:
            self._agree(nth, one, manager, at)

    def _renew(self, one: Customer, policy: dict[str, Any], now: datetime) -> None:
        add_policy(one.client, values=policy, by=self.company.holder(one.branch, Role.Kind.MANAGER), now=now)

    def _tick(self, one: Customer, name: str, now: datetime) -> None:
        tick(one.client, name, reason=REASON, by=self.company.staff["wanghaiyan"], now=now)

    def _agree(self, nth: int, one: Customer, by: Staff, at: datetime) -> None:
        """Draft an agreement; most of those from before are in force, a new client signs his within the week."""
        is_new = bool(one.enters_after)
        starts = _today(at) + timedelta(days=1 + nth % 6) if is_new else _today(at) - timedelta(days=20 + 7 * nth % 300)
        values = {
            "number": f"WT-{starts.year}-{nth + 1:04d}",
            "scope": SCOPE,
            "starts_on": starts,
            "ends_on": starts + timedelta(days=729),
        }
        agreement = draft_agreement(one.client, values=values, by=by, now=at)

        def sign(now: datetime, source: str = "") -> None:
            signed = sign_agreement(agreement, signed_on=min(starts, _today(now)), source=source, by=by, now=now)
            activate_agreement(signed, source=source, by=by, now=now)

        if is_new:
            self.line.at(local(at, 1 + nth % 6, "16:30") + timedelta(minutes=nth % 40), sign)
        elif nth % 8:
            sign(at, IMPORTED)

    def _policy(self, nth: int, number: int, one: Customer) -> dict[str, Any]:
        mark, insured, premium = COVERS[one.lines[number]]
        present = self.line.now.astimezone(ZONE).date()
        starts = present - timedelta(days=(53 * nth + 91 * number) % 350)
        scale = Decimal(str(round(one.scale * self.chance.uniform(0.6, 1.5), 2)))
        if one.is_person and one.lines[number] not in {"motor", "life"}:
            scale *= PERSONAL
        insurers = LIFE_INSURERS if one.lines[number] == "life" else INSURERS
        return {
            "no": f"DM-{mark}-{starts.year}-{100000 + 10 * nth + number}",
            "line": one.lines[number],
            "insurer": insurers[(nth + number) % len(insurers)],
            "sum_insured": insured * (1 + nth % 4),
            "premium": (premium * max(scale, Decimal("0.05"))).quantize(Decimal(1)),
            "starts_on": starts,
            "ends_on": starts + timedelta(days=364),
        }

    def _held(self, policy: dict[str, Any], at: datetime) -> dict[str, Any]:
        """The policy itself, or the one before it where it begins later."""
        if not _is_renewal(policy, at):
            return policy
        before = policy["starts_on"] - YEAR
        number = policy["no"].replace(f"-{policy['starts_on'].year}-", f"-{before.year}-")
        return {**policy, "no": number, "starts_on": before, "ends_on": before + timedelta(days=364)}


IMPORTED = "import"
"""Those of before came with the clients: what was over then is owed by nobody (3.2.1)."""


def _is_renewal(policy: dict[str, Any], at: datetime) -> bool:
    """Whether it is signed, four days before it begins, after the client is entered."""
    return bool(policy["starts_on"] - timedelta(days=4) > _today(at))


def _ticks(nth: int, one: Customer, premium: Decimal) -> tuple[list[str], list[str]]:
    """What he is called at once, and what the centre finds later: every fourth key client. Who pays 500,000 a year is
    proposed as large, and the centre followed."""
    ticks = [*one.ticks, *(["large"] if premium >= LARGE and "large" not in one.ticks else [])]
    later = [name for name in ticks if name == "key" and nth >= 40 and nth % 4 == 0 and not one.enters_after]
    return [name for name in ticks if name not in later], later


def _phones(nth: int, number: int) -> list[str]:
    return [f"138 0000 {5100 + 10 * nth + number}"]


def _number(nth: int, kind: str) -> dict[str, str]:
    return {"resident_id": resident_id(nth)} if kind == Client.Kind.PERSON else {"credit_code": credit_code(nth, kind)}


def resident_id(nth: int) -> str:
    """An id of the area 999999, which no county has."""
    born = date(1951, 3, 5) + timedelta(days=401 * nth % 18_000)
    bare = f"999999{born:%Y%m%d}{101 + nth:03d}"
    return bare + ric.calc_check_digit(bare + "0")


def credit_code(nth: int, kind: str) -> str:
    """A code of the area 999999; the organisation's own nine characters have their right check digit as well."""
    organisation = f"MADEM{nth:03d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = -sum(weight * int(char, 36) for weight, char in zip(weights, organisation, strict=True)) % 11
    bare = f"{'51' if kind == Client.Kind.ASSOCIATION else '91'}999999{organisation}{'X' if rest == 10 else rest}"
    return bare + uscc.calc_check_digit(bare + "0")


def _today(at: datetime) -> date:
    return at.astimezone(ZONE).date()
