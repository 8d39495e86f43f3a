"""Claims by API: listed, read, noticed, registered, handed on, and what becomes known of one (3.1.4, 3.4.1)."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.case_api import AgeName, BecauseIn, ClockOfCase, HandOnIn, OfClient, handed_on, listed, read
from chengnuo.clients.lenses import looked_at
from chengnuo.clients.models import Client
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Id, Instant, Schema, acts, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid

from .. import actions
from ..access import visible_claims
from ..lenses import LENSES
from ..models import Claim
from .shown import ClaimOut, ClaimPage, ClaimRow, on_claim, seen

router = Router()
LensName = Literal["open", "mine", "due", "with_centre", "client", "insurer", "centre", "serious"]
StateName = Literal[
    "reported",
    "registered",
    "surveyed",
    "documents",
    "submitted",
    "accepted",
    "partly",
    "declined",
    "disputed",
    "paid",
    "recovery",
    "closed",
    "filed",
]


Line = Literal["", "property", "engineering", "motor", "liability", "cargo", "accident_health", "life", "other"]
PartyName = Literal["client", "insurer", "surveyor", "adjuster", "third"]
ChannelName = Literal["phone", "visit", "mail", "letter", "chat"]
ClockName = Literal["decision", "advance", "refusal", "payment"]


class LossIn(Schema):
    account: Annotated[str, Field(max_length=4000, description="What happened")]
    occurred_at: Annotated[Instant | None, Field(description="When it happened")] = None
    policy_id: Annotated[
        Id | None,
        Field(description="The policy that covers the day; None on entry: found by the day where only one can be it"),
    ] = None
    line: Annotated[Line, Field(description="The line of business, where no policy says it")] = ""
    site_id: Annotated[Id | None, Field(description="The client's site")] = None
    place: Annotated[str, Field(max_length=200)] = ""
    cause: Annotated[str, Field(max_length=200)] = ""
    reporter: Annotated[str, Field(max_length=60)] = ""
    reporter_phone: Annotated[str, Field(max_length=30)] = ""


class NoticeIn(LossIn):
    client_id: Id
    reported_at: Instant = Field(description="When it was reported")
    estimate: Annotated[Decimal | None, Field(ge=0, max_digits=16, decimal_places=2, description="Yuan")] = None
    deaths: Annotated[int, Field(ge=0, le=30_000)] = 0
    serious_injuries: Annotated[int, Field(ge=0, le=30_000)] = 0


class SumIn(Schema):
    amount: Decimal = Field(ge=0, max_digits=16, decimal_places=2)
    currency: Annotated[str, Field(min_length=3, max_length=3)] = "CNY"
    rate: Annotated[Decimal | None, Field(gt=0, description="Yuan for one of it; needed for other money")] = None
    basis: Annotated[str, Field(max_length=200, description="By what it is estimated")]
    said_by: Annotated[str, Field(max_length=60, description="Who estimates it")]
    true_at: Instant = Field(description="When it was so")


class CasualtiesIn(Schema):
    deaths: Annotated[int, Field(ge=0, le=30_000)]
    serious_injuries: Annotated[int, Field(ge=0, le=30_000)]
    source: Annotated[str, Field(max_length=200, description="From whom it is known")]
    true_at: Instant = Field(description="When it was so")


class OccurrenceIn(Schema):
    other_id: Id = Field(description="Another claim of the same client")


class SpokenIn(Schema):
    party: PartyName = Field(description="With whom")
    channel: ChannelName
    who: Annotated[str, Field(max_length=60, description="The person spoken with")]
    said: Annotated[str, Field(max_length=2000)]
    spoken_at: Instant


class InsurerReminderIn(Schema):
    of: ClockName = Field(description="Which clock ran out")
    channel: ChannelName
    who: Annotated[str, Field(max_length=60, description="To whom")]
    sent_at: Instant


class LimitationIn(Schema):
    how: Annotated[str, Field(max_length=500, description="A demand, an acknowledgement, a suit")]
    from_at: Instant = Field(description="From when it runs anew")


def _loss(payload: LossIn, client: Client | None) -> actions.Loss:
    """What is said of the loss; a policy or a site that is not the client's is none."""
    given = payload.model_dump(include=set(LossIn.model_fields) - {"policy_id", "site_id"})
    for name, key in (("policy", payload.policy_id), ("site", payload.site_id)):
        if key is None:
            continue
        rows: Any = {"policy": client.policies, "site": client.sites}[name] if client else None
        given[name] = rows.filter(pk=key).first() if rows else None
        if given[name] is None:
            raise Invalid(name, clause="3.4.1", **{f"{name}_id": _("选这个客户名下的")})
    return actions.Loss(**given)


def _looked_at(request: Asked, lens: str | None, age: str | None, clock: str | None) -> QuerySet[Claim]:
    asked = {"lens": lens, "age": age, "clock": clock, "state": ""}
    return looked_at(visible_claims(request.user, request.now), asked, LENSES, request.user, request.now)


@router.get("/claims", response=replies({200: ClaimPage}))
def list_claims(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    lens: Annotated[LensName | None, Query(description="What it waits for, or what it may become")] = None,
    age: AgeName = None,
    clock: ClockOfCase = None,
    cursor: Cursor = "",
) -> Any:
    """Claims that this person sees, newest first."""
    found, following = listed(_looked_at(request, lens, age, clock), state, client_id, cursor)
    return {"claims": [ClaimRow.of(claim) for claim in found], "next": following}


