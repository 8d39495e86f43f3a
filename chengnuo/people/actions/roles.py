from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record

from ..models import Role, Staff, Unit
from ..rules import day_start, fits_seat, not_backdated, runs_forward
from .saving import change


def give_role(
    staff: Staff,
    *,
    unit: Unit,
    kind: str,
    by: Staff | None,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Role:
    """Make somebody something in a unit, from an instant (now) to another (open). `by` is None in set-up only.

    Raises Forbidden for oneself, Refusal 409 for a leaver or a role he holds in that time, Invalid for a backdated or
    empty period, a closed unit, a role that has its seat elsewhere.
    """
    if by is not None and by.pk == staff.pk:
        raise Forbidden(_("不能给自己授予角色，请另一位管理员办理"))
    starts_at = starts_at or now
    fits_seat(kind, unit)
    runs_forward(starts_at, ends_at)
    if by is not None:
        not_backdated(starts_at, day_start(now))
    if unit.closed_on:
        raise Invalid("unit_closed", unit=_("这个机构已撤销"))
    with acting(staff) as fresh:
        if not fresh.is_active:
            raise Refusal("has_left", _("%(name)s已离职") % {"name": fresh.name})
        if _held(fresh, unit, kind, starts_at, ends_at).exists():
            raise Refusal("role_held", _("%(name)s在这段时间已有这个角色") % {"name": fresh.name})
        role = Role.objects.create(staff=fresh, unit=unit, kind=kind, starts_at=starts_at, ends_at=ends_at)
        record(
            "role.given",
            role,
            also=[fresh],
            by=by,
            now=now,
            data={"staff": fresh.pk, "unit": unit.pk, "kind": kind, "starts_at": starts_at, "ends_at": ends_at},
        )
        return role


def _held(staff: Staff, unit: Unit, kind: str, starts_at: datetime, ends_at: datetime | None) -> QuerySet[Role]:
    rows = Role.objects.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at), staff=staff, unit=unit, kind=kind)
    return rows.filter(starts_at__lt=ends_at) if ends_at else rows


def _keep_an_administrator(role: Role, at: datetime) -> None:
    """Without an administrator nobody could be given the role again. Raises Refusal 409 for the last one."""
    if role.kind != Role.Kind.ADMINISTRATOR:
        return
    others = Role.objects.filter(Role.at(at), kind=Role.Kind.ADMINISTRATOR, staff__is_active=True, ends_at__isnull=True)
    if not others.exclude(pk=role.pk).exclude(staff=role.staff_id).exists():
        raise Refusal("last_administrator", _("这是最后一个系统管理员，先授予别人"))


def end_role(role: Role, *, by: Staff, now: datetime, ends_at: datetime | None = None) -> Role:
    """End a role now or at a later instant. One that has not begun is called off.

    Raises Refusal 409 when it has ended, Invalid for an instant that is past.
    """
    if ends_at is not None:
        not_backdated(ends_at, now)
    with acting(role.staff) as staff:
        fresh = Role.objects.get(pk=role.pk)
        if fresh.ends_at and fresh.ends_at <= max(now, fresh.starts_at):
            raise Refusal("role_ended", _("这个角色已结束"))
        _keep_an_administrator(fresh, ends_at or now)
        changed = change(fresh, {"ends_at": max(ends_at or now, fresh.starts_at)})
        if not changed:
            return fresh
        fresh.save()
        record("role.ended", fresh, also=[staff], by=by, now=now, data={"ends_at": list(changed["ends_at"])})
        return fresh
