"""By which plan item a service was given, or why outside the plan (3.2.4). A room of services names it on its records;
the room of plans tells what is planned, by registration."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Staff

from .models import Client

LONGEST_REASON = 500


class ServiceKind(models.TextChoices):
    """What plans promise and rooms of services give (3.2.1)."""

    VISIT = "visit", gettext_lazy("上门拜访")
    SURVEY = "survey", gettext_lazy("风险查勘")
    TRAINING = "training", gettext_lazy("防灾培训")
    DRILL = "drill", gettext_lazy("应急演练")
    CALL = "call", gettext_lazy("电话回访")
    CARE = "care", gettext_lazy("日常维护")
    LETTER = "letter", gettext_lazy("信函")
    RENEWAL = "renewal", gettext_lazy("续保服务")
    ADVICE = "advice", gettext_lazy("保险咨询")
    OTHER = "other", gettext_lazy("其他服务")


AT_THE_CLIENTS = (ServiceKind.VISIT, ServiceKind.SURVEY, ServiceKind.TRAINING, ServiceKind.DRILL)


class Basis(models.TextChoices):
    PLANNED = "planned", gettext_lazy("按服务方案")
    CLIENT = "client", gettext_lazy("客户要求")
    MATTER = "matter", gettext_lazy("热线、协赔或投诉")
    EMERGENCY = "emergency", gettext_lazy("突发事件")
    OTHER = "other", gettext_lazy("其他")


WITH_REASON = (Basis.EMERGENCY, Basis.OTHER)


class Service(Kept):
    """A service given to a client. While it is not said by what, `basis` is empty.

    `planned_id` is the planned service that it carries out; an id and no foreign key, for rooms of services know
    nothing of plans.
    """

    LATER = frozenset({"basis", "basis_reason", "planned_id"})

    basis = models.CharField(
        gettext_lazy("依据"), max_length=10, choices=Basis.choices, blank=True, default="", db_default=""
    )
    basis_reason = models.CharField(
        gettext_lazy("方案外的原因"), max_length=LONGEST_REASON, blank=True, default="", db_default=""
    )
    planned_id = models.BigIntegerField(gettext_lazy("方案项目"), null=True, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Planned:
    """A service that a plan in force promises and that was not given yet, between two days."""

    id: int
    kind: str
    title: str
    opens_on: date
    due_on: date
    number: str
    owner_id: int | None = None
    preparation: str = ""

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}（{self.opens_on:%m-%d} — {self.due_on:%m-%d}）"


@dataclass(frozen=True)
class Room:
    """A room's services: what they are called, who sees them, and the date or time by which they count.

    `gives` are the kinds of planned service that are written down here, on the page `new_url_name`.
    """

    label: "str | StrPromise"
    visible: Callable[[Staff, datetime], "models.QuerySet[Any]"]
    when: str
    gives: Collection[str] = ()
    new_url_name: str = ""

    def new_url(self, client_id: int, planned_id: int) -> str:
        """The page on which a planned service of this client is written down as given."""
        return f"{reverse(self.new_url_name)}?{urlencode({'client': client_id, 'planned': planned_id})}"

    def in_year(self, year: int) -> models.Q:
        """Those of a year in Shanghai."""
        return models.Q(**{f"{self.when}__year": year})


_rooms: list[Room] = []


def register_services(room: Room) -> None:
    """Count a room's services by their basis; called from AppConfig.ready()."""
    _rooms.append(room)


def services_of() -> list[Room]:
    """The rooms of services."""
    return list(_rooms)


def room_of(kind: str) -> Room | None:
    """The room that writes down services of a plan's kind; None where the plan's own page does."""
    return next((room for room in _rooms if kind in room.gives), None)


PlannedFor = Callable[[Client, Collection[str], Staff, datetime], list[Planned]]
MustVisit = Callable[[Collection[int], datetime], Mapping[int, str]]
_planned: list[PlannedFor] = []
_must_visit: list[MustVisit] = []


def register_planned(planned_for: PlannedFor, must_visit: MustVisit) -> None:
    """Tell what is planned for a client, soonest first, and which clients must be visited; from AppConfig.ready()."""
    _planned[:], _must_visit[:] = [planned_for], [must_visit]


def planned_for(client: Client, kinds: Collection[str], user: Staff, now: datetime) -> list[Planned]:
    """What plans in force still promise this client of these kinds, as far as the person sees it (3.2.4)."""
    return [one for tell in _planned for one in tell(client, kinds, user, now)]


def must_be_visited(client_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Of these clients those that must be visited, each with the reason in words: none is put on a round (4.3.1)."""
    return {client: why for tell in _must_visit for client, why in tell(client_ids, now).items()}


def basis_values(
    basis: str, planned_id: int | None, reason: str, offered: Collection[Planned], *, clause: str = "3.2.4"
) -> dict[str, Any]:
    """The three values to store. Raises Invalid (422) for no basis, a plan item that is not offered, and an emergency
    or "other" without its reason. Nothing that a client needs is refused: any basis goes (3.2.4)."""
    reason = reason.strip()
    if basis not in Basis.values:
        raise Invalid("no_basis", clause=clause, basis=_("选这次服务的依据"))
    if basis == Basis.PLANNED and planned_id not in {one.id for one in offered}:
        raise Invalid("not_planned", clause=clause, planned_id=_("选方案里还没办的一项；没有就换别的依据"))
    if basis in WITH_REASON and not reason:
        raise Invalid("no_reason", clause=clause, basis_reason=_("写明方案外的原因"))
    if len(reason) > LONGEST_REASON:
        raise Invalid("too_long", clause=clause, basis_reason=_("最多%s个字") % LONGEST_REASON)
    return {
        "basis": basis,
        "basis_reason": reason if basis != Basis.PLANNED else "",
        "planned_id": planned_id if basis == Basis.PLANNED else None,
    }