@router.get("/claims/{int:id}", response=replies({200: ClaimOut}))
def get_claim(request: Asked, id: int) -> Any:
    """A claim as it stands; that you read it is noted."""
    return ClaimOut.of(read(request, seen(request), id))


@router.post("/claims/{int:id}/register", response=replies({200: ClaimOut}))
def register_claim(request: Asked, id: int, payload: NothingIn) -> Any:
    """Register the loss and open its claim file; who does it owns the claim."""
    return on_claim(request, id, payload, lambda claim: actions.register_claim(claim, **who(request)))


@router.post("/claims/{int:id}/hand-on", response=replies({200: ClaimOut}))
def hand_on_claim(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a claim to a colleague of its branch; its clocks go on."""
    return on_claim(request, id, payload, handed_on(request, payload))


@router.post("/claims", response=replies({201: ClaimOut}))
def enter_claim(request: Asked, payload: NoticeIn) -> Any:
    """A notice of loss that came otherwise than by the hotline, registered at once (3.4.1)."""

    def run() -> tuple[int, ClaimOut]:
        client = get_object_or_404(visible_clients(request.user, request.now), pk=payload.client_id)
        more = {name: getattr(payload, name) for name in ("reported_at", "estimate", "deaths", "serious_injuries")}
        claim = actions.enter_claim(client, _loss(payload, client), **more, **who(request))
        return 201, ClaimOut.of(seen(request).select_related("unit").get(pk=claim.pk))

    return acts(request, payload, run)


@router.post("/claims/{int:id}/state", response=replies({200: ClaimOut}))
def state_claim_loss(request: Asked, id: int, payload: LossIn) -> Any:
    """Say more exactly what was lost, where, when, under which policy; old and new are kept (3.4.1)."""
    return on_claim(
        request,
        id,
        payload,
        lambda claim: actions.state_loss(claim, _loss(payload, claim.client), **who(request)),
    )


@router.post("/claims/{int:id}/estimates", response=replies({200: ClaimOut}))
def add_claim_estimate(request: Asked, id: int, payload: SumIn) -> Any:
    """Say what the loss is thought to come to now; earlier estimates stay (3.4.1)."""
    given = actions.Sum(payload.amount, payload.currency.upper(), payload.rate)
    more: dict[str, Any] = {"basis": payload.basis, "said_by": payload.said_by, "true_at": payload.true_at}
    return on_claim(request, id, payload, lambda claim: actions.revise_estimate(claim, given, **more, **who(request)))


@router.post("/claims/{int:id}/casualties", response=replies({200: ClaimOut}))
def count_claim_casualties(request: Asked, id: int, payload: CasualtiesIn) -> Any:
    """Say how many died and were seriously injured (3.4.3)."""
    more: dict[str, Any] = {**payload.model_dump(), **who(request)}
    return on_claim(request, id, payload, lambda claim: actions.count_casualties(claim, **more))


@router.post("/claims/{int:id}/difficult", response=replies({200: ClaimOut}))
def declare_claim_difficult(request: Asked, id: int, payload: BecauseIn) -> Any:
    """Declare the case difficult, with the reason: it goes to the centre (3.4.3)."""
    more: dict[str, Any] = {"because": payload.because, **who(request)}
    return on_claim(request, id, payload, lambda claim: actions.declare_difficult(claim, **more))


@router.post("/claims/{int:id}/occurrence", response=replies({200: ClaimOut}))
def join_claim_occurrence(request: Asked, id: int, payload: OccurrenceIn) -> Any:
    """Say that two claims of a client come from one occurrence: their estimates are added up (3.4.3)."""

    def act(claim: Claim) -> None:
        other = visible_claims(request.user, request.now).filter(pk=payload.other_id).first()
        if other is None:
            raise Invalid("other", clause="3.4.3", other_id=_("没有这个案件"))
        actions.join_occurrence(claim, other, **who(request))

    return on_claim(request, id, payload, act)


@router.post("/claims/{int:id}/weigh", response=replies({200: ClaimOut}))
def weigh_claim(request: Asked, id: int, payload: BecauseIn) -> Any:
    """Asked whether it is difficult or disputed: it is not, and why (3.4.3)."""
    return on_claim(request, id, payload, lambda claim: actions.weigh(claim, because=payload.because, **who(request)))


@router.post("/claims/{int:id}/speak", response=replies({200: ClaimOut}))
def speak_of_claim(request: Asked, id: int, payload: SpokenIn) -> Any:
    """Write down who was spoken with, and what was said (3.4.2)."""
    more: dict[str, Any] = {**payload.model_dump(), **who(request)}
    return on_claim(request, id, payload, lambda claim: actions.speak(claim, **more))


@router.post("/claims/{int:id}/remind", response=replies({200: ClaimOut}))
def remind_claim_insurer(request: Asked, id: int, payload: InsurerReminderIn) -> Any:
    """The insurer was reminded of a clock that ran out (保险法 23–25)."""
    more: dict[str, Any] = {**payload.model_dump(), **who(request)}
    return on_claim(request, id, payload, lambda claim: actions.remind_insurer(claim, **more))


@router.post("/claims/{int:id}/limitation", response=replies({200: ClaimOut}))
def secure_claim_limitation(request: Asked, id: int, payload: LimitationIn) -> Any:
    """The limitation was interrupted: it runs anew from then (民法典 195)."""
    more: dict[str, Any] = {**payload.model_dump(), **who(request)}
    return on_claim(request, id, payload, lambda claim: actions.secure_limitation(claim, **more))
