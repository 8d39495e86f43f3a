"""Invented names: people with their usernames, firms, associations, addresses. No name comes twice."""

import re
import tomllib
from pathlib import Path
from random import Random
from typing import Any

TABLES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
DOUBLE_SURNAMES = ("诸葛", "欧阳", "夏侯", "司马", "上官")
RANKS = ("经理", "主管", "厂长", "队长", "主任", "会长", "园长", "科长", "秘书长", "理事长", "助理", "总监")


def _spelt(table: str) -> list[tuple[str, str]]:
    return [(pair[0], pair[1:]) for pair in TABLES[table].split()]


class Names:
    """Draws names until one is new. `taken` are the names and usernames that somebody has already."""

    def __init__(self, chance: Random, taken: set[str]) -> None:
        self.chance, self.taken = chance, taken
        self.surnames = _spelt("surnames")
        self.first, self.second = _spelt("given_first"), _spelt("given_second")

    def person(self) -> tuple[str, str]:
        """A name and the username that its pinyin makes."""
        while True:
            parts = [self.chance.choice(self.surnames), self.chance.choice(self.second)]
            if self.chance.random() < 0.82:
                parts.insert(1, self.chance.choice(self.first))
            name, username = ("".join(part[at] for part in parts) for at in (0, 1))
            if not {name, username} & self.taken:
                self.taken |= {name, username}
                return name, username

    def firm(self, branch: str, trade: str) -> str:
        while True:
            city = self.chance.choice(TABLES["cities"][branch])
            brand = self.chance.choice(TABLES["brands"].split())
            name = f"{city}{brand}{trade}{self.chance.choice(TABLES['forms'])}"
            if name not in self.taken and brand not in self.taken:
                # The brand alone is taken as well: firms that differ in their trade only look copied.
                self.taken |= {name, f"{city}{brand}"}
                return name

    def association(self, branch: str) -> tuple[str, str]:
        """Its name, and the title of who speaks for it."""
        while True:
            what, title = self.chance.choice(TABLES["associations"])
            name = f"{TABLES['cities'][branch][0]}{self.chance.choice(TABLES['brands'].split())}{what}"
            if name not in self.taken:
                self.taken.add(name)
                return name, title

    def address(self, branch: str) -> str:
        """House number 0, which no street has."""
        district = self.chance.choice(TABLES["districts"][branch])
        return f"{district}{self.chance.choice(TABLES['streets']['names'])}0号"


def spoken(name: str, title: str, chance: Random) -> str:
    """How an operator writes of a caller: 李经理, 胡阿姨."""
    surname = name[:2] if name.startswith(DOUBLE_SURNAMES) else name[0]
    rank = next((rank for rank in RANKS if title.endswith(rank)), "")
    return surname + (rank or chance.choice(TABLES["manners"]))


def trade_of(name: str, chance: Random) -> list[str]:
    """The trade that a firm's name tells, else any: its name, goods, machine and place."""
    known = [trade for trade in TABLES["trades"] if trade[0] in name or re.search(trade[1], name)]
    return known[0] if known else chance.choice(TABLES["trades"])
