"""Setting up, taking away and resetting what somebody has beside his password."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import encrypt
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record

from .. import passkeys, totp
from ..factors import factors_of, need_of, rules
from ..models import FactorRule, Staff
from ..passkeys import Place, Wrong
from ..rules import clean_name
from ..telling import administrators, tell_security
from .saving import change
from .signing_in import close_sign_ins

T = Authenticator.Type
PASSKEYS_AT_MOST = 10
REASON_LENGTH = 200


def new_secret() -> str:
    """A secret for an authenticator: 160 random bits in base 32."""
    secret: str = generate_totp_secret()
    return secret


def set_up_totp(staff: Staff, *, secret: str, code: str, by: Staff | None, now: datetime) -> None:
    """Keep the secret of somebody's authenticator, once it has shown a code. `by` is None in set-up only.

    Raises Refusal 422 for a wrong code, 409 where there is one already: it is removed first.
    """
    with acting(staff) as fresh:
        if factors_of(fresh).totp:
            raise Refusal("totp_is_there", _("已经设过验证器，先删掉原来的"))
        used = totp.matching(secret, code, now)
        if used is None:
            words = _("验证码不对，看验证器上现在的6位数字")
            raise Refusal("wrong_code", words, status=422, fields={"code": words})
        data = {"secret": encrypt(secret), "used": used}
        Authenticator.objects.create(user=fresh, type=T.TOTP, data=data, created_at=now)
        record("staff.totp_set_up", fresh, by=by, now=now)
        if by:
            tell_security(fresh, _n("登录安全：设了验证器"), now)


def add_passkey(
    staff: Staff, *, name: str, answer: str, state: Mapping[str, Any] | None, place: Place, by: Staff, now: datetime
) -> Authenticator:
    """Keep a passkey that a browser made. Raises Invalid for one that does not hold, Refusal 409 for too many."""
    name = clean_name(name)[:60]
    with acting(staff) as fresh:
        if len(passkeys.passkeys(fresh)) >= PASSKEYS_AT_MOST:
            raise Refusal("too_many_passkeys", _("通行密钥最多%s个，先删掉不用的") % PASSKEYS_AT_MOST)
        try:
            made = passkeys.registered(answer, state or {}, place)
        except Wrong as error:
            raise Invalid("wrong_passkey", _("浏览器没有做成通行密钥，再试一次")) from error
        row = Authenticator.objects.create(user=fresh, type=T.WEBAUTHN, data={"name": name, **made}, created_at=now)
        record("staff.passkey_added", fresh, by=by, now=now, data={"factor": row.pk}, texts={"name": name})
        tell_security(fresh, _n("登录安全：登记了通行密钥“%(name)s”"), now, name=name)
        return row


def remove_factor(row: Authenticator, staff: Staff, *, by: Staff, now: datetime, keep_session: str = "") -> None:
    """Take one away, and end the other sessions. Recovery codes go with the last one.

    Raises Refusal 409 where the roles demand what would be missing then.
    """
    with acting(staff) as fresh:
        row = Authenticator.objects.exclude(type=T.RECOVERY_CODES).get(pk=row.pk, user=fresh)
        left = factors_of(fresh).without(row)
        if not left.meet(need_of(fresh, now)):
            raise Refusal("factor_needed", _("你的角色必须有这一种，先设好另一个再删"))
        type_, name, pk = row.type, str(row.data.get("name", "")), row.pk
        row.delete()
        if not left:
            Authenticator.objects.filter(user=fresh).delete()
        sessions = close_sign_ins(fresh, now, but=keep_session)
        data = {"factor": pk, "type": type_, "sessions": sessions}
        record("staff.factor_removed", fresh, by=by, now=now, data=data, texts={"name": name})
        if type_ == T.TOTP:
            tell_security(fresh, _n("登录安全：删了验证器"), now)
        else:
            tell_security(fresh, _n("登录安全：删了通行密钥“%(name)s”"), now, name=name)


def make_recovery_codes(staff: Staff, *, by: Staff, now: datetime) -> list[str]:
    """Ten fresh codes, each good for one sign-in; those before are worthless. They are never to be seen again.

    Raises Refusal 409 without a second factor that they could stand in for.
    """
    with acting(staff) as fresh:
        if not factors_of(fresh):
            raise Refusal("no_factor", _("先设验证器或通行密钥"))
        Authenticator.objects.filter(user=fresh, type=T.RECOVERY_CODES).delete()
        codes = RecoveryCodes.activate(fresh)
        Authenticator.objects.filter(pk=codes.instance.pk).update(created_at=now)
        record("staff.recovery_codes_made", fresh, by=by, now=now)
        tell_security(fresh, _n("登录安全：换了一组恢复码"), now)
        made: list[str] = codes.generate_codes()
        return made


def reset_second_factor(staff: Staff, *, reason: str, by: Staff | None, now: datetime) -> None:
    """Take everything away from somebody who has lost it, and end his sessions. `by` is None from the server alone.

    Told to him and to all administrators. Raises Forbidden for oneself, Invalid without a reason, Refusal 409 where
    there is nothing.
    """
    reason = reason.strip()
    if by and by.pk == staff.pk:
        raise Forbidden(_("不能重设自己的第二因素，请另一位管理员办理"))
    if not reason or len(reason) > REASON_LENGTH:
        raise Invalid("no_reason", reason=_("写明为什么重设，最多%s字") % REASON_LENGTH)
    with acting(staff) as fresh:
        if not Authenticator.objects.filter(user=fresh).delete()[0]:
            raise Refusal("no_factor", _("他没有第二因素"))
        sessions = close_sign_ins(fresh, now)
        record(
            "staff.second_factor_reset", fresh, by=by, now=now, data={"sessions": sessions}, texts={"reason": reason}
        )
        who = by.name if by else _("服务器上的命令")
        title = _n("%(who)s重设了%(name)s的第二因素")
        tell_security(fresh, title, now, also=administrators(now), who=who, name=fresh.name)


def set_factor_rules(needs: Mapping[str, str], *, by: Staff, now: datetime) -> list[FactorRule]:
    """Say what roles must have beside the password. Returns what changed; those who lack it are asked to set it up
    at their next page. Raises Invalid for an unknown role or need."""
    before, changed = rules(), []
    for kind, need in needs.items():
        if kind not in before or need not in FactorRule.Need.values:
            raise Invalid("unknown_need", _("没有这个选项，重新选"))
        if before[kind] != need:
            changed.append(_set_rule(kind, need, before[kind], by, now))
    return changed


def _set_rule(kind: str, need: str, before: str, by: Staff, now: datetime) -> FactorRule:
    with transaction.atomic():
        row, _made = FactorRule.objects.get_or_create(kind=kind, defaults={"need": before})  # Two may be the first.
        with acting(row) as fresh:
            change(fresh, {"need": need})
            fresh.save()
            record("factor_rule.set", fresh, by=by, now=now, data={"kind": kind, "changes": {"need": [before, need]}})
    row.refresh_from_db()
    return row
