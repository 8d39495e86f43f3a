"""The hotline's API: calls, promises and their later acts. The same actions as the pages."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.clients.access import caller_cards
from chengnuo.clients.models import Client, Contact
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Staff, Unit

from . import actions
from .access import must_handle, visible_calls, visible_promises
from .duty_api import router as duty_router
from .models import Call, Promise

router = Router(tags=["hotline"])
router.add_router("", duty_router)

Text = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=60)]
KindName = Literal["enquiry", "appointment", "complaint", "loss"]


class PromiseIn(Schema):
    what: Annotated[str, Field(min_length=1, max_length=500)]
    by: Instant = Field(description="The first promised time")
    to_whom: Short = ""
    keeper_id: Id | None = Field(None, description="Who keeps it; the operator unless named")


class CaseIn(Schema):
    kind: Literal["appointment", "complaint", "loss"]
    account: Text = ""
    amount: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)] | None = Field(
        None, description="Yuan: the estimate of a loss, or the sum that a complaint is about"
    )
    occurred_at: Instant | None = None
    wanted_at: Instant | None = None


class ReplyIn(Schema):
    answer: Text = ""
    no_reply_because: Annotated[str, Field(max_length=14)] = ""
    promise: PromiseIn | None = None


class SpokenIn(ReplyIn):
    kinds: Annotated[list[KindName], Field(max_length=4)] = []
    content: Text = ""
    cases: Annotated[list[CaseIn], Field(max_length=3)] = []


class CallIn(SpokenIn):
    line: Annotated[str, Field(min_length=1, max_length=6)] = Field(description="Code of the branch whose number rang")
    rang_at: Instant
    answered_at: Instant | None = Field(None, description="None: nobody answered, a call back is owed")
    hung_up_at: Instant | None = None
    at_first_ring: bool = True
    caller: Annotated[str, Field(max_length=30)] = ""
    caller_name: Short = ""
    client_id: Id | None = None
    contact_id: Id | None = None


class CallBackIn(SpokenIn):
    at: Instant
    reached: bool = True


class WordIn(Schema):
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    at: Instant | None = Field(None, description="When the client was told; now unless stated")


class AgreedIn(Schema):
    who: Annotated[str, Field(max_length=60)]
    how: Annotated[str, Field(max_length=60)]


class MoveIn(Schema):
    to: Instant
    text: Annotated[str, Field(max_length=5000)] = ""
    client_agreed: AgreedIn | None = None


class WithdrawIn(Schema):
    text: Annotated[str, Field(max_length=5000)] = ""
    client_agreed: AgreedIn | None = None


class HandOverIn(Schema):
    to_id: Id
    text: Annotated[str, Field(max_length=5000)] = ""


class PromiseOut(Answer):
    id: int
    call_id: int
    to_whom: str
    what: str
    first_by: datetime
    by: datetime
    keeper_id: int
    state: str
    times_moved: int
    answered_at: datetime | None

    @classmethod
    def of(cls, promise: Promise) -> "PromiseOut":
        return cls.model_validate(promise, from_attributes=True)


class CallOut(Answer):
    id: int
    number: str
    line: str
    state: str
    caller: str = Field(description="Masked; showing the whole number is an act of a page, on record")
    caller_name: str
    client_id: int | None
    contact_id: int | None
    kinds: list[str]
    content: str
    answer: str
    rang_at: datetime
    answered_at: datetime | None
    hung_up_at: datetime | None
    called_back_at: datetime | None
    promises: list[PromiseOut]

    @classmethod
    def of(cls, call: Call) -> "CallOut":
        plain = {name: getattr(call, name) for name in cls.model_fields if name not in {"line", "promises", "caller"}}
        promises = [PromiseOut.of(promise) for promise in call.promises.all()]
        return cls(**plain, line=call.unit.code, caller=call.masked_caller, promises=promises)


class CallPage(Page):
    calls: list[CallOut]


def _answer(call: Call) -> CallOut:
    return CallOut.of(Call.objects.select_related("unit").prefetch_related("promises").get(pk=call.pk))


@router.post("/calls", response=replies({201: CallOut}))
def register_call(request: Asked, payload: CallIn) -> Any:
    """Write a call into the register; one without `answered_at` is a missed call and owes a call back."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        unit = Unit.objects.filter(code=payload.line, closed_on__isnull=True).first()
        if unit is None:
            raise Invalid("line_unknown", line=_("没有这条热线"))
        client = _client(user, payload.client_id, now)
        who: dict[str, Any] = {
            "unit": unit,
            "client": client,
            "contact": _contact(payload.contact_id, client),
            "caller": payload.caller,
            "caller_name": payload.caller_name,
            "rang_at": payload.rang_at,
            "hung_up_at": payload.hung_up_at,
            "by": user,
            "now": now,
        }
        if payload.answered_at is None:
            if payload.promise or payload.answer or payload.cases or payload.kinds or payload.no_reply_because:
                raise Invalid("missed_call", answered_at=_("没有接听，类别、答复和承诺在回拨时登记"))
            return 201, _answer(actions.enter_missed_call(content=payload.content, **who))
        call = actions.register_call(
            answered_at=payload.answered_at, at_first_ring=payload.at_first_ring, **_spoken(payload, user, now), **who
        )
        return 201, _answer(call)

    return acts(request, payload, run)


