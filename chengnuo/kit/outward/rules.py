"""When a notice is tried again, when it is given up, when several become one: pure, time as an argument."""

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from ..models import Channel

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=3)
FEWEST_TRIES = 24
"""Given up only after both: a clock that jumps days ahead passes the time, but makes no tries."""
FOLD_OVER = 5
MOST_FOLDED = 100
TELL_AFTER = timedelta(minutes=15)
ABANDONED_AFTER = timedelta(minutes=10)

MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
KEYS = {
    Channel.WECOM: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    Channel.DINGTALK: re.compile(r"[0-9a-f]{64}"),
    Channel.FEISHU: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries in a row that failed: 1, 2, 4, 8, then 15 minutes."""
    return min(FIRST_PAUSE * 2 ** min(max(tries, 1) - 1, 10), LONGEST_PAUSE)


def may_try(next_at: datetime | None, now: datetime) -> bool:
    """Whether the pause is over. A next try farther ahead than any pause was set by a clock that has gone back."""
    return next_at is None or next_at <= now or next_at > now + LONGEST_PAUSE


def is_given_up(made_at: datetime, tries: int, now: datetime) -> bool:
    """After three days and at least 24 tries."""
    return now - made_at >= GIVE_UP_AFTER and tries >= FEWEST_TRIES


def clean_address(channel: str, value: str) -> str:
    """An address of a channel, or nothing. A robot may be given as its whole webhook. Raises Invalid beside it."""
    value = value.strip()
    if not value:
        return ""
    if channel == Channel.MAIL:
        if len(value) > 254 or not MAIL.fullmatch(value):
            raise Invalid("address", **{channel: _("邮箱写成 zhoumin@example.com 的样子")})
        return value
    key = re.split(r"[=/]", value.rstrip("/"))[-1].lower()
    if not KEYS[Channel(channel)].fullmatch(key):
        raise Invalid("address", **{channel: _("从群机器人的设置里复制整个Webhook地址")})
    return key
