"""Renewals (3.3.3): listed, told, decided, counted."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor, Day
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.trail import looked
from chengnuo.people.access import visible_staff
from chengnuo.people.models import Unit

from .. import actions
from ..access import may_handle, visible_renewals
from ..models import Renewal
from ..retention import NOTHING, Retention, lost_reasons, retention
from ..views.renewals import NOT_YOURS, narrowed, renewal_of

router = Router(tags=["daily"])
RenewalStateName = Literal["due", "contacted", "quoted", "renewed", "moved", "lost", "not_needed"]
LineName = Literal["motor", "accident_health", "liability", "property", "cargo", "engineering", "life", "other"]
LostName = Literal["price", "terms", "service", "direct", "other_broker", "other"]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
Insurer = Annotated[str, Field(max_length=80)]
Why = Annotated[str, Field(max_length=500, description="Why")]
First = Annotated[Day | None, Query(description="First day of expiry")]
Last = Annotated[Day | None, Query(description="Last day of expiry, included")]
OfUnit = Annotated[str | None, Query(max_length=6, description="Code of a branch: what is of it alone")]
OfLine = Annotated[LineName | None, Query(description="Line of business")]


class RenewalWordIn(Schema):
    text: Annotated[str, Field(max_length=5000)] = Field(description="What was said")


class QuoteIn(Schema):
    insurer: Insurer
    premium: Yuan = Field(description="Yuan, to the fen")
    changes: Annotated[str, Field(max_length=2000)] = Field("", description="What differs from the old policy")


class RenewIn(Schema):
    no: Annotated[str, Field(max_length=60)] = Field(description="Number of the new policy")
    insurer: Insurer
    premium: Yuan
    starts_on: Day | None = Field(None, description="The day after the old policy's last, unless stated")
    ends_on: Day | None = Field(None, description="For as long as the old policy, unless stated")
    text: Why = ""


class LoseIn(Schema):
    reason: LostName
    text: Why


class RenewalWhyIn(Schema):
    text: Why


class RenewalHandOnIn(Schema):
    to_id: Id = Field(description="A colleague of the branch")


class TermsOut(Answer):
    insurer: str
    premium: Decimal
    changes: str
    quoted_at: datetime
    by_id: int


class RenewalOut(Answer):
    id: int
    number: str
    unit: str = Field(description="Code of the branch")
    client_id: int
    policy_id: int
    policy_no: str
    line: LineName
    owner_id: int | None
    expires_on: date
    state: RenewalStateName
    opened_at: datetime
    contacted_at: datetime | None
    quoted_at: datetime | None
    decided_at: datetime | None
    new_policy_id: int | None
    lost_reason: str
    decided_because: str

    @classmethod
    def of(cls, one: Renewal) -> "RenewalOut":
        plain = {name: getattr(one, name) for name in cls.model_fields if name not in {"unit", "policy_no"}}
        return cls(**plain, unit=one.unit.code, policy_no=one.policy.no)


class RenewalWithTermsOut(RenewalOut):
    terms: list[TermsOut] = Field(description="The terms told, the last first")


class RenewalPage(Page):
    renewals: list[RenewalOut]


class RetentionOut(Answer):
    due: int = Field(description="Ended in the period, but for what is not needed any more")
    kept: int
    lost: int
    waiting: int
    rate: float | None = Field(description="Kept ÷ due, in percent")

    @classmethod
    def of(cls, one: Retention) -> "RetentionOut":
        return cls.model_validate(one, from_attributes=True)


class RetentionByOut(Answer):
    whole: RetentionOut
    by_unit: dict[str, RetentionOut] = Field(description="By the branch's code")
    lost_by_reason: dict[str, int]


@router.get("/renewals", response=replies({200: RenewalPage}))
def list_renewals(
    request: Asked,
    cursor: Cursor = "",
    client_id: OfClient = None,
    unit: OfUnit = None,
    line: OfLine = None,
    state: Annotated[RenewalStateName | None, Query(description="Where it stands")] = None,
    since: First = None,
    until: Last = None,
) -> Any:
    """Renewals, the last opened first."""
    rows = visible_renewals(request.user, request.now).select_related("unit", "policy")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    asked = {"view": "all", "unit": _unit(unit), "line": line, "state": state, "since": since, "until": until}
    found, following = paged(narrowed(rows, asked), cursor)
    return {"renewals": [RenewalOut.of(one) for one in found], "next": following}


@router.get("/renewals/retention", response=replies({200: RetentionByOut}))
def get_retention(
    request: Asked, unit: OfUnit = None, line: OfLine = None, since: First = None, until: Last = None
) -> Any:
    """How many policies that ended stayed with us, and why others went."""
    asked = {"view": "all", "unit": _unit(unit), "line": line, "since": since, "until": until}
    rows = narrowed(visible_renewals(request.user, request.now), asked)
    codes = dict(Unit.objects.values_list("pk", "code"))
    return RetentionByOut(
        whole=RetentionOut.of(retention(rows).get("", NOTHING)),
        by_unit={codes[key]: RetentionOut.of(one) for key, one in retention(rows, "unit").items()},
        lost_by_reason=dict(lost_reasons(rows)),
    )


@router.get("/renewals/{int:id}", response=replies({200: RenewalWithTermsOut}))
def get_renewal(request: Asked, id: int) -> Any:
    """A renewal with the terms that were told; that you read it is noted."""
    one = renewal_of(request, id)
    looked(one, by=request.user, now=request.now)
    terms = [TermsOut.model_validate(row, from_attributes=True) for row in one.terms.order_by("-pk")]
    return RenewalWithTermsOut(**RenewalOut.of(one).dict(), terms=terms)


@router.post("/renewals/{int:id}/contact", response=replies({200: RenewalOut}))
def contact_renewal(request: Asked, id: int, payload: RenewalWordIn) -> Any:
    """The client was spoken to about the renewal."""
    return _acted(request, id, payload, actions.contact_client)


@router.post("/renewals/{int:id}/quote", response=replies({200: RenewalOut}))
def quote_renewal(request: Asked, id: int, payload: QuoteIn) -> Any:
    """The client was told terms; earlier ones stay."""
    return _acted(request, id, payload, actions.quote)


@router.post("/renewals/{int:id}/renew", response=replies({200: RenewalOut}))
def renew_policy(request: Asked, id: int, payload: RenewIn) -> Any:
    """The client renewed; the new policy is registered unless it is on file already."""
    return _acted(request, id, payload, actions.renew)


@router.post("/renewals/{int:id}/lose", response=replies({200: RenewalOut}))
def lose_renewal(request: Asked, id: int, payload: LoseIn) -> Any:
    """The client does not renew with us, and why."""
    return _acted(request, id, payload, actions.lose)


@router.post("/renewals/{int:id}/need-no-more", response=replies({200: RenewalOut}))
def close_renewal(request: Asked, id: int, payload: RenewalWhyIn) -> Any:
    """Nothing is to be renewed, and why."""
    return _acted(request, id, payload, actions.need_no_more)


@router.post("/renewals/{int:id}/hand-on", response=replies({200: RenewalOut}))
def hand_on_renewal(request: Asked, id: int, payload: RenewalHandOnIn) -> Any:
    """Give an open renewal to somebody of its branch; its days stay."""

    def run() -> tuple[int, RenewalOut]:
        renewal = renewal_of(request, id)
        if not may_handle(request.user, renewal, request.now):
            raise Forbidden(str(NOT_YOURS), clause="3.3.3")
        to = visible_staff(request.user, request.now).filter(pk=payload.to_id).first()
        if to is None:
            raise Invalid("staff_unknown", to_id=_("没有这个人"))
        actions.hand_on(renewal, to=to, by=request.user, now=request.now)
        return 200, RenewalOut.of(renewal_of(request, id))

    return acts(request, payload, run)


@router.post("/renewals/{int:id}/decide-anew", response=replies({200: RenewalOut}))
def reopen_renewal(request: Asked, id: int, payload: RenewalWhyIn) -> Any:
    """The client changed his mind, or the decision was entered wrongly."""
    return _acted(request, id, payload, actions.decide_anew)


def _unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    unit = Unit.objects.filter(code=code, kind=Unit.Kind.BRANCH).first()
    if unit is None:
        raise Invalid("unit_unknown", unit=_("没有这个机构"))
    return unit


def _acted(request: Asked, id: int, payload: Schema, act: Callable[..., Renewal]) -> Any:
    def run() -> tuple[int, RenewalOut]:
        given = payload.dict()
        act(renewal_of(request, id), by=request.user, now=request.now, **given)
        return 200, RenewalOut.of(renewal_of(request, id))

    return acts(request, payload, run)