@router.get("/calls", response=replies({200: CallPage}))
def list_calls(request: Asked, cursor: str | None = None, client_id: int | None = None) -> Any:
    """The register as this person sees it, newest first."""
    rows = visible_calls(request.user, request.now).select_related("unit").prefetch_related("promises")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(rows, cursor)
    return {"calls": [CallOut.of(call) for call in found], "next": following}


@router.get("/calls/{id}", response=replies({200: CallOut}))
def get_call(request: Asked, id: int) -> Any:
    return CallOut.of(_call(request, id))


@router.post("/calls/{id}/call-back", response=replies({200: CallOut}))
def call_back(request: Asked, id: int, payload: CallBackIn) -> Any:
    """Note that a missed caller was called back, and what he wanted."""

    def run() -> tuple[int, CallOut]:
        user, now = request.user, request.now
        call = actions.call_back(
            _call(request, id), at=payload.at, reached=payload.reached, by=user, now=now, **_spoken(payload, user, now)
        )
        return 200, _answer(call)

    return acts(request, payload, run)


class CallerIn(Schema):
    client_id: Id
    contact_id: Id | None = None


@router.post("/calls/{id}/caller", response=replies({200: CallOut}))
def know_caller(request: Asked, id: int, payload: CallerIn) -> Any:
    """Say afterwards who a caller was that nobody knew."""

    def run() -> tuple[int, CallOut]:
        call = _call(request, id)
        client = _client(request.user, payload.client_id, request.now)
        assert client is not None
        contact = _contact(payload.contact_id, client)
        known = actions.know_caller(call, client=client, contact=contact, by=request.user, now=request.now)
        return 200, _answer(known)

    return acts(request, payload, run)


@router.post("/calls/{id}/reply", response=replies({200: CallOut}))
def reply(request: Asked, id: int, payload: ReplyIn) -> Any:
    """Give a registered call its answer, its promise, or why nobody waits for one."""

    def run() -> tuple[int, CallOut]:
        call = actions.reply(
            _call(request, id),
            answer=payload.answer,
            no_reply_because=payload.no_reply_because,
            promise=_promise_in(payload.promise, request.user, request.now),
            by=request.user,
            now=request.now,
        )
        return 200, _answer(call)

    return acts(request, payload, run)


@router.get("/promises/{id}", response=replies({200: PromiseOut}))
def get_promise(request: Asked, id: int) -> Any:
    return PromiseOut.of(_promise(request, id))


@router.post("/promises/{id}/answer", response=replies({200: PromiseOut}))
def answer_promise(request: Asked, id: int, payload: WordIn) -> Any:
    return _on_promise(request, id, payload, actions.answer_promise, text=payload.text, at=payload.at)


@router.post("/promises/{id}/interim", response=replies({200: PromiseOut}))
def tell_interim(request: Asked, id: int, payload: WordIn) -> Any:
    """Tell the client how it stands; it is no answer."""
    return _on_promise(request, id, payload, actions.tell_interim, text=payload.text, at=payload.at)


