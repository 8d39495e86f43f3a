"""The demo company's units and people, by the actions. What is there already is left as it is."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from chengnuo.people.actions import give_role, hire, new_secret, open_unit, set_up_totp
from chengnuo.people.factors import need_of
from chengnuo.people.models import FactorRule, Role, Staff, Unit
from chengnuo.people.totp import code_at

from .names import Names

FILE = Path(__file__).with_name("company.toml")
SIGNS_IN = ("zhoumin", "lize", "xuning", "linxiaotang", "wanghaiyan", "chenlixing", "zhengqiming", "admin")
PEOPLE = {
    "HQ": 4, "KF": 14, "XZ": 4,
    "SU": 18, "SH": 18, "BJ": 16, "SZ": 14, "GZ": 14, "HZ": 13, "NJ": 12, "CD": 12, "WH": 11,
    "XA": 10, "CQ": 10, "QD": 10,
}  # fmt: skip
"""How many work in each unit: 180."""
USUAL = {"HQ": Role.Kind.ADMINISTRATOR, "KF": Role.Kind.CENTRE, "XZ": Role.Kind.CUSTODIAN}
PHONE = "139 0000 {:04d}"


@dataclass
class Company:
    """Units by code, people by username, and usernames by unit and role in the order in which they were hired.

    `secrets` are those of the authenticators of who must have one and signs in.
    """

    units: dict[str, Unit]
    staff: dict[str, Staff]
    seats: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def holders(self, code: str, kind: str) -> list[str]:
        """The usernames of who holds a role in a unit."""
        return self.seats.get((code, kind), [])

    def holder(self, code: str, kind: str) -> Staff:
        """The first of them."""
        return self.staff[self.holders(code, kind)[0]]

    def person(self, pk: int) -> Staff:
        """Somebody by his key, without asking the database."""
        return self._by_key[pk]

    @cached_property
    def _by_key(self) -> dict[int, Staff]:
        return {one.pk: one for one in self.staff.values()}

    @property
    def branches(self) -> list[str]:
        return [code for code, unit in self.units.items() if unit.kind == Unit.Kind.BRANCH]


def known_people() -> list[dict[str, Any]]:
    """The people of the file, by whose names the demo is shown."""
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["staff"]
    return rows


def all_people(chance: Random) -> list[dict[str, Any]]:
    """Those of the file and as many invented ones as PEOPLE asks for; each branch has its manager and its custodian."""
    rows = known_people()
    names = Names(chance, {row[key] for row in rows for key in ("name", "username")})
    for code, wanted in PEOPLE.items():
        here = [row for row in rows if row["unit"] == code]
        filled = {kind for row in here for kind in row["roles"]}
        missing = [] if code in USUAL else [kind for kind in ("manager", "custodian") if kind not in filled]
        for nth in range(wanted - len(here)):
            name, username = names.person()
            kind = missing[nth] if nth < len(missing) else USUAL.get(code, Role.Kind.OPERATOR)
            phone = PHONE.format(4000 + len(rows))
            rows.append({"username": username, "name": name, "unit": code, "roles": [str(kind)], "phone": phone})
    return rows


def build(at: datetime, *, password: str | None = None, people: list[dict[str, Any]] | None = None) -> Company:
    """Open the units and hire the people (those of the file by default), at work from `at` on.

    With a password those in SIGNS_IN can sign in; whose role demands a second factor has an authenticator.
    """
    rows = people or known_people()
    units = {row["code"]: _unit(row, at) for row in tomllib.loads(FILE.read_text("utf-8"))["units"]}
    known = {one.username: one for one in Staff.objects.filter(username__in=[row["username"] for row in rows])}
    company = Company(units, {})
    for nth, row in enumerate(rows, start=1):
        name, unit = row["username"], units[row["unit"]]
        one = known.get(name) or hire(
            username=name,
            name=row["name"],
            unit=unit,
            phone=row["phone"],
            extension=str(8000 + nth),
            password=password if name in SIGNS_IN else None,
            by=None,
            now=at,
        )
        for kind in row["roles"]:
            _seat(one, unit, kind, at)
            company.seats.setdefault((unit.code, kind), []).append(name)
        company.staff[name] = one
    if password:
        asked = (name for name in SIGNS_IN if need_of(company.staff[name], at) != FactorRule.Need.NONE)
        company.secrets = {name: _authenticator(company.staff[name], at) for name in asked}
    return company


def _authenticator(staff: Staff, at: datetime) -> str:
    secret = new_secret()
    set_up_totp(staff, secret=secret, code=code_at(secret, at), by=None, now=at)
    return secret


def _unit(row: dict[str, Any], at: datetime) -> Unit:
    return Unit.objects.filter(code=row["code"]).first() or open_unit(**row, by=None, now=at)


def _seat(staff: Staff, unit: Unit, kind: str, at: datetime) -> None:
    """Give the role unless it is held at `at`; one that begins later is met, not overlapped."""
    held = Role.objects.filter(staff=staff, unit=unit, kind=kind)
    if held.filter(Role.at(at)).exists():
        return
    later = held.filter(starts_at__gt=at).order_by("starts_at").first()
    give_role(staff, unit=unit, kind=kind, by=None, now=at, starts_at=at, ends_at=later.starts_at if later else None)
