from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record

from ..models import Role, SignIn, SignInAttempt, Staff
from ..reach import reach
from ..rules import FAILURES_PER_ADDRESS, FAILURES_PER_USERNAME, LOCKED_FOR, WINDOW, locked_until

KEEP_TRIES = timedelta(days=365)
Found = TypeVar("Found")
Step = SignInAttempt.Step


def check_sign_in(*, username: str, password: str, address: str | None, now: datetime) -> Staff:
    """Who this is. Raises Refusal 429 while locked out, Invalid, with one answer, for every wrong name or password."""
    username = username.strip().lower()
    wrong = Invalid("wrong_password", password=_("用户名或密码不对"))
    staff = tried(Step.PASSWORD, username, lambda: _authentic(username, password), wrong, address=address, now=now)
    if settings.PASSWORDS_FOR_ADMINISTRATORS_ALONE and not reach(staff, now).is_a(Role.Kind.ADMINISTRATOR):
        raise Refusal("no_passwords", _("这里不用密码登录，用统一登录或通行密钥"), status=403)
    return staff


def tried(
    step: str,
    username: str,
    look: Callable[[], Found | None],
    wrong: Refusal,
    *,
    address: str | None,
    now: datetime,
    when_locked: Callable[[], object] = lambda: None,
) -> Found:
    """What a try finds; a try is counted, and refused while locked out. Raises Refusal 429, and `wrong` for nothing.

    Tries for one username wait for each other, so that a burst of them cannot outrun the count. A wrong one stays on
    record, so this runs in no transaction of the caller's. `when_locked` follows the failure that locks.
    """
    found, until = None, None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {username}"])
        until = is_locked_out(username=username, address=address, now=now, step=step)
        if until is None:
            found = look()
            note_attempt(username=username, address=address, succeeded=found is not None, now=now, step=step)
            if found is None:
                until = is_locked_out(username=username, address=address, now=now, step=step)
                if until:
                    when_locked()
    # Refused outside of the transaction: the failed try stays on record.
    if until:
        ends = until.astimezone(ZONE)
        raise Refusal("locked_out", _("错误次数过多，%(time)s 后再试") % {"time": f"{ends:%H:%M}"}, status=429)
    if found is None:
        raise wrong
    return found


def _authentic(username: str, password: str) -> Staff | None:
    staff = Staff.objects.filter(username=username, is_active=True).select_related("unit").first()
    if staff is None:
        make_password(password)  # As long as for somebody who exists.
        return None
    return staff if staff.check_password(password) else None


def note_attempt(
    *, username: str, address: str | None, succeeded: bool, now: datetime, step: str = Step.PASSWORD
) -> None:
    """Put a try on record, of somebody or of nobody."""
    SignInAttempt.objects.create(username=username[:150], address=address, at=now, succeeded=succeeded, step=step)


def is_locked_out(*, username: str, address: str | None, now: datetime, step: str = Step.PASSWORD) -> datetime | None:
    """Until when this username or address is locked, or None. Somebody's success clears his own failures of this step
    only; an address is locked by the failures of every step."""
    recent = SignInAttempt.objects.filter(at__gt=now - WINDOW - LOCKED_FOR).order_by("-at", "-pk")
    failures: list[datetime] = []
    his = recent.filter(username=username, step=step)
    for at, succeeded in his.values_list("at", "succeeded")[:FAILURES_PER_USERNAME]:
        if succeeded:
            break
        failures.append(at)
    untils = [locked_until(failures, FAILURES_PER_USERNAME, now)]
    if address:
        tries = recent.filter(address=address, succeeded=False).values_list("at", flat=True)[:FAILURES_PER_ADDRESS]
        untils.append(locked_until(list(tries), FAILURES_PER_ADDRESS, now))
    return max((until for until in untils if until), default=None)


def open_session(
    staff: Staff, *, session_key: str, address: str | None, agent: str, now: datetime, ways: Sequence[str] = ()
) -> SignIn:
    """Note a session that was just opened, and by which ways, so that he sees it and can end it."""
    with acting(staff) as fresh:
        row = SignIn.objects.create(
            staff=fresh,
            session_key=session_key,
            address=address,
            agent=agent.replace("\0", "")[:200],
            at=now,
            ways=" ".join(ways),
        )
        record(
            "staff.signed_in",
            fresh,
            by=fresh,
            now=now,
            data={"sign_in": row.pk, **({"ways": list(ways)} if ways else {})},
            texts={"address": address or "", "agent": row.agent},
        )
        return row


def renew_session(session_key: str, *, new_key: str) -> None:
    """Follow a session that got another key (a changed password does that)."""
    SignIn.objects.filter(session_key=session_key).update(session_key=new_key)


def end_session(sign_in: SignIn, *, by: Staff, now: datetime) -> None:
    """End one session: whoever holds it is out at his next request. Ending it twice does nothing the second time."""
    with acting(sign_in.staff) as staff:
        if close_sign_ins(staff, now, only=sign_in.session_key):
            record("staff.session_ended", staff, by=by, now=now, data={"sign_in": sign_in.pk})


def end_sessions(staff: Staff, *, by: Staff, now: datetime, but: str = "") -> int:
    """End all of somebody's sessions except the one with the key `but`. Returns how many were open."""
    with acting(staff) as fresh:
        ended = close_sign_ins(fresh, now, but=but)
        if ended:
            record("staff.sessions_ended", fresh, by=by, now=now, data={"sessions": ended})
        return ended


def close_sign_ins(staff: Staff, now: datetime, *, only: str = "", but: str = "") -> int:
    """Under the person's lock: really delete the sessions behind the rows, and mark the rows."""
    rows = SignIn.objects.filter(staff=staff, ended_at=None)
    rows = rows.filter(session_key=only) if only else rows.exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.filter(session_key__in=keys).update(ended_at=now)


def forget_old_tries(now: datetime) -> None:
    """Forget tries to sign in after a year (the law wants half a year of them), and the data of sessions run out."""
    SignInAttempt.objects.filter(at__lt=now - KEEP_TRIES).delete()
    Session.objects.filter(expire_date__lt=now).delete()
