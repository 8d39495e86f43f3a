"""What is done on a visit, by API: prepared, paid, surveyed, reviewed, filed (4.1.1, 4.1.C–4.1.F)."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.clients.case_api import acted
from chengnuo.kit.api import Id, Instant, Schema, replies
from chengnuo.kit.models import Blob
from chengnuo.kit.operations import ANEW, PDF, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import ref

from .. import actions
from ..access import visible_visits
from ..actions import Answers, Given, Signed, Unsigned
from ..models import Visit
from ..views import printing
from .visits import Item, Mark, Reason, VisitOut, VisitSurveyOut

router = Router(tags=["visits"])
QuestionName = Literal["punctuality", "attitude", "skill", "speed", "claims"]
Coordinate = Annotated[float, Field(ge=-20_000, le=20_000)]
Point = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
Stroke = Annotated[list[Point], Field(max_length=5000)]
Name = Annotated[str, Field(max_length=60)]


class PrepareIn(Schema):
    items: Annotated[list[Item], Field(max_length=30)]
    done: Annotated[list[Annotated[int, Field(ge=0, lt=30)]], Field(max_length=30)] = Field(
        [], description="Which are ready, by their place from 0"
    )


class ArriveIn(Schema):
    at: Instant = Field(description="When somebody came")
    version: Id | None = Field(None, description="Refused (409) where the visit is no longer the one you read")


class PreparedIn(Schema):
    done: bool
    why: Annotated[str, Field(max_length=200)] = Field("", description="Needed for what was left undone")


class CarryOutIn(Schema):
    arrived_at: Instant = Field(description="An arrival that is on record stands")
    left_at: Instant
    did: Annotated[str, Field(max_length=5000)] = ""
    prepared: Annotated[list[PreparedIn], Field(max_length=30)] = Field(
        [], description="Every item of the preparation in its order; none: as it was ticked"
    )
    unagreed_because: Reason = Field("", description="Needed where nobody had agreed the visit with the client")
    late_because: Reason = ""
    version: Id | None = Field(None, description="Refused (409) where the visit is no longer the one you read")

    def given(self) -> Given:
        prepared = [(one.done, one.why) for one in self.prepared]
        return Given(self.arrived_at, self.left_at, self.did, prepared, self.unagreed_because, self.late_because)


class SurveyAnswersIn(Schema):
    overall: Mark | None = Field(None, description="Needed on a form that the client signs")
    marks: dict[QuestionName, Mark] = {}
    opinions: Annotated[str, Field(max_length=5000)] = ""
    wishes: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=30)] = Field(
        [], description="Each becomes a matter with its owner and its time"
    )

    def answers(self) -> Answers:
        return Answers(self.overall, {str(name): mark for name, mark in self.marks.items()}, self.opinions, self.wishes)


class SignatureIn(Schema):
    """The client's hand as strokes of points, or his seal on a file of the visit."""

    signer: Name = ""
    signed_at: Instant | None = Field(None, description="Now unless stated")
    strokes: Annotated[list[Stroke], Field(max_length=200)] = Field([], description="Each a list of points [x, y]")
    blob_id: Id | None = Field(None, description="With a seal: the scan, attached to the visit before")


class OutcomeIn(SignatureIn):
    outcome: Literal["signed", "sealed", "refused", "absent", "sent"]
    reason: Reason = Field("", description="Needed for refused, absent and sent")

    def of(self, visit: Visit, request: Asked) -> Signed | Unsigned:
        if self.outcome in ("signed", "sealed"):
            return signed(self, visit, request, is_sealed=self.outcome == "sealed")
        return Unsigned(self.outcome, self.reason)


class SurveyIn(SurveyAnswersIn, OutcomeIn):
    pass


class FinishIn(SurveyIn, CarryOutIn):
    """Visit and survey as one, as a telephone sends them."""

    version: Id


class AskAgainIn(SignatureIn):
    note: Reason = Field("", description="What the client said, where he did not sign")


class WhyIn(Schema):
    why: Annotated[str, Field(min_length=1, max_length=500)]


class LatenessIn(Schema):
    late_because: Annotated[str, Field(min_length=1, max_length=500)]


class ReviewIn(Schema):
    reviewed: Annotated[str, Field(min_length=1, max_length=500)] = Field(description="What is done, and by whom")
    wishes: Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=30)] = Field(
        [], description="What else is to be done"
    )


class VisitFileIn(Schema):
    where: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="In which file of the client")


def signed(given: SignatureIn, visit: Visit, request: Asked, *, is_sealed: bool) -> Signed:
    """Raises Invalid for a seal without a file of this visit."""
    at = given.signed_at or request.now
    if not is_sealed:
        return Signed(given.signer, at, given.strokes)
    where = ref(visit)
    scan = Blob.objects.filter(pk=given.blob_id or 0, subject_type=where.type, subject_pk=where.pk).first()
    if scan is None:
        raise Invalid("no_scan", clause="4.1.D", blob_id=_("先把盖章扫描件加到这次拜访的附件"))
    return Signed(given.signer, at, scan=scan)


def _on(request: Asked, id: int, payload: Schema, act: Callable[[Visit], Any], out: Any = VisitOut) -> Any:
    return acted(request, id, payload, visible_visits(request.user, request.now), out, act)


