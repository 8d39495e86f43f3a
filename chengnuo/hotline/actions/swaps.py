"""Shifts exchanged between colleagues: asked and agreed, or by the manager at once (3.1.2)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.kit.notices import notify
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_roster
from ..duty_rules import manager_of
from ..models import DutyShift, ShiftSwap, SwapState
from .duty import at_that_time, on_days, require_roster, stand_down

Pair = tuple[DutyShift, Staff]


@covers("3.1.2", RECORD)
def ask_swap(
    shift: DutyShift, *, of: Staff, by: Staff, now: datetime, other: DutyShift | None = None, note: str = ""
) -> ShiftSwap:
    """Ask a colleague to take one's own shift, against one of his where `other` is given (3.1.2). Nothing changes on
    the roster before he agrees; he hears of it.

    Raises Forbidden for a shift that is not one's own, Invalid for a colleague of another branch or a shift that is
    not his, Refusal 409 for a shift that began, is off, or is asked about already.
    """
    if shift.staff_id != by.pk:
        raise Forbidden(_("只能换自己的班"), clause="3.1.2")
    if of.pk == by.pk or not of.is_active or of.unit_id != shift.unit_id:
        raise Invalid("swap_with", of=_("选本机构的另一位在职同事"), clause="3.1.2")
    if other is not None and (other.staff_id != of.pk or other.unit_id != shift.unit_id):
        raise Invalid("swap_against", other=_("这一班不是他的"), clause="3.1.2")
    shifts = [one for one in (shift, other) if one]
    with acting(*shifts):
        for one in shifts:
            _is_ahead(DutyShift.objects.get(pk=one.pk), now)
        if ShiftSwap.objects.filter(shift=shift, state=SwapState.ASKED).exists():
            raise Refusal("swap_asked", _("这一班已提出换班，先撤回再提"), clause="3.1.2")
        swap = ShiftSwap.objects.create(
            unit_id=shift.unit_id, shift=shift, other=other, asked_by=by, asked_of=of, asked_at=now, note=note.strip()
        )
        data = {"shift": shift.pk, "other": other.pk if other else None, "of": of.pk}
        record("swap.asked", swap, by=by, now=now, data=data, texts={"note": swap.note})
        args = {"name": by.name, "when": _when(shift)}
        notify(
            [of.pk],
            gettext_noop("%(name)s想换%(when)s的值班，等答复"),
            args,
            swap,
            now,
            clause="3.1.2",
            moment="shift.swap",
        )
    return swap


def agree_swap(swap: ShiftSwap, *, by: Staff, now: datetime) -> ShiftSwap:
    """The colleague agrees, or the manager in his place: the shifts change hands in this instant (3.1.2).

    Raises Forbidden for anybody else, Refusal 409 when it is answered, a shift has begun or changed hands meanwhile,
    or one of them would be in two places at once.
    """
    if by.pk != swap.asked_of_id and not may_roster(by, swap.unit_id, now):
        raise Forbidden(_("由被询问的同事或机构负责人答复"), clause="3.1.2")
    pairs = [(swap.shift, swap.asked_of)] + ([(swap.other, swap.asked_by)] if swap.other else [])
    giving = [swap.asked_by_id, swap.asked_of_id][: len(pairs)]
    with acting(swap.asked_by, swap.asked_of), acting(swap) as fresh:
        move(fresh, "agree")
        _answered(fresh, now)
        _exchange(pairs, giving, by=by, now=now, swap=fresh)
        args = {"name": by.name, "when": _when(swap.shift)}
        people = {swap.asked_by_id, swap.asked_of_id, manager_of(swap.unit_id, now)} - {by.pk, None}
        notify(
            _ids(people),
            gettext_noop("%(name)s同意换%(when)s的值班"),
            args,
            fresh,
            now,
            clause="3.1.2",
            moment="shift.swap",
        )
        return fresh


def decline_swap(swap: ShiftSwap, *, by: Staff, now: datetime) -> ShiftSwap:
    """The colleague does not agree; the shift stays where it is (3.1.2). Raises Forbidden for anybody else."""
    if by.pk != swap.asked_of_id:
        raise Forbidden(_("由被询问的同事答复"), clause="3.1.2")
    said = gettext_noop("%(name)s不换%(when)s的值班")
    return _ended(swap, "decline_swap", "swap.declined", said, swap.asked_by_id, by, now)


def call_off_swap(swap: ShiftSwap, *, by: Staff, now: datetime) -> ShiftSwap:
    """Who asked takes it back, or the manager does (3.1.2). Raises Forbidden for anybody else."""
    if by.pk != swap.asked_by_id and not may_roster(by, swap.unit_id, now):
        raise Forbidden(_("由提出的人或机构负责人撤回"), clause="3.1.2")
    said = gettext_noop("%(name)s撤回了%(when)s的换班")
    return _ended(swap, "call_off", "swap.called_off", said, swap.asked_of_id, by, now)


def reassign_shift(
    shift: DutyShift, *, to: Staff, by: Staff, now: datetime, other: DutyShift | None = None
) -> DutyShift:
    """The manager gives a shift to somebody else at once, against one of his where `other` is given (3.1.2).

    Raises Forbidden, Invalid and Refusal as the two-step way does; both people hear of it.
    """
    require_roster(by, shift.unit_id, now)
    if other is not None and (other.staff_id != to.pk or other.unit_id != shift.unit_id):
        raise Invalid("swap_against", other=_("这一班不是他的"), clause="3.1.2")
    giver = shift.staff
    pairs: list[Pair] = [(shift, to)] + ([(other, giver)] if other else [])
    with acting(giver, to):
        _exchange(pairs, [giver.pk, to.pk][: len(pairs)], by=by, now=now)
        args = {"when": _when(shift), "to": to.name}
        people = {giver.pk, to.pk} - {by.pk}
        notify(
            _ids(people),
            gettext_noop("%(when)s的值班改由%(to)s"),
            args,
            shift,
            now,
            clause="3.1.2",
            moment="shift.swap",
        )
    shift.refresh_from_db()
    return shift


def _exchange(
    pairs: Sequence[Pair], giving: Sequence[int], *, by: Staff, now: datetime, swap: ShiftSwap | None = None
) -> None:
    """Each shift goes to its person, from the one who is to give it; under the people's locks. What was promised in a
    shift follows when it begins, by the take-over (scenario 6)."""
    shifts = [shift for shift, _to in pairs]
    spans = [(one.starts_at, one.ends_at) for one in shifts]
    with on_days(shifts[0].unit, spans, *shifts) as (fresh, days):
        for one, (_old, to), giver in zip(fresh, pairs, giving, strict=True):
            _is_ahead(one, now)
            if one.staff_id != giver:
                raise Refusal("shift_changed_hands", _("这一班已换了人，刷新后再办"), clause="3.1.2")
            _may_take(one, to)
            one.staff = to
            one.version += 1
        _save_at_once(fresh)
        stood_down: list[Kept] = []
        for one in fresh:
            if one.role == DutyShift.Role.PRIMARY:
                stood_down += stand_down(one.staff, one.starts_at, one.ends_at)
            elif at_that_time(one.staff, one.starts_at, one.ends_at).exists():
                raise Refusal("backup_is_primary", _("这段时间他自己值班，不能备班"), clause="3.1.2")
        also = [*fresh[1:], *stood_down, *days, *([swap] if swap else [])]
        data = {"changes": [[one.pk, giver, one.staff_id] for one, giver in zip(fresh, giving, strict=True)]}
        record("shift.swapped", fresh[0], also=also, by=by, now=now, data=data)


def _save_at_once(shifts: Sequence[DutyShift]) -> None:
    """Two shifts of one hour change hands: between the two writes somebody is in two places, so the database looks
    only after both."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS one_place_at_a_time DEFERRED")
            for one in shifts:
                one.save()
            cursor.execute("SET CONSTRAINTS one_place_at_a_time IMMEDIATE")
    except IntegrityError as error:
        raise Refusal("overlap", _("换了以后有人同一时间在两处值班"), clause="3.1.2") from error


