"""Whom the demo company serves and with what policies, in the shares of the domain sheet. Nothing is written here."""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from chengnuo.clients.models import Client, Contact

from .company import Company
from .names import TABLES, Names, spoken, trade_of

FILE = Path(__file__).with_name("clients.toml")
K = Client.Kind
KINDS = {K.COMPANY: 62, K.PERSON: 30, K.ASSOCIATION: 8}
LINES = {
    "motor": 38, "accident_health": 20, "liability": 14, "property": 13, "cargo": 7, "engineering": 4, "life": 3, "other": 1,
}  # fmt: skip
"""Of a hundred policies."""
FITS = {
    K.COMPANY: {"motor", "accident_health", "liability", "property", "cargo", "engineering", "other"},
    K.PERSON: {"motor", "accident_health", "property", "life", "other"},
    K.ASSOCIATION: {"motor", "accident_health", "liability", "property", "other"},
}
POLICIES = {K.COMPANY: (2, 7), K.PERSON: (1, 3), K.ASSOCIATION: (1, 4)}
BRANCHES = {
    "SU": 60,
    "SH": 45,
    "SZ": 40,
    "BJ": 35,
    "GZ": 35,
    "HZ": 35,
    "NJ": 30,
    "CD": 30,
    "WH": 30,
    "XA": 20,
    "CQ": 20,
    "QD": 20,
}
KEY, HIGH_RISK = 6, 4
RISKY = {"化工", "建筑工程", "船务", "新能源", "冷链物流", "家具", "粮油", "钢结构", "汽车运输", "客运"}


@dataclass
class Customer:
    """A client as planned. `trade` is its name, goods, machine and place; `weight` how often he calls. The row of the
    database, and those of the contacts with their numbers, are there once he is entered."""

    branch: str
    kind: str
    name: str
    contacts: list[dict[str, str]]
    address: str
    lines: list[str]
    trade: list[str]
    manner: list[str]
    weight: float
    scale: float
    ticks: list[str] = field(default_factory=list)
    enters_after: int = 0
    row: Client | None = None
    speakers: list[tuple[Contact, str]] = field(default_factory=list)

    @property
    def is_person(self) -> bool:
        return self.kind == K.PERSON


def customers(many: int, days: int, company: Company, chance: Random) -> list[Customer]:
    """Those of the file first, then invented ones up to `many`. One in ten comes in the course of the days."""
    names = Names(chance, {one.name for one in company.staff.values()})
    found = [_of_file(row, chance) for row in tomllib.loads(FILE.read_text("utf-8"))["clients"]][:many]
    pool = _pool(many, found)
    kinds, branches = (
        _rest(KINDS, many, (one.kind for one in found)),
        _rest(BRANCHES, many, (one.branch for one in found)),
    )
    chance.shuffle(kinds)
    chance.shuffle(branches)
    for nth, (kind, branch) in enumerate(zip(kinds, branches, strict=True)):
        one = _invented(K(kind), branch, names, chance)
        one.lines = _deal(pool, K(kind), chance)
        one.enters_after = 1 + nth * 13 % max(days - 2, 1) if nth % 10 == 9 else 0
        found.append(one)
    _tick(found, chance)
    return found


def _of_file(row: dict[str, Any], chance: Random) -> Customer:
    manner = [spoken(one["name"], one["title"], chance) for one in row["contacts"]]
    return Customer(
        row["branch"],
        row["kind"],
        row["name"],
        row["contacts"],
        row["address"],
        row["lines"],
        trade_of(row["name"], chance),
        manner,
        weight=1.5,
        scale=1.0,
        ticks=row.get("ticks", []),
    )


def _invented(kind: Client.Kind, branch: str, names: Names, chance: Random) -> Customer:
    trade = chance.choice(TABLES["trades"])
    titles = [*TABLES["titles"]]
    chance.shuffle(titles)
    if kind == K.PERSON:
        name = names.person()[0]
        contacts = [{"name": name, "title": ""}]
    elif kind == K.COMPANY:
        name = names.firm(branch, trade[0])
        contacts = [{"name": names.person()[0], "title": titles[at]} for at in range(chance.choice((1, 1, 2, 2, 3)))]
    else:
        name, title = names.association(branch)
        contacts = [{"name": names.person()[0], "title": title}]
    return Customer(
        branch,
        kind,
        name,
        contacts,
        names.address(branch),
        [],
        trade,
        [spoken(one["name"], one["title"], chance) for one in contacts],
        weight=min(0.3 + 0.5 * chance.paretovariate(1.3), 12),
        scale=chance.lognormvariate(0, 0.8),
    )


def _rest(shares: dict[Any, int], many: int, given: Any) -> list[str]:
    """What is still missing to the shares of so many, one entry each; the largest remainder rounds up."""
    whole, there = sum(shares.values()), Counter(given)
    exact = {name: many * share / whole for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: counts[name] - exact[name])[: many - sum(counts.values())]:
        counts[name] += 1
    missing = [name for name, count in counts.items() for _ in range(max(count - there[name], 0))]
    return (missing * 2)[: many - sum(there.values())]


def _pool(many: int, found: list[Customer]) -> Counter[str]:
    """The policies to deal out, by line: three and a third a client, less those of the file."""
    pool = Counter({line: many * 10 * share // 300 for line, share in LINES.items()})
    pool.subtract(line for one in found for line in one.lines)
    return pool


def _deal(pool: Counter[str], kind: Client.Kind, chance: Random) -> list[str]:
    """A client's policies from what is left in the pool, each line as often as it is left."""
    lines = []
    for _nth in range(chance.randint(*POLICIES[kind])):
        fits = {line: left for line, left in pool.items() if left > 0 and line in FITS[kind]}
        if kind == K.PERSON and "life" in fits:
            fits["life"] *= 6  # Nobody else takes these.
        if not fits:
            break
        line = chance.choices(list(fits), list(fits.values()))[0]
        pool[line] -= 1
        lines.append(line)
    return lines or ["motor"]


def _tick(found: list[Customer], chance: Random) -> None:
    """Key and high-risk in their shares; who is large follows from his premium when he is entered."""
    firms = [one for one in found if not one.is_person]
    for name, share, fit in (
        ("key", KEY, sorted(firms, key=lambda one: -one.scale * len(one.lines))),
        ("high_risk", HIGH_RISK, sorted(firms, key=lambda one: one.trade[0] not in RISKY)),
    ):
        missing = round(len(found) * share / 100) - sum(name in one.ticks for one in found)
        free = [one for one in fit if name not in one.ticks][: 2 * max(missing, 0)]
        for one in chance.sample(free, min(max(missing, 0), len(free))):
            one.ticks = [*one.ticks, name]
