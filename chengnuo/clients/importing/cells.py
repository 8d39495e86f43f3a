"""What a cell says, as the text that a form would have got. What may have lost digits is refused."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from . import sheets
from .sheets import Field

EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's serial dates, from March 1900 on."""
SERIALS = range(29_221, 109_575)
"""The serials of 1980 to 2199, the years a contract may bear."""
DATED = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
YES, NO = {"是", "√", "1", "y", "yes", "true", "对"}, {"否", "×", "0", "n", "no", "false", ""}
EXACT = 10**15


def tidy(raw: object) -> str:
    """A cell as text: without blanks of any kind and invisible marks around it, line ends of one form."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float | int):
        return f"{raw:.0f}" if float(raw).is_integer() else f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time(0) else raw.isoformat(" ")
    text = str(raw if raw is not None else "").replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    # Each of them may lie under the other: a blank, a zero-width mark, a blank.
    while (bare := text.strip().strip("\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff")) != text:
        text = bare
    return text


def read(field: Field, raw: object, choices: Mapping[str, str] | None = None) -> str:
    """The text that the rules are asked about. `choices` gives value by label. Raises ValueError in words."""
    if tidy(raw) == "":
        return ""
    match field.kind:
        case sheets.CODE:
            return _code(raw)
        case sheets.DAY:
            return _day(raw)
        case sheets.MONEY | sheets.DEGREES:
            return _number(raw)
        case sheets.CHOICE:
            return _chosen(tidy(raw), choices or {})
        case sheets.YES:
            return _yes(tidy(raw))
    return tidy(raw)


def _code(raw: object) -> str:
    """Digits that are no quantity. A number that Excel shortened has lost its end; it cannot be read back."""
    if isinstance(raw, float | int) and not isinstance(raw, bool) and abs(raw) >= EXACT:
        raise ValueError(_("Excel把号码当数字，15位以后已丢；把格子设为文本，重填号码"))
    if isinstance(raw, date | time | timedelta):
        raise ValueError(_("Excel把号码当日期；把格子设为文本，重填号码"))
    text = unicodedata.normalize("NFKC", tidy(raw))
    if SCIENTIFIC.fullmatch(text):
        raise ValueError(_("号码成了科学计数法，末尾已丢；把格子设为文本，重填号码"))
    return text


def _day(raw: object) -> str:
    """2026-09-28, 2026/9/28, 2026.9.28, 2026年9月28日, 20260928, a date cell or its serial number."""
    words = _("日期写成2026-09-28")
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    text = unicodedata.normalize("NFKC", tidy(raw))
    if re.fullmatch(r"\d{5,6}", text) and int(text) in SERIALS:
        return (EPOCH + timedelta(days=int(text))).isoformat()
    parts = DATED.fullmatch(text) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if parts is None:
        raise ValueError(words)
    try:
        return date(*(int(one) for one in parts.groups())).isoformat()
    except ValueError:
        raise ValueError(_("没有这一天，核对年月日")) from None


def _number(raw: object) -> str:
    if isinstance(raw, date | time | timedelta | bool):
        raise ValueError(_("要填数字；把格子设为数值，重填"))
    text = unicodedata.normalize("NFKC", tidy(raw))
    return re.sub(r"^[¥￥]|元$|[,\s]", "", text)


def _chosen(text: str, choices: Mapping[str, str]) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if folded not in choices:
        allowed = "、".join(dict.fromkeys(choices))
        raise ValueError(_("没有这个选项，从这些里选：%(allowed)s") % {"allowed": allowed[:200] or _("（无）")})
    return choices[folded]


def _yes(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    if folded in YES:
        return "1"
    if folded in NO:
        return ""
    raise ValueError(_("填是或否"))
