"""What runs for a client, told by each room for its own records: cases first, then promises by their time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chengnuo.ledger.models import Kept, Ref
from chengnuo.people.models import Staff

from .models import Client

FEW = 8


@dataclass(frozen=True)
class Running:
    """A matter that is not finished. `answer_url` leads to the form that finishes it at once, where there is one."""

    ref: Ref
    number: str
    url: str
    matter: str
    detail: str
    state: str
    due: datetime | None = None
    duty: str = ""
    answer_url: str = ""

    @property
    def key(self) -> str:
        """Names the matter in a form."""
        return f"{self.ref.type}:{self.ref.pk}"


Told = Callable[[Staff, Client, datetime], list[Running]]
_rooms: dict[str, tuple[int, Told]] = {}


def register_running(key: str, order: int, told: Told) -> None:
    """Add a room's matters; called from AppConfig.ready(). `told` starts from its `visible_*`, few at most."""
    _rooms[key] = (order, told)


def running(user: Staff, client: Client, now: datetime) -> list[Running]:
    """Everything that runs for the client and this person may see."""
    ordered = sorted(_rooms.items(), key=lambda room: (room[1][0], room[0]))
    return [one for _key, (_order, told) in ordered for one in told(user, client, now)]


def running_one(user: Staff, client: Client, key: str, now: datetime) -> Kept | None:
    """The running matter that a form names, if it is this client's and this person sees it."""
    return next((one.ref.load() for one in running(user, client, now) if one.key == key), None)
