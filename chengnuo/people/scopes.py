"""What a token may be used for, in words that its maker chooses from.

`read` reads everything its person may read and `write` does everything he may do; the name of a room (`hotline`) does
so in that room alone, `hotline:read` only reads there. Scopes add up; what none of them covers is refused. No scope
gives more than its person has.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

READ, WRITE = "read", "write"
READING = ":read"
LONGEST = timedelta(days=366)
DEFAULT_DAYS = 90

_rooms: dict[str, "str | Promise"] = {}


def register_scope(room: str, label: "str | Promise") -> None:
    """Name a room whose operations carry this tag. Called from AppConfig.ready()."""
    _rooms[room] = label


def rooms() -> "dict[str, str | Promise]":
    """Every room that has operations, with what people call it."""
    return dict(_rooms)


def scopes() -> list[str]:
    """Every scope that there is."""
    return [READ, WRITE, *(scope for room in _rooms for scope in (room, room + READING))]


def needed(room: str, *, is_read: bool) -> str:
    """The narrowest scope that covers an operation of a room."""
    return room + READING if is_read else room


def covers(held: Iterable[str], room: str, *, is_read: bool) -> bool:
    """Whether any of the held scopes covers an operation of a room."""
    enough = {WRITE, room} | ({READ, room + READING} if is_read else set())
    return not enough.isdisjoint(held)


def clean_scopes(given: Iterable[str]) -> list[str]:
    """The scopes in their own order, each once. Raises Invalid (422) for none and for one that does not exist."""
    chosen = set(given)
    if not chosen:
        raise Invalid("scopes", scopes=_("至少选一个范围"))
    if unknown := chosen - set(scopes()):
        raise Invalid("scopes", scopes=_("没有这个范围：%s") % "、".join(sorted(unknown)))
    return [scope for scope in scopes() if scope in chosen]


def lasts_no_longer_than_a_year(expires_at: datetime, now: datetime) -> None:
    """Raises Invalid (422) for an expiry that is past or over 366 days ahead: a forgotten key must die by itself."""
    if expires_at <= now:
        raise Invalid("expired", expires_at=_("到期要晚于现在"))
    if expires_at > now + LONGEST:
        raise Invalid("too_long", expires_at=_("最长一年，到期前另发一个"))


def words(scope: str) -> str:
    """A scope as people read it."""
    if scope in (READ, WRITE):
        return _("全部只读") if scope == READ else _("全部读写")
    label = str(_rooms.get(scope.removesuffix(READING), scope))
    return _("%s只读") % label if scope.endswith(READING) else label
