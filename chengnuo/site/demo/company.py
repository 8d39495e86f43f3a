"""The demo company's units and people, by the actions. What is there already is left as it is."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chengnuo.people.actions import give_role, hire, open_unit
from chengnuo.people.models import Role, Staff, Unit

FILE = Path(__file__).with_name("company.toml")
SIGNS_IN = ("zhoumin", "lize", "xuning", "linxiaotang", "wanghaiyan", "chenlixing", "zhengqiming", "admin")


@dataclass(frozen=True)
class Company:
    """Units by code, people by username."""

    units: dict[str, Unit]
    staff: dict[str, Staff]

    def holder(self, code: str, kind: str) -> Staff:
        """The first of the company's people who holds this role in the unit with this code."""
        unit = self.units[code]
        roles = Role.objects.filter(staff__in=self.staff.values(), unit=unit, kind=kind).order_by("staff_id")
        return self.staff[roles.select_related("staff")[0].staff.username]


def build(at: datetime, *, password: str | None = None) -> Company:
    """Open the units and hire the people, at work from `at` on. With a password those in SIGNS_IN can sign in."""
    plan = tomllib.loads(FILE.read_text("utf-8"))
    units = {row["code"]: _unit(row, at) for row in plan["units"]}
    known = {one.username: one for one in Staff.objects.filter(username__in=[row["username"] for row in plan["staff"]])}
    staff = {}
    for row in plan["staff"]:
        name, unit = row["username"], units[row["unit"]]
        one = known.get(name) or hire(
            username=name,
            name=row["name"],
            unit=unit,
            phone=row["phone"],
            password=password if name in SIGNS_IN else None,
            by=None,
            now=at,
        )
        for kind in row["roles"]:
            _seat(one, unit, kind, at)
        staff[name] = one
    return Company(units, staff)


def _unit(row: dict[str, Any], at: datetime) -> Unit:
    return Unit.objects.filter(code=row["code"]).first() or open_unit(**row, by=None, now=at)


def _seat(staff: Staff, unit: Unit, kind: str, at: datetime) -> None:
    """Give the role unless it is held at `at`; one that begins later is met, not overlapped."""
    held = Role.objects.filter(staff=staff, unit=unit, kind=kind)
    if held.filter(Role.at(at)).exists():
        return
    later = held.filter(starts_at__gt=at).order_by("starts_at").first()
    give_role(staff, unit=unit, kind=kind, by=None, now=at, starts_at=at, ends_at=later.starts_at if later else None)
