"""Duty lines registered with headquarters, withdrawn, changed (3.1.1)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengnuo.clients.phones import LOCAL, SHORT, digits, is_plausible, shown
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import LIVE, Obligation, Occasion
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..access import may_roster
from ..duty_rules import COVERED_DAY, has_line
from ..models import DutyLine


@covers("3.1.1", RECORD)
def register_line(
    *, unit: Unit, number: str, by: Staff | None, now: datetime, instead_of: DutyLine | None = None
) -> DutyLine:
    """Register a branch's duty phone with headquarters (3.1.1). `instead_of` is the one that it replaces: withdrawn in
    the same event, so that the branch is at no instant without a line. `by` is None in set-up only.

    Raises Forbidden for who is neither the branch's manager nor the centre's head, Invalid beside `number` for what
    cannot be dialled from everywhere or rings elsewhere already, Refusal 409 for a unit that has no hotline or a line
    withdrawn meanwhile.
    """
    _may(by, unit.pk, now)
    form = _national(number)
    line = DutyLine(unit=unit, number=shown(number), digits=form, registered_at=now)
    old = [instead_of] if instead_of else []
    with acting(unit, *old, *_days_ahead(unit, now)) as locked:
        fresh_unit, withdrawn, days = _parts(locked, len(old))
        if fresh_unit.kind != Unit.Kind.BRANCH or fresh_unit.closed_on:
            raise Refusal("no_branch", _("值班电话由在业的分公司报备"), clause="3.1.1")
        for one in withdrawn:
            _withdraw(one, fresh_unit, now)
        try:
            with transaction.atomic():
                line.save()
        except IntegrityError as error:
            raise Invalid("number_taken", number=_("这个号码已由别的机构或本机构报备"), clause="3.1.1") from error
        record(
            "line.registered",
            line,
            also=[fresh_unit, *withdrawn, *days],
            by=by,
            now=now,
            data={"unit": fresh_unit.pk, "instead_of": [one.pk for one in withdrawn]},
            texts={"number": line.number},
        )
    return line


def withdraw_line(line: DutyLine, *, by: Staff, now: datetime, reason: str = "") -> DutyLine:
    """Take a duty phone out of the network (3.1.1); with the last one the branch owes a new one.

    Raises Forbidden as `register_line`, Refusal 409 when it is withdrawn already.
    """
    _may(by, line.unit_id, now)
    unit = line.unit
    with acting(unit, line, *_days_ahead(unit, now)) as locked:
        fresh_unit, (fresh,), days = _parts(locked, 1)
        _withdraw(fresh, fresh_unit, now)
        record(
            "line.withdrawn",
            fresh,
            also=[fresh_unit, *days],
            by=by,
            now=now,
            data={"unit": fresh_unit.pk},
            texts={"reason": reason},
        )
        return fresh


def ask_branches_without_line(now: datetime) -> int:
    """Branches that opened before the clause was executed owe their line as well: asked once a day (3.1.1)."""
    owes = Obligation.objects.filter(subject_type="people.unit", rule="people.register_a_duty_line", state__in=LIVE)
    asked = 0
    for unit in Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on=None).exclude(pk__in=owes.values("subject_pk")):
        if not has_line(unit.pk):
            with acting(unit) as fresh:
                record("unit.asked_for_line", fresh, by=None, now=now)
                asked += 1
    return asked


def _may(by: Staff | None, unit_id: int, now: datetime) -> None:
    if by is not None and not may_roster(by, unit_id, now):
        raise Forbidden(_("值班电话由机构负责人或客户服务中心负责人报备"), clause="3.1.1")


def _national(number: str) -> str:
    """The number as it is dialled from any place in the country. Raises Invalid beside `number`."""
    form = digits(number)
    if not is_plausible(number) or len(form) > 20:
        raise Invalid("number", number=_("写全号码，如 0512-65551234、400-000-3312"), clause="3.1.1")
    if LOCAL.fullmatch(form) and not SHORT.fullmatch(form):
        raise Invalid("number_local", number=_("固定电话加上区号，如 0512-65551234"), clause="3.1.1")
    return form


def _withdraw(line: DutyLine, unit: Unit, now: datetime) -> None:
    if line.unit_id != unit.pk or line.withdrawn_at is not None:
        raise Refusal("line_withdrawn", _("这个号码已停用"), clause="3.1.1")
    line.withdrawn_at = now
    line.version += 1
    line.save()


def _days_ahead(unit: Unit, now: datetime) -> list[Occasion]:
    """Today and the days that have come: with the line the branch's roster is owed, without it not."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Occasion.objects.filter(rule=COVERED_DAY, unit_id=unit.pk, starts_at__gte=today - timedelta(days=1))
    return list(rows.order_by("pk"))


def _parts(locked: Unit | tuple, lines: int) -> tuple[Unit, list[DutyLine], list[Occasion]]:  # type: ignore[type-arg]
    """What `acting` locked, which yields a single record bare: the unit, the lines, the days."""
    unit, *rest = locked if isinstance(locked, tuple) else (locked,)
    return unit, rest[:lines], rest[lines:]
