"""Calls: registered, read, called back, replied to, made cases of, voided (3.1.2 to 3.1.4)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import ANEW, Cursor, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import ref
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import visible_calls
from ..models import Call
from ..views.list import CALLS
from .asking import Code, OfBranch, Short, Since, Until, any_branch, branch, call_of, caller_of, matter, with_promises
from .promises import PromiseOut
from .spoken import CaseIn, KindName, ReplyIn, SpokenIn, new_case, replied, spoken

router = Router(tags=["hotline"])
ViewName = Literal["", "call_back", "open", "missed"]
CallStateName = Literal[
    "ringing",
    "answered",
    "missed",
    "overflow",
    "answered_elsewhere",
    "call_back_owed",
    "registered",
    "closed",
    "void",
]


class CallIn(SpokenIn):
    line: Code = Field(description="Code of the branch whose number rang")
    rang_at: Instant = Field(description="When it rang")
    answered_at: Instant | None = Field(None, description="None: nobody answered, a call back is owed")
    hung_up_at: Instant | None = None
    at_first_ring: bool = Field(True, description="False: it rang on and was answered elsewhere")
    caller: Annotated[str, Field(max_length=30)] = Field("", description="The number that rang, as written")
    caller_name: Short = ""
    client_id: Id | None = None
    contact_id: Id | None = Field(None, description="Who of the client's contacts called")
    about: Annotated[str, Field(max_length=80)] = Field(
        "", description="The client's running matter that the call is about: a `key` of `GET /clients/{id}/running`"
    )


class CallBackIn(SpokenIn):
    at: Instant = Field(description="When he was called back")
    reached: bool = Field(True, description="False: an attempt; it meets the duty all the same")


class CallerIn(Schema):
    client_id: Id
    contact_id: Id | None = None


class VoidIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class CallOut(Answer):
    id: int
    number: str = Field(description="Number in the register, for good")
    line: str = Field(description="Code of the branch whose number rang")
    channel: str = Field(description="`phone`, `mail` or `web`")
    state: str = Field(description="One of the states of `GET /calls?state=`")
    caller: str = Field(description="Masked; showing the whole number is an act of its own, on record")
    caller_name: str
    client_id: int | None
    contact_id: int | None
    kinds: list[str]
    content: str
    answer: str
    no_reply_because: str
    operator_id: int | None = Field(description="Who answered, or called back")
    at_first_ring: bool
    rang_at: datetime
    answered_at: datetime | None
    hung_up_at: datetime | None
    called_back_at: datetime | None
    entered_at: datetime
    void_because: str
    promises: list[PromiseOut]

    @classmethod
    def of(cls, call: Call) -> "CallOut":
        plain = {name: getattr(call, name) for name in cls.model_fields if name not in {"line", "promises", "caller"}}
        promises = [PromiseOut.of(promise) for promise in call.promises.all()]
        return cls(**plain, line=call.unit.code, caller=call.masked_caller, promises=promises)


class CallPage(Page):
    calls: list[CallOut]


class OpenedOut(Answer):
    """The case that was opened: read it at `/visits/{id}`, `/claims/{id}` or `/complaints/{id}`."""

    type: str = Field(description="`visits.visit`, `claims.claim` or `complaints.complaint`")
    id: int
    number: str


class NumberOut(Answer):
    number: str = Field(description="The whole number as it was written down; that you saw it is on record")


def answer_of(request: Asked, call: Call) -> CallOut:
    """The call as it stands now."""
    return CallOut.of(with_promises(request, Call.objects.all()).get(pk=call.pk))


@router.post("/calls", response=replies({201: CallOut}))
def register_call(request: Asked, payload: CallIn) -> Any:
    """Write a call into the register; one without `answered_at` is a missed call and owes a call back."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        client, contact = caller_of(user, payload.client_id, payload.contact_id, payload.caller, now)
        who: dict[str, Any] = {
            "unit": branch(payload.line, "line"),
            "client": client,
            "contact": contact,
            "caller": payload.caller,
            "caller_name": payload.caller_name,
            "rang_at": payload.rang_at,
            "hung_up_at": payload.hung_up_at,
            "by": user,
            "now": now,
        }
        if payload.answered_at is None:
            _nobody_spoke(payload)
            return 201, answer_of(request, actions.enter_missed_call(content=payload.content, **who))
        call = actions.register_call(
            answered_at=payload.answered_at,
            at_first_ring=payload.at_first_ring,
            about=matter(user, payload.about, client, now),
            **spoken(payload, user, now),
            **who,
        )
        return 201, answer_of(request, call)

    return acts(request, payload, run)


