"""Visits by API: listed, read, planned, agreed with the client, handed on (3.1.4, 4.1.A, 4.1.B)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.case_api import CaseOut, HandOnIn, OfClient, acted, handed_on, listed, read
from chengnuo.kit.api import Answer, Id, Instant, Page, Schema, acts, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid

from .. import actions
from ..access import visible_visits
from ..actions import confirm_visit as confirm
from ..forms import colleagues
from ..models import Survey, Visit

router = Router(tags=["visits"])
StateName = Literal[
    "planned", "confirmed", "done", "survey_signed", "survey_unsigned", "followed_up", "filed", "missed", "cancelled"
]
BasisName = Literal["planned", "client", "matter", "emergency", "other"]
Mark = Annotated[int, Field(ge=1, le=5)]
Reason = Annotated[str, Field(max_length=500)]
Item = Annotated[str, Field(min_length=1, max_length=120)]


class PreparedOut(Answer):
    text: str
    done: bool
    why: str = Field(description="Why it was left undone; empty while it may still be done")


class VisitOut(CaseOut):
    version: int
    purpose: str
    contact_id: int | None
    site_id: int | None
    wanted_at: datetime | None = Field(description="When the client would like it")
    agreed_at: datetime | None
    agreed_with: str
    other_wishes: str
    times_moved: int
    is_urgent: bool
    basis: str = Field(description="planned, client, matter, emergency, other; empty while nobody said")
    basis_reason: str
    planned_id: int | None = Field(description="The planned service that it carries out")
    preparation: list[PreparedOut]
    arrived_at: datetime | None
    left_at: datetime | None
    late_minutes: int | None = Field(description="Against the agreed time; None while unknown")
    did: str
    unagreed_because: str
    late_because: str
    ended_because: str
    filed_at: datetime | None
    filed_where: str

    @classmethod
    def of(cls, case: Any, **more: Any) -> Any:
        late: Any = case.late_by
        return super().of(
            case,
            times_moved=case.times_moved or 0,
            preparation=case.preparation or [],
            late_minutes=int(late.total_seconds() // 60) if late is not None else None,
            **more,
        )


class VisitPage(Page):
    visits: list[VisitOut]


class SurveyOut(Answer):
    """《客户服务调查表》."""

    overall: int | None
    marks: dict[str, int] = Field(description="1 to 5 for punctuality, attitude, skill, speed, claims")
    opinions: str
    filled_at: datetime
    outcome: str = Field(description="signed, sealed, refused, absent, sent")
    reason: str
    signer: str
    signed_at: datetime | None
    blob_id: int | None = Field(description="The file that shows the signature or the seal")
    asked_again_at: datetime | None
    asked_again: str


class VisitSurveyOut(VisitOut):
    survey: SurveyOut | None = None

    @classmethod
    def of(cls, case: Any, **more: Any) -> Any:
        survey = Survey.objects.filter(visit_id=case.pk).first()
        told = None
        if survey is not None:
            names = [name for name in SurveyOut.model_fields if name != "blob_id"]
            told = SurveyOut(**{name: getattr(survey, name) for name in names}, blob_id=survey.signature_id)
        return super().of(case, survey=told, **more)


class VisitPlanIn(Schema):
    client_id: Id
    owner_id: Id | None = Field(None, description="Who goes; you unless named")
    purpose: Annotated[str, Field(min_length=1, max_length=500)]
    wanted_at: Instant
    basis: BasisName = Field(description="By what it is given (3.2.4)")
    planned_id: Id | None = Field(None, description="With `planned`: the planned service")
    basis_reason: Reason = Field("", description="Needed for emergency and other")
    contact_id: Id | None = None
    site_id: Id | None = None
    is_urgent: bool = False
    preparation: Annotated[list[Item], Field(max_length=30)] = []


class VisitAgreedIn(Schema):
    agreed_at: Instant
    agreed_with: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Who of the client's")
    other_wishes: Annotated[str, Field(max_length=2000)] = ""


class VisitMoveIn(Schema):
    agreed_at: Instant = Field(description="The new time")
    agreed_with: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Who of the client's agreed")
    why: Reason = ""


@router.get("/visits", response=replies({200: VisitPage}))
def list_visits(
    request: Asked,
    state: Annotated[StateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """Visits that this person sees, newest first."""
    found, following = listed(visible_visits(request.user, request.now), state, client_id, cursor)
    return {"visits": [VisitOut.of(visit) for visit in found], "next": following}


@router.get("/visits/{int:id}", response=replies({200: VisitSurveyOut}))
def get_visit(request: Asked, id: int) -> Any:
    """A visit as it stands, with its survey; that you read it is noted."""
    return VisitSurveyOut.of(read(request, visible_visits(request.user, request.now), id))


@router.post("/visits", response=replies({201: VisitOut}))
def plan_visit(request: Asked, payload: VisitPlanIn) -> Any:
    """Plan a visit to a client of your branch (4.1.A), and say by what it is given (3.2.4)."""
    user, now = request.user, request.now

    def run() -> tuple[int, VisitOut]:
        client = get_object_or_404(visible_clients(user, now), pk=payload.client_id)
        given = payload.model_dump(exclude={"client_id", "owner_id", "contact_id", "site_id"})
        owner = colleagues(client.unit_id).filter(pk=payload.owner_id).first() if payload.owner_id else user
        if owner is None:
            raise Invalid("not_of_unit", clause="4.1.A", owner_id=_("由本机构在职人员上门"))
        contact = site = None
        if payload.contact_id:
            position = client.positions.filter(contact=payload.contact_id).select_related("contact").first()
            contact = get_or_invalid(position, "contact_id", _("这个客户没有这位联系人")).contact
        if payload.site_id:
            site = get_or_invalid(client.sites.filter(pk=payload.site_id).first(), "site_id", _("这个客户没有这个场所"))
        visit = actions.plan_visit(client, **given, owner=owner, contact=contact, site=site, by=user, now=now)
        return 201, VisitOut.of(Visit.objects.select_related("unit").get(pk=visit.pk))

    return acts(request, payload, run)


def get_or_invalid(found: Any, name: str, words: str) -> Any:
    """What was found. Raises Invalid beside the field where it was not."""
    if found is None:
        raise Invalid("unknown", clause="4.1.A", **{name: words})
    return found


@router.post("/visits/{int:id}/confirm", response=replies({200: VisitOut}))
def confirm_visit(request: Asked, id: int, payload: VisitAgreedIn) -> Any:
    """Agree time and business with the client first; who does it owns the visit."""
    rows = visible_visits(request.user, request.now)
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return acted(request, id, payload, rows, VisitOut, lambda visit: confirm(visit, **given))


@router.post("/visits/{int:id}/move", response=replies({200: VisitOut}))
def move_visit(request: Asked, id: int, payload: VisitMoveIn) -> Any:
    """Agree another time before the agreed one has come, with the client's word (4.1.B)."""
    rows = visible_visits(request.user, request.now)
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return acted(request, id, payload, rows, VisitOut, lambda visit: actions.move_visit(visit, **given))


@router.post("/visits/{int:id}/hand-on", response=replies({200: VisitOut}))
def hand_on_visit(request: Asked, id: int, payload: HandOnIn) -> Any:
    """Give a visit to a colleague of its branch; its clocks go on."""
    rows = visible_visits(request.user, request.now)
    return acted(request, id, payload, rows, VisitOut, handed_on(request, payload))
