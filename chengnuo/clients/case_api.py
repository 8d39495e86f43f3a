"""What the APIs of visits, claims and complaints have alike: reading, taking on, handing on."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Schema, acts, paged
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.trail import looked
from chengnuo.people.access import visible_staff

from .cases import Case, hand_to, may_hand_on

AgeName = Annotated[
    Literal["1", "3", "7", "15", "30", "60", "more"] | None,
    Query(description="Days since its entry: up to so many, or more"),
]
ClockOfCase = Annotated[
    Literal["overdue", "today", "soon", "later", "none"] | None, Query(description="Of its next due time")
]
OfClient = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="What is of this client alone")]
Out = TypeVar("Out", bound="CaseOut")
M = TypeVar("M", bound=Model)


class BecauseIn(Schema):
    because: Annotated[str, Field(max_length=500)]


class HandOnIn(Schema):
    to_id: Id = Field(description="A colleague of the branch that handles it")
    reason: Annotated[str, Field(max_length=500)] = ""


class CaseOut(Answer):
    """What every case has, whatever it is about."""

    id: int
    number: str
    unit: str = Field(description="Code of the branch that handles it")
    client_id: int | None = Field(description="None: the caller is not known yet")
    owner_id: int = Field(description="Who answers for it")
    state: str
    matter: str = Field(description="The case in one line")
    entered_at: datetime
    taken_on_at: datetime | None

    @classmethod
    def of(cls: type[Out], case: Any, **more: Any) -> Out:
        plain = {name: getattr(case, name) for name in cls.model_fields if name not in {"unit", *more}}
        return cls(**plain, unit=case.unit.code, **more)


def listed(rows: QuerySet[Any], state: str | None, client_id: int | None, cursor: str) -> tuple[list[Any], str | None]:
    """A part of the cases that the person sees, newest first, and the cursor of the next."""
    rows = rows.select_related("unit")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return paged(rows, cursor)


def read(request: Asked, rows: QuerySet[Any], id: int) -> Any:
    """One of the cases that the person sees; that he read it is noted."""
    case = get_object_or_404(rows.select_related("unit"), pk=id)
    looked(case, by=request.user, now=request.now)
    return case


def acted(
    request: Asked, id: int, payload: Schema, rows: QuerySet[Any], out: type[CaseOut], act: Callable[[Any], Any]
) -> Any:
    """Carry out an act on one of the cases that the person sees, once, and answer with the case as it stands then."""

    def run() -> tuple[int, CaseOut]:
        act(get_object_or_404(rows.select_related("unit", "client"), pk=id))
        return 200, out.of(rows.model._default_manager.select_related("unit").get(pk=id))

    return acts(request, payload, run)


def acted_on_part(
    request: Asked, id: int, payload: Schema, rows: QuerySet[M], act: Callable[[M], int], answer: Callable[[int], Any]
) -> Any:
    """Carry out an act on what belongs to a case, once; `act` gives the key of the case, `answer` the case as told."""

    def run() -> tuple[int, Any]:
        return 200, answer(act(get_object_or_404(rows, pk=id)))

    return acts(request, payload, run)


def handed_on(request: Asked, payload: HandOnIn) -> Callable[[Case], None]:
    """Give a case to a colleague: the act, for `acted`."""

    def hand(case: Case) -> None:
        user, now = request.user, request.now
        if not may_hand_on(user, case, now):
            raise Forbidden(_("只有承办人或机构负责人能转派"), clause="3.1.4")
        to = visible_staff(user, now).filter(pk=payload.to_id).first()
        if to is None:
            raise Invalid("staff_unknown", to_id=_("没有这个人"))
        hand_to(case, to=to, reason=payload.reason, by=user, now=now)

    return hand
