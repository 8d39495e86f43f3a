from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import record

from ..models import Role, Staff, Substitute, Token, Unit
from ..presence import concerned_by
from ..rules import clean_extension, clean_name, clean_phone, clean_username, strong_password
from ..telling import tell_security
from .saving import as_seen, change, in_data, in_texts, save_unique
from .signing_in import close_sign_ins

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


def hire(
    *,
    username: str,
    name: str,
    unit: Unit,
    by: Staff | None,
    now: datetime,
    phone: str = "",
    extension: str = "",
    password: str | None = None,
) -> Staff:
    """Take somebody on. Without a password nobody can sign in as him yet; one that an administrator gives is for his
    first sign-in, where he sets his own. `by` is None in set-up only.

    Raises Invalid for values that cannot be, a username that is taken, a weak password, a closed unit.
    """
    staff = Staff(
        username=clean_username(username),
        name=clean_name(name),
        unit=unit,
        phone=clean_phone(phone),
        extension=clean_extension(extension),
    )
    _is_open(unit)
    if password is None:
        staff.set_unusable_password()
    else:
        strong_password(password, staff)
        staff.set_password(password)
        staff.password_given_at = now if by else None
    with acting(staff):
        _is_free(staff)
        save_unique(staff, username=_("已有人用这个用户名"))
        record(
            "staff.hired",
            staff,
            by=by,
            now=now,
            data={"username": staff.username, "unit": unit.pk, **({"extension": extension} if extension else {})},
            texts={"name": staff.name, "phone": staff.phone},
        )
        return staff


def change_staff(
    staff: Staff,
    *,
    name: str,
    unit: Unit,
    phone: str,
    by: Staff,
    now: datetime,
    extension: str | None = None,
    version: int | None = None,
) -> Staff:
    """Change name, unit, phone and extension (None leaves it). Roles are dated and apart: moving ends none.

    `version` is the one that was seen. Raises Stale 409 when it is no longer so, Invalid for values that cannot be.
    """
    with acting(staff) as fresh:
        as_seen(fresh, version)
        _is_at_work(fresh)
        kept = fresh.extension if extension is None else clean_extension(extension)
        given = {"name": clean_name(name), "unit": unit, "phone": clean_phone(phone), "extension": kept}
        changed = change(fresh, given)
        if "unit" in changed:
            _is_open(unit)
        if changed:
            _is_free(fresh)
            fresh.save()
            record(
                "staff.changed",
                fresh,
                by=by,
                now=now,
                data=in_data(changed, "unit", "extension"),
                texts=in_texts(changed, "name", "phone"),
            )
        return fresh


def leave(staff: Staff, *, by: Staff, now: datetime) -> Staff:
    """Somebody leaves: his roles and substitutions end, his sessions and tokens too. What he owes stays with his unit.

    Raises Refusal 409 when he has left, Forbidden for oneself (the last administrator could lock everybody out).
    """
    if by.pk == staff.pk:
        raise Forbidden(_("不能给自己办离职，请另一位管理员办理"))
    with acting(staff) as fresh:
        _is_at_work(fresh)
        ended: list[Kept] = [*_end_roles(fresh, now), *_end_substitutions(fresh, now)]
        sessions = close_sign_ins(fresh, now)
        tokens = Token.objects.filter(staff=fresh, revoked_at=None).update(revoked_at=now)
        change(fresh, {"is_active": False})
        fresh.save()
        ended += concerned_by(fresh, now, FOREVER, now)
        record("staff.left", fresh, also=ended, by=by, now=now, data={"sessions": sessions, "tokens": tokens})
        return fresh


def _end_roles(staff: Staff, now: datetime) -> list[Role]:
    roles = list(Role.objects.filter(staff=staff).exclude(ends_at__lte=now))
    for role in roles:
        change(role, {"ends_at": max(now, role.starts_at)})
        role.save()
    return roles


def _end_substitutions(staff: Staff, now: datetime) -> list[Substitute]:
    # Another principal may be revoking his own row at this moment, under his own lock: these rows are locked as well.
    live = Substitute.objects.filter(ends_at__gt=now, revoked_at=None).select_for_update(no_key=True).order_by("pk")
    rows = [*live.filter(principal=staff), *live.filter(staff=staff)]
    for row in rows:
        change(row, {"revoked_at": now})
        row.save()
    return rows


def set_password(staff: Staff, password: str, *, by: Staff, now: datetime, keep_session: str = "") -> Staff:
    """Set a password and end every session but `keep_session`. One that another gives is for the next sign-in alone.

    Raises Invalid for a weak one or, of his own, the same again; Refusal for a leaver.
    """
    with acting(staff) as fresh:
        _is_at_work(fresh)
        strong_password(password, fresh)
        is_own = by.pk == fresh.pk
        if is_own and fresh.check_password(password):
            raise Invalid("same_password", password=_("和现在的密码一样，换一个"))
        fresh.set_password(password)
        fresh.password_given_at = None if is_own else now
        fresh.save(update_fields=["password", "password_given_at"])
        sessions = close_sign_ins(fresh, now, but=keep_session)
        record("staff.password_set", fresh, by=by, now=now, data={"sessions": sessions, "is_own": is_own})
        tell_security(fresh, _n("登录安全：改了密码") if is_own else _n("登录安全：管理员重设了你的密码"), now)
        return fresh


def _is_free(staff: Staff) -> None:
    """Raises Invalid for an extension that somebody else has. Two who take one at once meet at the database."""
    others = Staff.objects.filter(extension=staff.extension, is_active=True).exclude(pk=staff.pk)
    if staff.extension and others.exists():
        raise Invalid("extension_taken", extension=_("已有人用这个分机"))


def _is_at_work(staff: Staff) -> None:
    if not staff.is_active:
        raise Refusal("has_left", _("%(name)s已离职") % {"name": staff.name})


def _is_open(unit: Unit) -> None:
    if unit.closed_on:
        raise Invalid("unit_closed", unit=_("这个机构已撤销"))