def _is_ahead(shift: DutyShift, now: datetime) -> None:
    if shift.is_cancelled:
        raise Refusal("shift_cancelled", _("这一班已取消"), clause="3.1.2")
    if shift.starts_at <= now:
        raise Refusal("shift_begun", _("这一班已开始"), clause="3.1.2")


def _may_take(shift: DutyShift, to: Staff) -> None:
    if not to.is_active or to.unit_id != shift.unit_id:
        raise Refusal("not_of_unit", _("不是本机构在职人员"), clause="3.1.2")
    if to.absences.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at).exists():
        raise Refusal("away", _("%(name)s那段时间请假") % {"name": to.name}, clause="3.1.2")


def _answered(swap: ShiftSwap, now: datetime) -> None:
    swap.answered_at = now
    swap.version += 1
    swap.save()


def _ended(swap: ShiftSwap, verb: str, event: str, said: str, whom: int, by: Staff, now: datetime) -> ShiftSwap:
    with acting(swap) as fresh:
        move(fresh, verb)
        _answered(fresh, now)
        record(event, fresh, by=by, now=now)
        notify(
            [whom], said, {"name": by.name, "when": _when(swap.shift)}, fresh, now, clause="3.1.2", moment="shift.swap"
        )
        return fresh


def _when(shift: DutyShift) -> str:
    return f"{shift.starts_at.astimezone(ZONE):%m-%d %H:%M}"


def _ids(people: Iterable[int | None]) -> list[int]:
    return sorted(pk for pk in people if pk)
