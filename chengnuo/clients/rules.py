"""What a client's data must be, before anything is written: pure functions, one per kind of record.

Each takes what came from a form, the API or an import and gives the values to store. Raises Invalid (422) with a
message beside every field that cannot be.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from . import credentials, phones
from .models import Client, Policy

EARLIEST = date(1980, 1, 1)
LATEST = date(2200, 1, 1)
MOST_PHONES = 10
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
CENT = Decimal("0.01")
Values = dict[str, Any]


class Faults(dict[str, str]):
    """Messages by field, collected until all are known."""

    def take(self, name: str, clean: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The cleaned value, or None with the fault noted."""
        try:
            return clean(*args, **kwargs)
        except ValueError as fault:
            self[name] = str(fault)
            return None

    def raise_if_any(self) -> None:
        if self:
            raise Invalid("invalid", **self)


def text(value: object, most: int, *, required: bool = True, lines: bool = False) -> str:
    """Trimmed text without control characters. Raises ValueError when it is missing, too long or has them."""
    got = str(value or "").replace("\r\n", "\n").strip()
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in allowed for char in got):
        raise ValueError(_("有不能用的控制字符，删去后再存"))
    if required and not got:
        raise ValueError(_("要填写"))
    if len(got) > most:
        raise ValueError(_("最多%(most)s个字，现有%(now)s个") % {"most": most, "now": len(got)})
    return got


def choice(value: object, allowed: Iterable[str]) -> str:
    if value not in set(allowed):
        raise ValueError(_("从列出的里选一个"))
    return str(value)


def day(value: object) -> date:
    """A date that a contract may bear."""
    try:
        got = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        got = None
    if not isinstance(got, date) or not EARLIEST <= got < LATEST:
        raise ValueError(_("日期写成2026-09-28，在1980年以后"))
    return got


def money(value: object, *, required: bool = True) -> Decimal | None:
    """Yuan and fen, not negative, below 10 to the 14th."""
    if value in (None, ""):
        if required:
            raise ValueError(_("要填写金额，单位元"))
        return None
    got = _decimal(value)
    if got is None or got < 0 or got >= Decimal(10) ** 14 or got != got.quantize(CENT):
        raise ValueError(_("金额写成12800000.00，单位元，至多两位小数"))
    return got.quantize(CENT)


def degrees(value: object, most: int) -> Decimal | None:
    """A latitude or longitude to six places, or None."""
    if value in (None, ""):
        return None
    got = _decimal(value)
    if got is None or abs(got) > most:
        raise ValueError(_("写成十进制度数，不超过%(most)s") % {"most": most})
    return got.quantize(Decimal("0.000001"))


def _decimal(value: object) -> Decimal | None:
    try:
        got = Decimal(str(value).replace(",", "").strip())
        return got if got.is_finite() and got.adjusted() < 20 else None
    except InvalidOperation:
        return None


def numbers(values: Sequence[object]) -> list[tuple[str, str]]:
    """(as written, digits) of each number, once each. Raises ValueError naming the first that cannot be dialled."""
    got: dict[str, str] = {}
    for value in values:
        written = text(value, 40, required=False)
        if not written:
            continue
        if not phones.is_plausible(written):
            raise ValueError(_("“%(number)s”拨不通，写手机11位，座机带区号") % {"number": written})
        got.setdefault(phones.digits(written), written)
    if len(got) > MOST_PHONES:
        raise ValueError(_("一个联系人最多%(most)s个电话") % {"most": MOST_PHONES})
    return [(written, form) for form, written in got.items()]


def client_values(given: Mapping[str, Any], today: date) -> tuple[Values, list[str]]:
    """A client's own values and the warnings about them. A person has a resident id, the others a credit code."""
    faults, warnings = Faults(), []
    kind = faults.take("kind", choice, given.get("kind"), Client.Kind.values)
    values: Values = {
        "kind": kind,
        "name": faults.take("name", text, given.get("name"), 120),
        "since": faults.take("since", day, given.get("since") or today),
        "credit_code": "",
        "resident_id": "",
    }
    is_person = kind == Client.Kind.PERSON
    field, other = ("resident_id", "credit_code") if is_person else ("credit_code", "resident_id")
    if given.get(other) and kind:
        faults[other] = _("个人没有统一社会信用代码，删去") if is_person else _("只有个人填身份证号，删去")
    if given.get(field):
        check = (credentials.resident_id, today) if is_person else (credentials.credit_code,)
        got = faults.take(field, check[0], str(given[field]), *check[1:])
        if got:
            values[field], warning = got
            warnings += [warning] if warning else []
    faults.raise_if_any()
    return values, warnings


