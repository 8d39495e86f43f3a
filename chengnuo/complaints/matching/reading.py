"""What can be read off the words of a complaint: numbers that name a thing, what is wrong, and its rarer words."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import cn2an

from .concepts import concepts_in, is_talk

PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·•\s]?[a-z0-9]{4,5}[a-z0-9挂学警]"
)
"""A car's plate: province, city letter, five or six more."""
NUMBER = re.compile(r"(?<![a-z0-9])(?=[a-z0-9\-]*\d)[a-z]{1,6}-?[a-z0-9]*(?:-[a-z0-9]+)*\d{3,}|(?<!\d)\d{8,}(?!\d)")
"""A policy's, claim's, invoice's or ship's number: letters and digits, or at least eight digits."""
PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|12378")
WRITTEN = re.compile(r"[零〇一二两三四五六七八九十百千万]{2,}")
SUM = re.compile(r"(\d+(?:[,，]\d{3})*(?:\.\d+)?)\s*(万|千|百)?")
PART = re.compile(r"[,，.。;；:：!！?？、\s]+")
COUNT = re.compile(r"([一二两三四五六七八九十]+|\d+)(?:个|人|名|台|辆|件|张|根|吨|块|户|条|次|箱|扇|栋|楼)")
DAY = re.compile(r"([一二三四五六七八九十]+|\d{1,2})月([一二三四五六七八九十]+|\d{1,2})")
YEAR = re.compile(r"(?:19|20)\d\d")
TIMES = {"万": 10_000, "千": 1000, "百": 100, "": 1}
LEAST = 100
"""Smaller figures name no sum: they are counts, days, parts."""
STOP = frozenset(
    "的了是我们你他她它这那就都也还在和与及或把被给让向到从为对于说要来去有没不一个很太又再才吗呢吧啊呀着过请"
)


@dataclass(frozen=True)
class Read:
    """A complaint, read. `things` are numbers that name one thing, by kind; `concepts` what it is about and what is
    wrong; `grams` the pairs of characters that are left of its words."""

    category: str
    things: Mapping[str, frozenset[str]]
    concepts: frozenset[str]
    grams: frozenset[str]


def read(text: str, category: str = "", *, claim: str = "", policy: str = "", amount: Decimal | None = None) -> Read:
    """Read a complaint; `claim` and `policy` are what it names in their own fields, `amount` its sum in yuan."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plates = {re.sub(r"[·•\s]", "", one) for one in PLATE.findall(plain)}
    bare = PHONE.sub(" ", plain)
    numbers = {re.sub(r"[^a-z0-9]", "", one) for one in NUMBER.findall(bare)} - {plate[1:] for plate in plates}
    things = {
        "plate": frozenset(plates),
        "claim": frozenset({claim} if claim else ()),
        "policy": frozenset({policy} if policy else ()),
        "number": frozenset(numbers),
        "sum": _sums(bare) | (frozenset({_plain(amount)}) if amount else frozenset()),
        "count": frozenset(COUNT.findall(plain)),
        "day": frozenset(f"{_figure(month)}-{_figure(day)}" for month, day in DAY.findall(plain)),
    }
    return Read(category, things, concepts_in(plain), _grams(_matter(bare)))


def _matter(plain: str) -> str:
    """The text without the parts that only say who calls and how to be reached: no two matters differ by them."""
    return "，".join(part for part in PART.split(plain) if re.search(r"\d", part) or not is_talk(part))


def _sums(text: str) -> frozenset[str]:
    """The sums and larger figures that are named, in digits or in words (三千八百二), as digits."""
    found = set()
    for figure, times in SUM.findall(text):
        bare = figure.replace(",", "").replace("，", "")
        if times or (len(bare.split(".")[0]) >= 3 and not YEAR.fullmatch(bare)):
            found.add(Decimal(bare) * TIMES[times])
    found |= {Decimal(_figure(one)) for one in WRITTEN.findall(text) if set(one) & set("百千万")}
    return frozenset(_plain(one) for one in found if one >= LEAST)


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _figure(text: str) -> str:
    """A figure in digits; what reads like one and is none (百万) is 0."""
    if text.isdecimal():
        return str(int(text))
    try:
        return str(cn2an.cn2an(text, "smart"))
    except ValueError:
        return "0"


def _grams(plain: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, none of them a mere function word."""
    return frozenset(a + b for a, b in pairwise(plain) if _carries(a) and _carries(b))


def _carries(sign: str) -> bool:
    return "一" <= sign <= "鿿" and sign not in STOP
