"""What may be said of units, people and periods: pure checks, the figures of the lock-out among them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal

from .models import Role, Staff, Unit

WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
FAILURES_PER_USERNAME = 5
FAILURES_PER_ADDRESS = 20

PASSWORD_LENGTH = 10
DIFFERENT_AT_LEAST = 4

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
UNIT_CODE = re.compile(r"[A-Z][A-Z0-9]{0,5}")
DIVISION_CODE = re.compile(r"[0-9]{6}")
EXTENSION = re.compile(r"[0-9]{2,12}")
PHONE = re.compile(r"[0-9+() -]{3,30}")

# Who reaches every unit sits where the procedure puts him; the other roles may be held in any unit.
SEATS = {
    Role.Kind.CENTRE: Unit.Kind.CENTRE,
    Role.Kind.CENTRE_HEAD: Unit.Kind.CENTRE,
    Role.Kind.EXECUTIVE: Unit.Kind.HQ,
    Role.Kind.CHAIRMAN: Unit.Kind.HQ,
}


def locked_until(failures: Sequence[datetime], limit: int, now: datetime) -> datetime | None:
    """When the lock ends that `limit` failures within 15 minutes put on, or None where there is none.

    `failures` are the instants of the last ones, newest first. A try made while locked is not counted: it neither
    prolongs the lock nor learns anything.
    """
    if len(failures) < limit or failures[0] - failures[limit - 1] > WINDOW:
        return None
    until = failures[0] + LOCKED_FOR
    return until if until > now else None


def day_start(now: datetime) -> datetime:
    """The local midnight that an instant's day began with."""
    return midnight(now.astimezone(ZONE).date())


def clean_username(username: str) -> str:
    """In lower case. Raises Invalid when it cannot be a sign-in name."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Invalid("username", username=_("用户名用2到40个小写字母、数字或 . _ -，以字母或数字开头"))
    return username


def clean_unit_code(code: str) -> str:
    """In upper case: the numbers of the unit's registers begin with it. Raises Invalid."""
    code = code.strip().upper()
    if not UNIT_CODE.fullmatch(code):
        words = _("代码用1到6个字母或数字，以字母开头，如 SU")
        raise Refusal("unit_code", words, status=422, fields={"code": words})
    return code


def clean_division_code(code: str) -> str:
    if code and not DIVISION_CODE.fullmatch(code):
        raise Invalid("division_code", division_code=_("行政区划代码是6位数字，如 320500"))
    return code


def clean_phone(phone: str) -> str:
    phone = phone.strip()
    if phone and not PHONE.fullmatch(phone):
        raise Invalid("phone", phone=_("电话只用数字、空格和 + - ( )，如 0512-65551234"))
    return phone


def clean_extension(extension: str) -> str:
    """The number behind which the exchange rings somebody. Raises Invalid for what is not 2 to 12 digits."""
    extension = extension.strip()
    if extension and not (EXTENSION.fullmatch(extension) and extension.isascii()):
        raise Invalid("extension", extension=_("分机是2到12位数字，如 8001"))
    return extension


def clean_name(name: str) -> str:
    """Without blanks around it. Raises Invalid for none, and for control characters."""
    name = name.strip()
    if not name or not name.isprintable():
        raise Invalid("name", name=_("填写名称"))
    return name


def fits_seat(kind: str, unit: Unit) -> None:
    """Raises Invalid for a role of the centre or of the company's heads given in a unit of another kind."""
    seat = SEATS.get(Role.Kind(kind))
    if seat and unit.kind != seat:
        raise Invalid("role_seat", unit=_("这个角色只设在%(kind)s") % {"kind": Unit.Kind(seat).label})


def runs_forward(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raises Invalid for a period that ends before it begins or when it begins."""
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("period", ends_at=_("结束要晚于开始"))


def not_backdated(starts_at: datetime, now: datetime) -> None:
    """Raises Invalid for what would say that somebody was allowed something before it was decided."""
    if starts_at < now:
        raise Invalid("backdated", starts_at=_("开始不能早于现在"))


def strong_password(password: str, staff: Staff) -> None:
    """Raises Invalid, in words, for a password that does not protect: length does, and that nobody guesses it.

    At least 10 characters; not one of the 20,000 most used, not the person's own names, not one character repeated.
    It never expires: whoever must change it often writes it down.
    """
    if len(password) < PASSWORD_LENGTH:
        words = _("至少%(least)s个字符，现在%(now)s个") % {"least": PASSWORD_LENGTH, "now": len(password)}
        raise Invalid("weak_password", password=words)
    if _is_guessed(password, staff):
        raise Invalid("weak_password", password=_("这个密码太容易猜到，换一句别人想不到的话"))


def _is_guessed(password: str, staff: Staff) -> bool:
    bare = password.lower().strip("0123456789!@#$%^&*._- ")
    if len(set(password)) < DIFFERENT_AT_LEAST or bare in {"", staff.username, staff.name}:
        return True
    try:
        validate_password(password, staff)
    except ValidationError:
        return True
    return False


def clean_address(address: str | None) -> str | None:
    """A network address, or None where the server gives none that can be read (a socket file)."""
    try:
        return str(ip_address(address or ""))
    except ValueError:
        return None
