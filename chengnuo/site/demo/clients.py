"""The demo company's clients, by the actions. Their numbers are made up here, with right check digits."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum.cn import ric, uscc

from chengnuo.clients.actions import activate_agreement, draft_agreement, enter_client, sign_agreement
from chengnuo.clients.models import Client
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff

from .company import Company

FILE = Path(__file__).with_name("clients.toml")
INSURERS = ("屿安财产保险股份有限公司", "汇岳财产保险股份有限公司", "沧澜财产保险股份有限公司")
COVERS = {
    "motor": ("MOT", 2_000_000, 8_600),
    "property": ("PRO", 30_000_000, 24_000),
    "liability": ("LIA", 10_000_000, 31_000),
    "accident_health": ("ACC", 500_000, 18_500),
    "cargo": ("CAR", 8_000_000, 42_000),
    "engineering": ("ENG", 60_000_000, 96_000),
    "life": ("LIF", 300_000, 5_200),
}
REASON = "年保费与业务规模，经中心认定"
SCOPE = "投保方案设计、询价与安排投保，保险期间的日常服务，出险后的协助索赔。"


def enter_all(company: Company, at: datetime) -> list[Client]:
    """Enter every client of the file; those who are firms have an agreement, most of them in force."""
    centre = company.holder("KF", Role.Kind.CENTRE)
    clients = []
    for nth, row in enumerate(tomllib.loads(FILE.read_text("utf-8"))["clients"]):
        client = _enter(nth, row, company, centre, at)
        clients.append(client)
        if client.kind != Client.Kind.PERSON:
            _agree(nth, client, company.holder(row["branch"], Role.Kind.MANAGER), at)
    return clients


def _enter(nth: int, row: dict[str, Any], company: Company, centre: Staff, at: datetime) -> Client:
    ticks = row.get("ticks", [])
    is_person = row["kind"] == Client.Kind.PERSON
    return enter_client(
        unit=company.units[row["branch"]],
        values={
            "kind": row["kind"],
            "name": row["name"],
            "since": _today(at) - timedelta(days=200 + 37 * nth),
            **({"resident_id": resident_id(nth)} if is_person else {"credit_code": credit_code(nth, row["kind"])}),
        },
        contacts=[
            {**contact, "phones": [f"138 0000 {5100 + 10 * nth + number}"]}
            for number, contact in enumerate(row["contacts"])
        ],
        sites=[{"name": "住址" if is_person else "厂区", "address": row["address"]}],
        policies=[_policy(nth, number, line, at) for number, line in enumerate(row["lines"])],
        ticks=ticks,
        reason=REASON if ticks else "",
        although_similar=True,
        by=centre,
        now=at,
    )


def _policy(nth: int, number: int, line: str, at: datetime) -> dict[str, Any]:
    mark, insured, premium = COVERS[line]
    starts = _today(at) - timedelta(days=(53 * nth + 91 * number) % 350)
    return {
        "no": f"DM-{mark}-{starts.year}-{100000 + 10 * nth + number}",
        "line": line,
        "insurer": INSURERS[(nth + number) % len(INSURERS)],
        "sum_insured": insured * (1 + nth % 4),
        "premium": premium * (1 + nth % 5),
        "starts_on": starts,
        "ends_on": starts + timedelta(days=364),
    }


def _agree(nth: int, client: Client, by: Staff, at: datetime) -> None:
    """Draft an agreement; two of three are signed and in force, the others still on the table."""
    starts = _today(at) - timedelta(days=20 + 7 * nth % 300)
    values = {
        "number": f"WT-{starts.year}-{nth + 1:04d}",
        "scope": SCOPE,
        "starts_on": starts,
        "ends_on": starts + timedelta(days=729),
    }
    agreement = draft_agreement(client, values=values, by=by, now=at)
    if nth % 3:
        agreement = sign_agreement(agreement, signed_on=starts, by=by, now=at)
        activate_agreement(agreement, by=by, now=at)


def resident_id(nth: int) -> str:
    """An id of the area 999999, which no county has."""
    born = date(1961, 3, 5) + timedelta(days=401 * nth)
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