@router.post("/promises/{id}/move", response=replies({200: PromiseOut}))
def move_promise(request: Asked, id: int, payload: MoveIn) -> Any:
    """Move a promise before it is due, with the client's word."""
    return _on_promise(
        request, id, payload, actions.move_promise, to=payload.to, text=payload.text, **_agreed(payload.client_agreed)
    )


@router.post("/promises/{id}/withdraw", response=replies({200: PromiseOut}))
def withdraw_promise(request: Asked, id: int, payload: WithdrawIn) -> Any:
    """Withdraw a promise with the client's word, or by the manager's decision."""
    return _on_promise(
        request, id, payload, actions.withdraw_promise, text=payload.text, **_agreed(payload.client_agreed)
    )


@router.post("/promises/{id}/hand-over", response=replies({200: PromiseOut}))
def hand_over_promise(request: Asked, id: int, payload: HandOverIn) -> Any:
    def hand_over(promise: Promise, **who: Any) -> Promise:
        must_handle(request.user, promise, request.now)
        to = visible_staff(request.user, request.now).filter(pk=payload.to_id).first()
        if to is None:
            raise Invalid("staff_unknown", to_id=_("没有这个人"))
        return actions.hand_over_promise(promise, to=to, text=payload.text, **who)

    return _on_promise(request, id, payload, hand_over)


def _on_promise(request: Asked, id: int, payload: Schema, action: Any, **words: Any) -> Any:
    def run() -> tuple[int, PromiseOut]:
        return 200, PromiseOut.of(action(_promise(request, id), by=request.user, now=request.now, **words))

    return acts(request, payload, run)


def _call(request: Asked, id: int) -> Call:
    rows = visible_calls(request.user, request.now).select_related("unit", "client").prefetch_related("promises")
    return get_object_or_404(rows, pk=id)


def _promise(request: Asked, id: int) -> Promise:
    return get_object_or_404(visible_promises(request.user, request.now).select_related("call", "client"), pk=id)


def _client(user: Any, id: int | None, now: datetime) -> Client | None:
    """The client named by a caller: any client of the company by his card; the network answers for all (3.1.1)."""
    if id is None:
        return None
    client = caller_cards(user, now).defer(None).filter(pk=id).first()
    if client is None:
        raise Invalid("client_unknown", client_id=_("没有这个客户"))
    return client


def _contact(id: int | None, client: Client | None) -> Contact | None:
    if id is None:
        return None
    contact = Contact.objects.filter(pk=id, positions__client=client).first() if client else None
    if contact is None:
        raise Invalid("contact_unknown", contact_id=_("这个客户没有这个联系人"))
    return contact


def _promise_in(payload: PromiseIn | None, user: Any, now: datetime) -> actions.NewPromise | None:
    if payload is None:
        return None
    keeper: Staff | None = None
    if payload.keeper_id is not None:
        keeper = visible_staff(user, now).filter(pk=payload.keeper_id, is_active=True).first()
        if keeper is None:
            raise Invalid("staff_unknown", keeper_id=_("没有这个人"))
    return actions.NewPromise(payload.what, payload.by, payload.to_whom, keeper)


def _case(payload: CaseIn) -> actions.NewCase:
    fields: dict[str, Any] = {}
    if payload.kind == "appointment":
        fields = {"purpose": payload.account, "wanted_at": payload.wanted_at}
    elif payload.kind == "complaint":
        fields = {"account": payload.account, "amount": payload.amount}
    else:
        fields = {"account": payload.account, "estimate": payload.amount, "occurred_at": payload.occurred_at}
    return actions.NewCase(payload.kind, fields)


def _spoken(payload: SpokenIn, user: Any, now: datetime) -> dict[str, Any]:
    return {
        "kinds": payload.kinds,
        "content": payload.content,
        "answer": payload.answer,
        "no_reply_because": payload.no_reply_because,
        "promise": _promise_in(payload.promise, user, now),
        "cases": [_case(case) for case in payload.cases],
    }


def _agreed(agreed: AgreedIn | None) -> dict[str, str]:
    return {"agreed_who": agreed.who if agreed else "", "agreed_how": agreed.how if agreed else ""}
