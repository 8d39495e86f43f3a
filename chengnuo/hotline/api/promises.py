"""Promises and what is done on them (3.1.5)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_register, must_handle, visible_promises
from ..models import DutyShift, Promise
from ..rules import presets, warnings
from ..views.list import PROMISES
from .asking import OfBranch, Since, Until, any_branch, colleague, promise_of

router = Router(tags=["hotline"])
PromiseStateName = Literal["open", "moved", "kept", "kept_late", "moved_kept", "moved_late", "withdrawn"]
Words = Annotated[str, Field(max_length=5000)]


class WordIn(Schema):
    text: Annotated[str, Field(min_length=1, max_length=5000)] = Field(description="What the client was told")
    at: Instant | None = Field(None, description="When the client was told; now unless stated")


class AgreedIn(Schema):
    """The client's word."""

    who: Annotated[str, Field(max_length=60)] = Field(description="Who of the client agreed")
    how: Annotated[str, Field(max_length=60)] = Field(description="How: by telephone, message, mail")


class MoveIn(Schema):
    to: Instant = Field(description="The new promised time; the first one stays on record")
    text: Words = ""
    client_agreed: AgreedIn | None = Field(None, description="Needed: a promise is moved with the client's word")


class WithdrawIn(Schema):
    text: Words = Field("", description="Why")
    client_agreed: AgreedIn | None = Field(None, description="Needed of everybody but the branch's manager")


class HandOverIn(Schema):
    to_id: Id = Field(description="Who keeps it from now on")
    text: Words = ""


class PromiseOut(Answer):
    id: int
    call_id: int
    client_id: int | None
    to_whom: str
    what: str
    made_at: datetime
    first_by: datetime = Field(description="The first promised time, which never changes")
    by: datetime = Field(description="The time agreed last")
    keeper_id: int
    state: str = Field(description="`open`, `moved`, `kept`, `kept_late`, `moved_kept`, `moved_late` or `withdrawn`")
    times_moved: int
    answered_at: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, promise: Promise) -> "PromiseOut":
        return cls.model_validate(promise, from_attributes=True)


class PromisePage(Page):
    promises: list[PromiseOut]


class PromiseActOut(Answer):
    id: int
    kind: str = Field(description="`answer`, `interim`, `move`, `withdraw` or `hand_over`")
    at: datetime
    by_id: int | None = Field(description="None: the roster handed it over by itself")
    text: str
    old_by: datetime | None
    new_by: datetime | None
    agreed_who: str
    agreed_how: str


class PromiseActPage(Page):
    acts: list[PromiseActOut]


class HandedOut(Answer):
    handed: int = Field(description="How many promises changed hands")


class PresetOut(Answer):
    key: str
    label: str
    at: datetime


class WarningOut(Answer):
    code: str
    text: str
    instead: datetime | None = Field(description="An earlier time without this warning")


class PromiseTimesOut(Answer):
    presets: list[PresetOut] = Field(description="The usual times to promise by")
    warnings: list[WarningOut] = Field(description="What speaks against `at`; nothing is forbidden by it")


@router.get("/promises", response=replies({200: PromisePage}))
def list_promises(
    request: Asked,
    cursor: Cursor = "",
    client_id: OfClient = None,
    line: OfBranch = None,
    state: Annotated[PromiseStateName | None, Query(description="Where it stands")] = None,
    since: Since = None,
    until: Until = None,
) -> Any:
    """The promises that this person sees, newest first; `since` and `until` are days of the first promised time."""
    rows = visible_promises(request.user, request.now)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    asked = {"unit": any_branch(line, "line"), "state": state, "since": since, "until": until}
    assert PROMISES.narrow is not None
    found, following = paged(PROMISES.narrow(rows, asked), cursor)
    return {"promises": [PromiseOut.of(promise) for promise in found], "next": following}


