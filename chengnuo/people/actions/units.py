from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import LIVE, Obligation
from chengnuo.ledger.trail import record

from ..models import Role, Staff, Unit
from ..rules import clean_division_code, clean_name, clean_phone, clean_unit_code
from .saving import as_seen, change, in_data, in_texts, save_unique


def open_unit(
    *,
    code: str,
    name: str,
    kind: str,
    by: Staff | None,
    now: datetime,
    division_code: str = "",
    phone: str = "",
) -> Unit:
    """Open a unit. `by` is None in set-up only. Raises Invalid for values that cannot be or are taken."""
    unit = Unit(
        code=clean_unit_code(code),
        name=clean_name(name),
        kind=Unit.Kind(kind),
        division_code=clean_division_code(division_code),
        phone=clean_phone(phone),
        opened_on=now.astimezone(ZONE).date(),
    )
    with acting(unit):
        save_unique(unit, code=_("已有机构用这个代码"), name=_("已有机构用这个名称"))
        record(
            "unit.opened",
            unit,
            by=by,
            now=now,
            data={"code": unit.code, "kind": unit.kind, "division_code": unit.division_code},
            texts={"name": unit.name, "phone": unit.phone},
        )
        return unit


def change_unit(
    unit: Unit, *, name: str, division_code: str, phone: str, by: Staff, now: datetime, version: int | None = None
) -> Unit:
    """Change what a unit is called and where it is reached. Its code stays: the numbers of its registers carry it.

    `version` is the one that was seen. Raises Stale 409 when it is no longer so, Invalid for values that cannot be.
    """
    with acting(unit) as fresh:
        as_seen(fresh, version)
        changed = change(
            fresh,
            {
                "name": clean_name(name),
                "division_code": clean_division_code(division_code),
                "phone": clean_phone(phone),
            },
        )
        if changed:
            save_unique(fresh, name=_("已有机构用这个名称"))
            record(
                "unit.changed",
                fresh,
                by=by,
                now=now,
                data=in_data(changed, "division_code"),
                texts=in_texts(changed, "name", "phone"),
            )
        return fresh


def close_unit(unit: Unit, *, by: Staff, now: datetime) -> Unit:
    """Close a unit that is empty: nobody works there, nobody holds a role there and it owes nothing.

    Raises Refusal 409 while any of these is so, and for a unit already closed.
    """
    with acting(unit) as fresh:
        if fresh.closed_on:
            raise Refusal("unit_closed", _("这个机构已撤销"))
        if Staff.objects.filter(unit=fresh, is_active=True).exists():
            raise Refusal("unit_has_staff", _("还有在职人员，先办理调动或离职"))
        if Role.objects.filter(Role.at(now), unit=fresh, staff__is_active=True).exists():
            raise Refusal("unit_has_roles", _("还有人在这里任职，先结束这些角色"))
        change(fresh, {"closed_on": now.astimezone(ZONE).date()})
        fresh.save()
        record("unit.closed", fresh, by=by, now=now, data={"closed_on": fresh.closed_on})
        # After the event: what the unit owed of itself, as its own duty line, has ended with it.
        if Obligation.objects.filter(unit_id=fresh.pk, state__in=LIVE).exists():
            raise Refusal("unit_has_duties", _("还有未结的待办，先办结或转给别的机构"))
        return fresh
