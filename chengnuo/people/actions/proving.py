"""Showing the second factor: each try is counted as those of the password are, and no code works twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record

from .. import passkeys, totp
from ..factors import factors_of
from ..models import SignInAttempt, Staff, Way
from ..passkeys import Place, Wrong
from ..telling import tell_security
from .signing_in import note_attempt, tried

Step = SignInAttempt.Step
DIGITS = 6


def prove_code(staff: Staff, code: str, *, address: str | None, now: datetime) -> Way:
    """Take a code of the authenticator, or one of recovery. Raises Refusal 422 for a wrong or used one, 429 while
    locked out; the failure that locks is told to the person, because somebody knew the password."""
    words = _("验证码不对或已用过，等下一组再填")
    wrong = Refusal("wrong_code", words, status=422, fields={"code": words})
    return tried(
        Step.FACTOR,
        staff.username,
        lambda: _taken(staff, normalize_user_code(code), now),
        wrong,
        address=address,
        now=now,
        when_locked=lambda: _tell_locked(staff, now),
    )


def _taken(staff: Staff, code: str, now: datetime) -> Way | None:
    """Use a code up, under the person's lock: of two posts with one code the second finds it used."""
    with acting(staff) as fresh:
        factors = factors_of(fresh)
        if len(code) == DIGITS:
            is_right = factors.totp is not None and _is_now(factors.totp, code, now)
            return Way.TOTP if is_right else None
        if factors.recovery is None or not factors.recovery.wrap().validate_code(code):
            return None
        left = factors_of(fresh).codes_left
        record("staff.recovery_code_used", fresh, by=fresh, now=now, data={"left": left})
        tell_security(fresh, _n("用恢复码登录了一次，还剩%(left)s个"), now, left=left)
        return Way.RECOVERY


def _is_now(row: Authenticator, code: str, now: datetime) -> bool:
    counter = totp.matching(decrypt(row.data["secret"]), code, now, after=row.data.get("used", -1))
    if counter is None:
        return False
    row.data["used"] = counter
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True


def prove_passkey(
    staff: Staff, answer: str, state: Mapping[str, Any] | None, place: Place, *, address: str | None, now: datetime
) -> Way:
    """Take a browser's answer to the question of which `state` is left. Raises Invalid for one that does not hold.

    Not refused while locked out: it cannot be guessed, and others' guesses must not keep its owner out.
    """
    try:
        with acting(staff) as fresh:
            row, count = passkeys.proved(fresh, answer, state or {}, place)
            row.data["count"] = count
            row.last_used_at = now
            row.save(update_fields=["data", "last_used_at"])
    except Wrong as error:
        note_attempt(username=staff.username, address=address, succeeded=False, now=now, step=Step.PASSKEY)
        raise not_recognised() from error
    note_attempt(username=staff.username, address=address, succeeded=True, now=now, step=Step.PASSKEY)
    return Way.PASSKEY


def not_recognised() -> Invalid:
    """One answer for every passkey that does not let in, whoever's it is."""
    return Invalid("wrong_passkey", _("没有认出这个通行密钥，再试一次或换一种方式"))


def prove_password(staff: Staff, password: str, *, address: str | None, now: datetime) -> Way:
    """Take the password again from who is signed in. Raises Invalid, Refusal 429 while locked out."""
    wrong = Invalid("wrong_password", password=_("密码不对"))
    return tried(
        Step.PASSWORD,
        staff.username,
        lambda: Way.PASSWORD if staff.check_password(password) else None,
        wrong,
        address=address,
        now=now,
    )


def _tell_locked(staff: Staff, now: datetime) -> None:
    tell_security(staff, _n("有人输对了密码，但验证码连错几次。不是你本人就改密码"), now)
