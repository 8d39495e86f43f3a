"""The fixed cast of people that tests share, made by calling the actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import transaction

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.people.actions import give_role, hire, open_unit
from chengnuo.people.models import Role, Staff, Unit

CAST_AT = datetime(2026, 1, 2, 9, tzinfo=ZONE)
PASSWORD = "a promise is a promise"
K = Role.Kind


@dataclass(frozen=True)
class Cast:
    """Units by code, people by pinyin; `chenlixing` is the executive, `zhengqiming` the chairman."""

    hq: Unit
    centre: Unit
    office: Unit
    su: Unit
    hz: Unit
    bj: Unit
    admin: Staff  # 系统管理员 (HQ)
    zhoumin: Staff  # 周敏, operator SU
    xuning: Staff  # 许宁, manager SU
    lize: Staff  # 李泽, operator SU, nights
    linxiaotang: Staff  # 林晓棠, centre
    wanghaiyan: Staff  # 王海燕, head of the centre
    chenlixing: Staff  # 陈立行, executive in charge
    zhengqiming: Staff  # 郑启明, chairman
    luyao: Staff  # 陆瑶, operator HZ
    mengchuan: Staff  # 孟川, operator BJ


UNITS = {
    "hq": ("HQ", "总部", Unit.Kind.HQ, "110000"),
    "centre": ("KF", "客户服务中心", Unit.Kind.CENTRE, "110000"),
    "office": ("XZ", "行政办公室", Unit.Kind.OFFICE, "110000"),
    "su": ("SU", "苏州分公司", Unit.Kind.BRANCH, "320500"),
    "hz": ("HZ", "杭州分公司", Unit.Kind.BRANCH, "330100"),
    "bj": ("BJ", "北京分公司", Unit.Kind.BRANCH, "110000"),
}
STAFF = {
    "admin": ("系统管理员", "hq", K.ADMINISTRATOR),
    "zhoumin": ("周敏", "su", K.OPERATOR),
    "xuning": ("许宁", "su", K.MANAGER),
    "lize": ("李泽", "su", K.OPERATOR),
    "linxiaotang": ("林晓棠", "centre", K.CENTRE),
    "wanghaiyan": ("王海燕", "centre", K.CENTRE_HEAD),
    "chenlixing": ("陈立行", "hq", K.EXECUTIVE),
    "zhengqiming": ("郑启明", "hq", K.CHAIRMAN),
    "luyao": ("陆瑶", "hz", K.OPERATOR),
    "mengchuan": ("孟川", "bj", K.OPERATOR),
}


def cast(now: datetime = CAST_AT) -> Cast:
    """Everybody, at work from `now` on; all sign in with PASSWORD."""
    units = {
        key: open_unit(code=code, name=name, kind=kind, division_code=division, by=None, now=now)
        for key, (code, name, kind, division) in UNITS.items()
    }
    people = {}
    for username, (name, unit, kind) in STAFF.items():
        staff = hire(username=username, name=name, unit=units[unit], password=PASSWORD, by=None, now=now)
        give_role(staff, unit=units[unit], kind=kind, by=None, now=now)
        people[username] = staff
    return Cast(**units, **people)


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Within, an action says no with this code. What it wrote falls back, so the test may go on asking."""
    with pytest.raises(Refusal) as caught, transaction.atomic():
        yield caught
    assert caught.value.code == code
