"""Rounds and their lists (4.3.1, 4.3.A)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, PDF, Cursor, Day, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import units_for_rounds, visible_rounds, visible_scripts
from ..choosing import Criteria
from ..models import Round, RoundClient
from ..progress import progress_of
from ..views import rounds as pages

router = Router(tags=["rounds"])
RoundStateName = Literal["draft", "running", "finished", "cancelled"]
StandName = Literal["waiting", "reached", "unreached", "refused", "wrong", "left_out"]
ClientKind = Literal["", "company", "person", "association"]
Tick = Literal["", "key", "large", "high_risk"]
Line = Literal["", "motor", "accident_health", "liability", "property", "cargo", "engineering", "life", "other"]
Days = Annotated[int, Field(ge=0, le=3660)]


class ChosenBy(Schema):
    """By what clients are chosen; what is left empty narrows nothing."""

    kind: ClientKind = ""
    tick: Tick = ""
    line: Line = Field("", description="With a policy of this line that has not ended")
    expires_within: Days | None = Field(None, description="With a policy that ends within so many days")
    silent_for: Days | None = Field(None, description="With whom nothing passed for so many days")


class RoundIn(Schema):
    unit: Annotated[str, Field(max_length=6)] = Field(description="Code of the branch")
    aim: Annotated[str, Field(max_length=120)]
    script_id: Id
    starts_on: Day
    ends_on: Day
    chosen_by: ChosenBy = Field(description="Whom to call")
    sorted_by: Literal["tier", "expiry", "last"] = "tier"
    scheme: Annotated[str, Field(max_length=2000)] = ""


class EndIn(Schema):
    because: Annotated[str, Field(max_length=500)] = Field("", description="Needed where clients are left")


class LeaveOutIn(Schema):
    reason: Annotated[str, Field(max_length=300)]


class AddClientIn(Schema):
    client_id: Id


class RoundOut(Answer):
    id: int
    number: str
    unit: str = Field(description="Code of the branch")
    aim: str
    scheme: str
    script_id: int
    owner_id: int
    starts_on: Any
    ends_on: Any
    sorted_by: str
    chosen_by: dict[str, Any]
    state: RoundStateName
    drawn_up_at: datetime
    ended_at: datetime | None
    ended_because: str
    counts: dict[str, int] = Field(description="How many of its clients stand how")

    @classmethod
    def of(cls, one: Round, counts: dict[str, int]) -> "RoundOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in {"unit", "counts"}}
        return cls(**plain, unit=one.unit.code, counts=counts)


class RoundPage(Page):
    rounds: list[RoundOut]


class RoundClientOut(Answer):
    id: int
    round_id: int
    client_id: int
    name: str
    place: int
    state: StandName
    reason: str = Field(description="Why he is left out")
    attempts: int
    next_at: datetime = Field(description="When he may be called again")

    @classmethod
    def of(cls, row: RoundClient) -> "RoundClientOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "name"}
        return cls(**plain, name=row.client.name)


class RoundClientPage(Page):
    clients: list[RoundClientOut]


class NextOut(Answer):
    client: RoundClientOut | None = Field(description="Held for you alone for a while; None: nobody now")


@router.get("/rounds", response=replies({200: RoundPage}))
def list_rounds(
    request: Asked,
    cursor: Cursor = "",
    state: Annotated[RoundStateName | None, Query(description="Where it stands")] = None,
) -> Any:
    """The telephone rounds of one's units, newest first."""
    rows = visible_rounds(request.user, request.now).select_related("unit")
    found, following = paged(rows.filter(state=state) if state else rows, cursor)
    told = progress_of([one.pk for one in found])
    return {"rounds": [RoundOut.of(one, dict(told[one.pk].counts)) for one in found], "next": following}


@router.post("/rounds", response=replies({201: RoundOut}))
def open_round(request: Asked, payload: RoundIn) -> Any:
    """Draw up a round. Its clients are chosen and sorted; who must be visited is on it as left out, with the reason."""

    def run() -> tuple[int, RoundOut]:
        user, now = request.user, request.now
        unit = units_for_rounds(user, now).filter(code=payload.unit).first()
        if unit is None:
            raise Invalid("unit_unknown", unit=_("没有这个机构"))
        script = visible_scripts(user, now).filter(pk=payload.script_id, is_latest=True).first()
        if script is None:
            raise Invalid("script_unknown", script_id=_("没有这份用语，或已改版"))
        given = payload.dict(exclude={"unit", "script_id", "chosen_by"})
        criteria = Criteria(**payload.chosen_by.dict())
        one = actions.open_round(unit=unit, script=script, criteria=criteria, by=user, now=now, **given)
        return 201, _out(one)

    return acts(request, payload, run)


