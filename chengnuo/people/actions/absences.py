from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record

from ..models import Absence, Staff, Substitute
from ..presence import concerned_by
from ..rules import not_backdated, runs_forward
from .saving import change


def report_absence(
    staff: Staff, *, starts_at: datetime, ends_at: datetime, reason: str, by: Staff, now: datetime
) -> Absence:
    """Say that somebody is away; a fact, so it may lie in the past. His substitute hears of his duties meanwhile.

    Raises Invalid for an empty period, Refusal 409 where he is already reported away.
    """
    runs_forward(starts_at, ends_at)
    with acting(staff) as fresh:
        if Absence.objects.filter(staff=fresh, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Refusal("absence_overlaps", _("这段时间里已报过不在岗"))
        absence = Absence.objects.create(staff=fresh, starts_at=starts_at, ends_at=ends_at, reason=reason)
        record(
            "absence.reported",
            absence,
            also=[fresh, *concerned_by(fresh, starts_at, ends_at, now)],
            by=by,
            now=now,
            data={"staff": fresh.pk, "starts_at": starts_at, "ends_at": ends_at},
            texts={"reason": reason},
        )
        return absence


def end_absence(absence: Absence, *, by: Staff, now: datetime) -> Absence:
    """He is back, or never goes. Raises Refusal 409 when the absence is over."""
    with acting(absence.staff) as staff:
        fresh = Absence.objects.get(pk=absence.pk)
        if fresh.ends_at <= now or fresh.ends_at == fresh.starts_at:
            raise Refusal("absence_over", _("这次不在岗已结束"))
        changed = change(fresh, {"ends_at": max(now, fresh.starts_at)})
        fresh.save()
        was, is_ = changed["ends_at"]
        also = [staff, *concerned_by(staff, is_, was, now)]
        record("absence.ended", fresh, also=also, by=by, now=now, data={"ends_at": list(changed["ends_at"])})
        return fresh


def name_substitute(
    principal: Staff, *, staff: Staff, starts_at: datetime, ends_at: datetime, reason: str, by: Staff, now: datetime
) -> Substitute:
    """The principal himself says who acts for him, from an instant to an instant: a dated, recorded delegation.

    It lends what the principal holds himself, never what he holds for others. Raises Forbidden for anybody else,
    Invalid for himself, a leaver, an empty or backdated period, Refusal 409 where one is named for that time.
    """
    if by.pk != principal.pk:
        raise Forbidden(_("只有本人能指定替代人"))
    if staff.pk == principal.pk:
        raise Invalid("own_substitute", staff=_("替代人不能是本人"))
    runs_forward(starts_at, ends_at)
    not_backdated(starts_at, now)
    with acting(principal, staff) as (fresh, other):
        if not other.is_active:
            raise Invalid("has_left", staff=_("%(name)s已离职") % {"name": other.name})
        named = Substitute.objects.filter(principal=fresh, revoked_at=None)
        if named.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Refusal("already_substituted", _("这段时间已有替代人，先收回再指定"))
        row = Substitute.objects.create(
            principal=fresh, staff=other, starts_at=starts_at, ends_at=ends_at, reason=reason
        )
        record(
            "substitute.named",
            row,
            also=[fresh, other],
            by=by,
            now=now,
            data={"principal": fresh.pk, "staff": other.pk, "starts_at": starts_at, "ends_at": ends_at},
            texts={"reason": reason},
        )
        return row


def revoke_substitute(substitute: Substitute, *, by: Staff, now: datetime) -> Substitute:
    """The principal takes a delegation back. Raises Forbidden for anybody else, Refusal 409 when it is over."""
    if by.pk != substitute.principal_id:
        raise Forbidden(_("只有本人能收回替代"))
    with acting(substitute.principal) as principal:
        fresh = Substitute.objects.select_for_update(no_key=True).get(pk=substitute.pk)
        if fresh.revoked_at or fresh.ends_at <= now:
            raise Refusal("substitution_over", _("这次替代已结束"))
        change(fresh, {"revoked_at": now})
        fresh.save()
        record("substitute.revoked", fresh, also=[principal], by=by, now=now, data={"staff": fresh.staff_id})
        return fresh