def _who(request: Asked) -> dict[str, Any]:
    return {"by": request.user, "now": request.now}


@router.post("/visits/{int:id}/prepare", response=replies({200: VisitOut}))
def prepare_visit(request: Asked, id: int, payload: PrepareIn) -> Any:
    """Say what material the visit needs and which of it is ready (4.1.C)."""
    given: dict[str, Any] = {"items": payload.items, "done": set(payload.done), **_who(request)}
    return _on(request, id, payload, lambda visit: actions.prepare_visit(visit, **given))


@router.post("/visits/{int:id}/arrive", response=replies({200: VisitOut}))
def arrive_at_visit(request: Asked, id: int, payload: ArriveIn) -> Any:
    """Somebody is at the client's (4.1.1)."""
    given: dict[str, Any] = {**payload.model_dump(), **_who(request)}
    return _on(request, id, payload, lambda visit: actions.arrive(visit, **given))


@router.post("/visits/{int:id}/carry-out", response=replies({200: VisitOut}))
def carry_out_visit(request: Asked, id: int, payload: CarryOutIn) -> Any:
    """The visit was paid. Not agreed with the client before, or late, it is recorded as a breach (4.1.B, 4.1.1)."""
    given: dict[str, Any] = {"version": payload.version, **_who(request)}
    return _on(request, id, payload, lambda visit: actions.carry_out_visit(visit, payload.given(), **given))


@router.post("/visits/{int:id}/explain", response=replies({200: VisitOut}))
def explain_visit_lateness(request: Asked, id: int, payload: LatenessIn) -> Any:
    """Say why somebody came late; the breach stays (4.1.1)."""
    given: dict[str, Any] = {**payload.model_dump(), **_who(request)}
    return _on(request, id, payload, lambda visit: actions.explain_visit(visit, **given))


@router.post("/visits/{int:id}/miss", response=replies({200: VisitOut}))
def miss_visit(request: Asked, id: int, payload: WhyIn) -> Any:
    """The visit did not take place though it was to (4.1.1)."""
    return _on(request, id, payload, lambda visit: actions.miss_visit(visit, why=payload.why, **_who(request)))


@router.post("/visits/{int:id}/cancel", response=replies({200: VisitOut}))
def cancel_visit(request: Asked, id: int, payload: WhyIn) -> Any:
    """Call the visit off before its time (4.1.B)."""
    return _on(request, id, payload, lambda visit: actions.cancel_visit(visit, why=payload.why, **_who(request)))


@router.post("/visits/{int:id}/survey", response=replies({200: VisitSurveyOut}))
def record_survey(request: Asked, id: int, payload: SurveyIn) -> Any:
    """《客户服务调查表》: signed on the screen, sealed on paper, or not, with the reason (4.1.D)."""

    def act(visit: Visit) -> None:
        actions.record_survey(visit, payload.answers(), payload.of(visit, request), **_who(request))

    return _on(request, id, payload, act, VisitSurveyOut)


@router.post("/visits/{int:id}/finish", response=replies({200: VisitSurveyOut}))
def finish_visit(request: Asked, id: int, payload: FinishIn) -> Any:
    """The visit was paid and its survey is there, or neither: what a telephone sends when it has network again."""

    def act(visit: Visit) -> None:
        outcome = payload.of(visit, request)
        given = payload.given()
        actions.finish_visit(visit, given, payload.answers(), outcome, version=payload.version, **_who(request))

    return _on(request, id, payload, act, VisitSurveyOut)


@router.post("/visits/{int:id}/survey/again", response=replies({200: VisitSurveyOut}))
def ask_again_for_signature(request: Asked, id: int, payload: AskAgainIn) -> Any:
    """The survey was laid before the client once more: signed now, or what he said instead (4.1.D)."""

    def act(visit: Visit) -> None:
        is_signed = bool(payload.strokes or payload.blob_id)
        outcome = signed(payload, visit, request, is_sealed=bool(payload.blob_id)) if is_signed else None
        actions.ask_again(visit, outcome, note=payload.note, **_who(request))

    return _on(request, id, payload, act, VisitSurveyOut)


@router.post("/visits/{int:id}/survey/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_survey(request: Asked, id: int, payload: NothingIn) -> Any:
    """《客户服务调查表》 as it stands, empty while there is none (4.1.D)."""
    return printing.survey_printed(request, id)


@router.post("/visits/{int:id}/follow-up", response=replies({200: VisitOut}))
def follow_up_visit(request: Asked, id: int, payload: ReviewIn) -> Any:
    """The survey was reviewed and sorted (4.1.E)."""
    given: dict[str, Any] = {**payload.model_dump(), **_who(request)}
    return _on(request, id, payload, lambda visit: actions.follow_up_visit(visit, **given))


@router.post("/visits/{int:id}/file", response=replies({200: VisitOut}))
def file_visit(request: Asked, id: int, payload: VisitFileIn) -> Any:
    """What was done lies in the client's file (4.1.F)."""
    return _on(request, id, payload, lambda visit: actions.file_visit(visit, where=payload.where, **_who(request)))