@router.get("/promise-times", response=replies({200: PromiseTimesOut}))
def get_promise_times(
    request: Asked,
    at: Annotated[Instant | None, Query(description="A time that one thinks of promising")] = None,
    keeper_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Who would keep it; you")] = None,
) -> Any:
    """The times that one may promise by now, and what speaks against `at`: holidays, or that its keeper is off duty."""
    calendar, now = rulebook().calendar, request.now
    against = []
    if at is not None and at > now:
        on_duty = DutyShift.objects.filter(
            staff_id=keeper_id or request.user.pk, is_cancelled=False, starts_at__lte=at, ends_at__gt=at
        )
        against = warnings(at, now, calendar, list(on_duty.values_list("starts_at", "ends_at")))
    times = [PresetOut.model_validate(one, from_attributes=True) for one in presets(now, calendar)]
    return {"presets": times, "warnings": [WarningOut.model_validate(one, from_attributes=True) for one in against]}


@router.post("/promises/hand-over", response=replies({200: HandedOut}))
def hand_over_shift(request: Asked, payload: HandOverIn) -> Any:
    """At a shift's end give all one's running promises to the next on duty."""

    def run() -> tuple[int, HandedOut]:
        user, now = request.user, request.now
        if not may_register(user, now):
            raise Forbidden(_("热线由客户服务人员登记"), clause="3.1.3")
        to = colleague(user, payload.to_id, now, "to_id")
        return 200, HandedOut(handed=actions.hand_over_shift(by=user, to=to, now=now, note=payload.text))

    return acts(request, payload, run)


@router.get("/promises/{int:id}", response=replies({200: PromiseOut}))
def get_promise(request: Asked, id: int) -> Any:
    """A promise as it stands; that you read it is noted."""
    promise = promise_of(request, id)
    looked(promise, by=request.user, now=request.now)
    return PromiseOut.of(promise)


@router.get("/promises/{int:id}/acts", response=replies({200: PromiseActPage}))
def list_promise_acts(request: Asked, id: int, cursor: Cursor = "") -> Any:
    """What was done on a promise, the last first."""
    found, following = paged(promise_of(request, id).acts.all(), cursor)
    return {"acts": [PromiseActOut.model_validate(act, from_attributes=True) for act in found], "next": following}


@router.post("/promises/{int:id}/answer", response=replies({200: PromiseOut}))
def answer_promise(request: Asked, id: int, payload: WordIn) -> Any:
    """Give the promised answer: kept when it reached the client by the first promised time, not a second later."""
    return _on_promise(request, id, payload, actions.answer_promise, text=payload.text, at=payload.at)


@router.post("/promises/{int:id}/interim", response=replies({200: PromiseOut}))
def tell_interim(request: Asked, id: int, payload: WordIn) -> Any:
    """Tell the client how it stands; it is no answer."""
    return _on_promise(request, id, payload, actions.tell_interim, text=payload.text, at=payload.at)


@router.post("/promises/{int:id}/move", response=replies({200: PromiseOut}))
def move_promise(request: Asked, id: int, payload: MoveIn) -> Any:
    """Move a promise before it is due, with the client's word."""
    return _on_promise(
        request, id, payload, actions.move_promise, to=payload.to, text=payload.text, **_agreed(payload.client_agreed)
    )


@router.post("/promises/{int:id}/withdraw", response=replies({200: PromiseOut}))
def withdraw_promise(request: Asked, id: int, payload: WithdrawIn) -> Any:
    """Withdraw a promise with the client's word, or by the manager's decision."""
    return _on_promise(
        request, id, payload, actions.withdraw_promise, text=payload.text, **_agreed(payload.client_agreed)
    )


@router.post("/promises/{int:id}/hand-over", response=replies({200: PromiseOut}))
def hand_over_promise(request: Asked, id: int, payload: HandOverIn) -> Any:
    """Give a running promise to a colleague of the branch; its time stays."""

    def hand_over(promise: Promise, **who: Any) -> Promise:
        must_handle(request.user, promise, request.now)
        to = colleague(request.user, payload.to_id, request.now, "to_id")
        return actions.hand_over_promise(promise, to=to, text=payload.text, **who)

    return _on_promise(request, id, payload, hand_over)


def _on_promise(request: Asked, id: int, payload: Schema, action: Any, **words: Any) -> Any:
    def run() -> tuple[int, PromiseOut]:
        return 200, PromiseOut.of(action(promise_of(request, id), by=request.user, now=request.now, **words))

    return acts(request, payload, run)


def _agreed(agreed: AgreedIn | None) -> dict[str, str]:
    return {"agreed_who": agreed.who if agreed else "", "agreed_how": agreed.how if agreed else ""}
