"""What was with a client before, told by each room of its own records: losses, and services given to him."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise as StrPromise

from chengnuo.people.models import Staff

from .models import Client


class Topic(StrEnum):
    LOSSES = "losses"
    SERVICES = "services"


@dataclass(frozen=True)
class Past:
    """One line: what, how many of it and, where it is money, how much in yuan."""

    topic: Topic
    label: "str | StrPromise"
    count: int
    amount: Decimal | None = None


Tell = Callable[[Client, datetime, Staff, datetime], list[Past]]
_rooms: dict[str, tuple[int, Tell]] = {}


def register_past(room: str, order: int, tell: Tell) -> None:
    """Add a room's lines; called from AppConfig.ready(). `tell` (client, since, user, now) starts from `visible_*`."""
    _rooms[room] = (order, tell)


def past_of(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    """What happened to the client and was done for him since an instant, as far as the person sees it."""
    ordered = sorted(_rooms.items(), key=lambda room: (room[1][0], room[0]))
    return [one for _room, (_order, tell) in ordered for one in tell(client, since, user, now) if one.count]