def _nobody_spoke(payload: CallIn) -> None:
    said = (payload.promise, payload.answer, payload.cases, payload.kinds, payload.no_reply_because, payload.about)
    if any(said):
        raise Invalid("missed_call", answered_at=_("没有接听，类别、答复和承诺在回拨时登记"))


@router.get("/calls", response=replies({200: CallPage}))
def list_calls(
    request: Asked,
    cursor: Cursor = "",
    client_id: OfClient = None,
    line: OfBranch = None,
    kind: Annotated[KindName | None, Query(description="What the caller wanted, among else")] = None,
    state: Annotated[CallStateName | None, Query(description="Where it stands")] = None,
    view: Annotated[ViewName, Query(description="What waits for a call back, for its reply, or was missed")] = "",
    since: Since = None,
    until: Until = None,
    q: Annotated[str, Query(max_length=60, description="A number, a telephone, or how a name begins")] = "",
) -> Any:
    """The register as this person sees it, newest entry first.

    `since` and `until` are days of ringing; `q` is a number of the register, a telephone (whole or its last four
    digits), or how the caller's or the client's name begins.
    """
    rows = with_promises(request, visible_calls(request.user, request.now))
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    asked = {"unit": any_branch(line, "line"), "kind": kind, "state": state, "view": view}
    assert CALLS.narrow is not None
    found, following = paged(CALLS.narrow(rows, {**asked, "since": since, "until": until, "q": q}), cursor)
    return {"calls": [CallOut.of(call) for call in found], "next": following}


@router.get("/calls/{int:id}", response=replies({200: CallOut}))
def get_call(request: Asked, id: int) -> Any:
    """A row of the register with its promises; that you read it is noted."""
    call = call_of(request, id)
    looked(call, by=request.user, now=request.now)
    return CallOut.of(call)


@router.post("/calls/{int:id}/call-back", response=replies({200: CallOut}))
def call_back(request: Asked, id: int, payload: CallBackIn) -> Any:
    """Note that a missed caller was called back, and what he wanted."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        words = spoken(payload, user, now)
        call = actions.call_back(
            call_of(request, id), at=payload.at, reached=payload.reached, by=user, now=now, **words
        )
        return 200, answer_of(request, call)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/caller", response=replies({200: CallOut}))
def know_caller(request: Asked, id: int, payload: CallerIn) -> Any:
    """Say afterwards who a caller was that nobody knew."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        call = call_of(request, id)
        client, contact = caller_of(user, payload.client_id, payload.contact_id, call.caller, now)
        assert client is not None
        return 200, answer_of(request, actions.know_caller(call, client=client, contact=contact, by=user, now=now))

    return acts(request, payload, run)


@router.post("/calls/{int:id}/reply", response=replies({200: CallOut}))
def reply(request: Asked, id: int, payload: ReplyIn) -> Any:
    """Give a registered call its answer, its promise, or why nobody waits for one."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        call = actions.reply(call_of(request, id), by=user, now=now, **replied(payload, user, now))
        return 200, answer_of(request, call)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/cases", response=replies({201: OpenedOut}))
def open_case(request: Asked, id: int, payload: CaseIn) -> Any:
    """Open an appointment, a complaint or a notice of loss from a registered call, linked both ways (3.1.4)."""

    def run() -> tuple[int, OpenedOut]:
        user, now = request.user, request.now
        call = call_of(request, id)
        case = actions.open_case(call, new_case(payload, user, now), by=user, now=now)
        return 201, OpenedOut(type=ref(case).type, id=case.pk, number=case.number)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/void", response=replies({200: CallOut}))
def void_call(request: Asked, id: int, payload: VoidIn) -> Any:
    """Void a wrong entry with its reason; it keeps its number (3.1.3)."""

    def run() -> tuple[int, CallOut]:
        call = actions.void_call(call_of(request, id), reason=payload.reason, by=request.user, now=request.now)
        return 200, answer_of(request, call)

    return acts(request, payload, run)


@router.post("/calls/{int:id}/number", response=replies({200: NumberOut}), openapi_extra=ANEW)
def show_caller_number(request: Asked, id: int, payload: NothingIn) -> Any:
    """Show the whole number of a caller, for who handles the call; each showing is on record."""
    return {"number": actions.show_number(call_of(request, id), by=request.user, now=request.now)}
