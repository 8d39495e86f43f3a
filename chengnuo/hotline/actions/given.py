"""What is given to the acts on a call, and what of it cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.people.models import Staff

from ..access import may_register
from ..models import Kind, NoReply

CLOCKS_DIFFER = timedelta(minutes=2)
LONGEST_PROMISE = timedelta(days=366)
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class NewPromise:
    """What is promised in a call. `by` is the first promised time; `keeper` the operator unless named."""

    what: str
    by: datetime
    to_whom: str = ""
    keeper: Staff | None = None


@dataclass(frozen=True)
class NewCase:
    """A case to open from a call: `appointment`, `complaint` or `loss`, and what is known of it."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    owner: Staff | None = None


def check_person(by: Staff, now: datetime) -> None:
    if not may_register(by, now):
        raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")


def check_times(now: datetime, rang_at: datetime, answered_at: datetime | None, hung_up_at: datetime | None) -> None:
    if rang_at > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", rang_at=_("来电时间还没到"))
    if rang_at < now - timedelta(days=366):
        raise Invalid("time_far", rang_at=_("来电时间早于一年前，查一下年份"))
    if answered_at and answered_at < rang_at:
        raise Invalid("time_order", answered_at=_("接听不能早于来电"))
    if hung_up_at and hung_up_at < (answered_at or rang_at):
        raise Invalid("time_order", hung_up_at=_("挂断不能早于接听"))
    if (hung_up_at or answered_at or rang_at) > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", hung_up_at=_("时间还没到"))


def check_texts(
    kinds: Sequence[str], content: str, answer: str, no_reply_because: str, promise: NewPromise | None
) -> None:
    if any(kind not in Kind.values for kind in kinds):
        raise Invalid("kind_unknown", kinds=_("没有这个类别"))
    if len(content) > LONGEST_TEXT or len(answer) > LONGEST_TEXT:
        raise Invalid("text_long", content=_("最多20000字"))
    if no_reply_because and no_reply_because not in NoReply.values:
        raise Invalid("reason_unknown", no_reply_because=_("没有这个原因"))
    if answer.strip() and promise:
        raise Invalid("answer_and_promise", answer=_("已当场答复就不用再承诺"))
    if no_reply_because and promise:
        raise Invalid("no_reply_and_promise", no_reply_because=_("要再答复的来电不是无需答复"))
    if promise and not promise.what.strip():
        raise Invalid("what_missing", what=_("写明承诺什么"))


def check_promised_time(made_at: datetime, by: datetime) -> None:
    """A promise lies ahead, and within a year. Raises Invalid beside `by`."""
    if by <= made_at:
        raise Invalid("promise_past", clause="3.1.5", by=_("承诺时间已过，改一个以后的时间"))
    if by > made_at + LONGEST_PROMISE:
        raise Invalid("promise_far", clause="3.1.5", by=_("承诺时间超过一年，查一下年份"))


def in_order(kinds: Sequence[str]) -> list[str]:
    """Each kind once, in the order of the register's boxes."""
    return [kind.value for kind in Kind if kind in kinds]
