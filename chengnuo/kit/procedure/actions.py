"""Changing a figure: proposed by the centre, decided by the executive in charge (clause 4.0)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.approvals.actions import Asked, request
from chengnuo.kit.approvals.kinds import Difference, Kind, Line
from chengnuo.kit.measures import measured
from chengnuo.kit.models import Approval
from chengnuo.kit.times import in_column
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.holidays import import_table
from chengnuo.ledger.models import LIVE, CalendarTable, Obligation
from chengnuo.ledger.parameters import add_version, kind_of, require_allowed
from chengnuo.people.models import Role, Staff

from .access import may_propose, require_may_import

KIND = "parameter"
REASON_LENGTH = 500


def propose_parameter(
    key: str, value: Decimal, in_force_from: datetime | None, reason: str, *, by: Staff, now: datetime
) -> Approval:
    """Propose another value of a figure; None as `in_force_from` means as soon as it is approved.

    Raises Forbidden (403) outside the centre, Invalid (422) for an unknown key, a value out of the catalogue's bounds
    or equal to the present one, a time in the past or no reason, Refusal 409 when a proposal for this key waits.
    """
    kind, reason = kind_of(key), reason.strip()
    if not may_propose(by, now):
        raise Forbidden(_("参数由客户服务中心提议修改"), clause=kind.clause)
    require_allowed(kind, value)
    present = rulebook().parameter(key, now)
    if value == present.value:
        raise Invalid("same_value", value=_("与现行值相同"))
    if in_force_from is not None and in_force_from < now:
        raise Invalid("in_the_past", in_force_from=_("生效时间已过；留空为批准即生效"))
    if not reason:
        raise Invalid("no_reason", reason=_("写明为什么改"))
    if len(reason) > REASON_LENGTH:
        raise Invalid("reason_too_long", reason=_("理由最多%s字") % REASON_LENGTH)
    return request(
        KIND,
        present,
        about=key,
        title=_("参数修改：%s") % kind.title,
        clause=kind.clause,
        snapshot={
            "key": key,
            "before": {"number": present.number, "value": format(present.value, "f")},
            "value": format(value, "f"),
            "unit": kind.unit,
            "from": in_force_from,
            "reason": reason,
        },
        steps=[Asked(Role.Kind.EXECUTIVE)],
        by=by,
        now=now,
    )


def _approved(approval: Approval, snapshot: dict[str, Any], by: Staff, on_behalf_of: int | None, now: datetime) -> None:
    """The next version, from the time proposed but never before the decision."""
    wanted = parse_datetime(snapshot["from"]) if snapshot["from"] else None
    add_version(
        snapshot["key"],
        Decimal(snapshot["value"]),
        max(wanted, now) if wanted else now,
        by=by,
        now=now,
        proposed_by=approval.asked_by,
        reason=snapshot["reason"],
        source=f"approval:{approval.pk}",
        on_behalf_of=on_behalf_of,
    )


def _difference(_approval: Approval, snapshot: dict[str, Any]) -> Difference:
    before, after = Decimal(snapshot["before"]["value"]), Decimal(snapshot["value"])
    unit = snapshot["unit"]
    change = f"{'+' if after > before else '−'}{measured(abs(after - before), unit)}"
    share = f"{(after - before) / before * 100:+.1f}%" if before else ""
    wanted = parse_datetime(snapshot["from"]) if snapshot["from"] else None
    return Difference(
        figure=Line(_("新值"), measured(before, unit), measured(after, unit), change),
        against=_("第%s版") % snapshot["before"]["number"],
        lines=[
            Line(kind_of(snapshot["key"]).title, measured(before, unit), measured(after, unit), share or change),
            Line(_("生效"), _("现行"), in_column(wanted) if wanted else _("批准即生效")),
        ],
        cause=snapshot["reason"],
    )


def _waiting(_approval: Approval, snapshot: dict[str, Any]) -> str:
    carried = Obligation.objects.filter(parameter__key=snapshot["key"], state__in=LIVE).count()
    return _("批准前新产生的义务仍按旧值计期；已产生的%s项未结义务不受影响") % carried


PARAMETER_CHANGE = Kind(KIND, gettext_lazy("参数修改"), _approved, _difference, _waiting)  # type: ignore[arg-type]


def import_calendar(
    year: int, days: Mapping[date, tuple[str, str]], source: str, *, by: Staff, now: datetime
) -> CalendarTable:
    """Import a year's table. Raises Forbidden (403) for who is neither administrator nor head of the centre."""
    require_may_import(by, now)
    return import_table(year, days, source, by=by, now=now)