def contact_values(given: Mapping[str, Any]) -> Values:
    faults = Faults()
    values = {
        "name": faults.take("name", text, given.get("name"), 40),
        "title": faults.take("title", text, given.get("title"), 60, required=False),
        "note": faults.take("note", text, given.get("note"), 200, required=False),
        "email": faults.take("email", email, given.get("email")),
        "phones": faults.take("phones", numbers, given.get("phones") or []),
    }
    faults.raise_if_any()
    return values


def email(given: object) -> str:
    """An address in lower case, as mails are recognised by it; nothing for none."""
    written = text(given, 254, required=False).lower()
    if written and not EMAIL.fullmatch(written):
        raise ValueError(_("邮箱写成 wang@example.com 的样子"))
    return written


def site_values(given: Mapping[str, Any]) -> Values:
    faults = Faults()
    values = {
        "name": faults.take("name", text, given.get("name"), 60),
        "address": faults.take("address", text, given.get("address"), 200),
        "division_code": faults.take("division_code", division, given.get("division_code")),
        "lat": faults.take("lat", degrees, given.get("lat"), 90),
        "lon": faults.take("lon", degrees, given.get("lon"), 180),
    }
    faults.raise_if_any()
    return values


def division(value: object) -> str:
    """A division code of 6 or 12 digits, or nothing."""
    got = text(value, 12, required=False)
    if got and not (got.isascii() and got.isdigit() and len(got) in {6, 12}):
        raise ValueError(_("行政区划代码是6位或12位数字，也可留空"))
    return got


def policy_values(given: Mapping[str, Any]) -> Values:
    faults = Faults()
    values = {
        "no": faults.take("no", text, given.get("no"), 60),
        "line": faults.take("line", choice, given.get("line"), Policy.Line.values),
        "insurer": faults.take("insurer", text, given.get("insurer"), 80),
        "insured": faults.take("insured", text, given.get("insured"), 120, required=False),
        "sum_insured": faults.take("sum_insured", money, given.get("sum_insured")),
        "premium": faults.take("premium", money, given.get("premium")),
        "deductible": faults.take("deductible", text, given.get("deductible"), 200, required=False),
        "commission": faults.take("commission", money, given.get("commission"), required=False),
        "starts_on": faults.take("starts_on", day, given.get("starts_on")),
        "ends_on": faults.take("ends_on", day, given.get("ends_on")),
    }
    _in_order(values, faults)
    faults.raise_if_any()
    return values


def agreement_values(given: Mapping[str, Any]) -> Values:
    faults = Faults()
    values = {
        "number": faults.take("number", text, given.get("number"), 40),
        "scope": faults.take("scope", text, given.get("scope"), 2000, required=False, lines=True),
        "starts_on": faults.take("starts_on", day, given.get("starts_on")),
        "ends_on": faults.take("ends_on", day, given.get("ends_on")),
    }
    _in_order(values, faults)
    faults.raise_if_any()
    return values


def _in_order(values: Values, faults: Faults) -> None:
    if values["starts_on"] and values["ends_on"] and values["ends_on"] < values["starts_on"]:
        faults["ends_on"] = _("末日早于首日，核对两个日期")


def day_of_signing(value: object, today: date) -> date:
    """Raises Invalid for a day that has not come."""
    faults = Faults()
    got = faults.take("signed_on", day, value)
    if got and got > today:
        faults["signed_on"] = _("签署日还没有到")
    faults.raise_if_any()
    return got


def yearly_premium(policies: Iterable[Policy], today: date) -> Decimal:
    """What the policies in force bring in a year; a term of several years counts a year's share."""
    return sum((policy.premium_a_year for policy in policies if policy.covers(today)), Decimal(0))


def proposes_large(client: Client, premium: Decimal, enough: Decimal) -> bool:
    """Whether the premium of a year (yuan) speaks for ticking him large; the centre decides.

    `enough` is the parameter `client.large_premium` [D].
    """
    return not client.large and premium >= enough


def days_left(policy: Policy, today: date) -> int:
    """Days until the last one covered; 0 on it, negative after."""
    return (policy.ends_on - today).days