@router.get("/rounds/{int:id}", response=replies({200: RoundOut}))
def get_round(request: Asked, id: int) -> Any:
    """A round as it stands, with how far it is; that you read it is noted."""
    one = pages.round_of(request, id)
    looked(one, by=request.user, now=request.now)
    return _out(one)


@router.post("/rounds/{int:id}/start", response=replies({200: RoundOut}))
def start_round(request: Asked, id: int, payload: NothingIn) -> Any:
    """From here on its clients are called."""
    return _acted(request, id, payload, actions.start_round)


@router.post("/rounds/{int:id}/finish", response=replies({200: RoundOut}))
def finish_round(request: Asked, id: int, payload: EndIn) -> Any:
    """End a round; who was not called needs the reason."""
    return _acted(request, id, payload, actions.finish_round, because=payload.because)


@router.post("/rounds/{int:id}/cancel", response=replies({200: RoundOut}))
def cancel_round(request: Asked, id: int, payload: EndIn) -> Any:
    """Give a round up, with the reason; its number stays used."""
    return _acted(request, id, payload, actions.cancel_round, because=payload.because)


@router.post("/rounds/{int:id}/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_round(request: Asked, id: int, payload: NothingIn) -> Any:
    """《客户服务访问计划表》 of a round (4.3.A)."""
    return pages.plan_printed(request, pages.round_of(request, id))


@router.get("/rounds/{int:id}/clients", response=replies({200: RoundClientPage}))
def list_round_clients(
    request: Asked,
    id: int,
    cursor: Cursor = "",
    state: Annotated[StandName | None, Query(description="How they stand")] = None,
) -> Any:
    """The clients on a round's list, the last placed first."""
    rows = pages.round_of(request, id).clients.select_related("client")
    found, following = paged(rows.filter(state=state) if state else rows, cursor)
    return {"clients": [RoundClientOut.of(row) for row in found], "next": following}


@router.post("/rounds/{int:id}/clients", response=replies({201: RoundClientOut}))
def add_round_client(request: Asked, id: int, payload: AddClientIn) -> Any:
    """Put another client of the branch on the list; one who must be visited is refused (409, clause 4.3.1)."""

    def run() -> tuple[int, RoundClientOut]:
        one = pages.round_of(request, id)
        client = visible_clients(request.user, request.now).filter(pk=payload.client_id).first()
        if client is None:
            raise Invalid("client_unknown", client_id=_("没有这个客户"))
        row = actions.add_client(one, client, by=request.user, now=request.now)
        return 201, RoundClientOut.of(row)

    return acts(request, payload, run)


@router.post("/rounds/{int:id}/next", response=replies({200: NextOut}))
def claim_round_client(request: Asked, id: int, payload: NothingIn) -> Any:
    """Who is to be called next; nobody else gets him meanwhile."""

    def run() -> tuple[int, NextOut]:
        row = actions.claim_next(pages.round_of(request, id), by=request.user, now=request.now)
        return 200, NextOut(client=RoundClientOut.of(row) if row else None)

    return acts(request, payload, run)


@router.post("/round-clients/{int:id}/claim", response=replies({200: RoundClientOut}))
def take_round_client(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take this client before his turn; refused (409) while a colleague has him."""

    def run() -> tuple[int, RoundClientOut]:
        row = pages.row_of(request, id)
        actions.claim(row, by=request.user, now=request.now)
        return 200, RoundClientOut.of(row)

    return acts(request, payload, run)


@router.post("/round-clients/{int:id}/leave-out", response=replies({200: RoundClientOut}))
def leave_out_round_client(request: Asked, id: int, payload: LeaveOutIn) -> Any:
    """Take a client off the list of those still to be called, with the reason."""

    def run() -> tuple[int, RoundClientOut]:
        row = pages.row_of(request, id)
        left = actions.leave_out(row, reason=payload.reason, by=request.user, now=request.now)
        return 200, RoundClientOut.of(left)

    return acts(request, payload, run)


def _out(one: Round) -> RoundOut:
    return RoundOut.of(one, dict(progress_of([one.pk])[one.pk].counts))


def _acted(request: Asked, id: int, payload: Schema, act: Callable[..., Round], **given: Any) -> Any:
    def run() -> tuple[int, RoundOut]:
        one = get_object_or_404(visible_rounds(request.user, request.now).select_related("unit"), pk=id)
        return 200, _out(act(one, by=request.user, now=request.now, **given))

    return acts(request, payload, run)
