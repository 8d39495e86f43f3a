"""What was spoken in a call, as several operations take it in."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from chengnuo.kit.api import Id, Instant, Schema
from chengnuo.people.models import Staff

from .. import actions
from .asking import Short, colleague

Text = Annotated[str, Field(max_length=20_000)]
Money = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
KindName = Literal["enquiry", "appointment", "complaint", "loss"]
NoReplyName = Literal["", "silence", "wrong_number", "advertising", "unreachable"]


class PromiseIn(Schema):
    what: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="What is promised")
    by: Instant = Field(description="The first promised time")
    to_whom: Short = Field("", description="Who waits for the answer; the caller unless named")
    keeper_id: Id | None = Field(None, description="Who keeps it; the operator unless named")


class CaseIn(Schema):
    kind: Literal["appointment", "complaint", "loss"]
    account: Text = Field("", description="What it is about; the call's content unless said")
    amount: Money | None = Field(None, description="Yuan: the estimate of a loss, or the sum that a complaint is about")
    occurred_at: Instant | None = Field(None, description="Of a loss: when it happened")
    wanted_at: Instant | None = Field(None, description="Of an appointment: when the client would like it")
    owner_id: Id | None = Field(None, description="Who takes it on; the operator or who is on duty unless named")


class ReplyIn(Schema):
    answer: Text = Field("", description="The answer given on the spot")
    no_reply_because: NoReplyName = Field("", description="Why nobody waits for a reply")
    promise: PromiseIn | None = Field(
        None, description="What could not be answered on the spot, and by when it will be"
    )


class SpokenIn(ReplyIn):
    kinds: Annotated[list[KindName], Field(max_length=4)] = Field([], description="What the caller wanted")
    content: Text = Field("", description="What the caller said")
    cases: Annotated[list[CaseIn], Field(max_length=3)] = Field([], description="Cases opened from the call")


def new_promise(payload: PromiseIn | None, user: Staff, now: datetime) -> actions.NewPromise | None:
    if payload is None:
        return None
    keeper = colleague(user, payload.keeper_id, now, "keeper_id") if payload.keeper_id is not None else None
    return actions.NewPromise(payload.what, payload.by, payload.to_whom, keeper)


def new_case(payload: CaseIn, user: Staff, now: datetime) -> actions.NewCase:
    fields: dict[str, Any] = {"account": payload.account}
    if payload.kind == "appointment":
        fields = {"purpose": payload.account, "wanted_at": payload.wanted_at}
    elif payload.kind == "complaint":
        fields |= {"amount": payload.amount}
    else:
        fields |= {"estimate": payload.amount, "occurred_at": payload.occurred_at}
    owner = colleague(user, payload.owner_id, now, "owner_id") if payload.owner_id is not None else None
    return actions.NewCase(payload.kind, fields, owner)


def replied(payload: ReplyIn, user: Staff, now: datetime) -> dict[str, Any]:
    """The answer, the promise or the reason for neither, as the actions take it."""
    return {
        "answer": payload.answer,
        "no_reply_because": payload.no_reply_because,
        "promise": new_promise(payload.promise, user, now),
    }


def spoken(payload: SpokenIn, user: Staff, now: datetime) -> dict[str, Any]:
    """What the caller wanted and was told, as the actions take it."""
    return replied(payload, user, now) | {
        "kinds": payload.kinds,
        "content": payload.content,
        "cases": [new_case(case, user, now) for case in payload.cases],
    }
