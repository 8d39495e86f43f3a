"""The course of a complaint by API: assessed, investigated, answered in between, paused, extended (3.6.1)."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.clients.case_api import BecauseIn
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Id, Instant, Schema, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.people.access import visible_staff

from .. import actions
from ..access import may_handle
from ..actions.held import FORBIDDEN
from ..models import Complaint
from .facts import ChannelName
from .shown import ComplaintOut, on_complaint

router = Router()
Whom = Annotated[str, Field(max_length=60)]


class AssessIn(Schema):
    finding: Annotated[str, Field(max_length=1000, description="Whether facts and responsibility are clear")]
    complex_because: Annotated[str, Field(max_length=500, description="Why it is complex; empty: it is not")] = ""


class DeclareIn(BecauseIn):
    cause: Literal["influence", "sued", "harm", "difficult"]


class InvestigationIn(Schema):
    plan: Annotated[str, Field(max_length=2000, description="What is looked into, by whom")]


class FoundIn(Schema):
    found: Annotated[str, Field(max_length=4000)]
    true_at: Instant = Field(description="When it was so")


class InterimReplyIn(Schema):
    said: Annotated[str, Field(max_length=2000)]
    whom: Whom
    channel: ChannelName
    spoken_at: Instant


class PauseIn(BecauseIn):
    kind: Literal["appraisal", "mediation"]
    told_at: Annotated[Instant | None, Field(description="An appraisal not told of does not stop the clock")] = None
    told_whom: Whom = ""


class PauseToldIn(Schema):
    told_at: Instant
    told_whom: Whom


class ResultIn(Schema):
    result: Annotated[str, Field(max_length=2000)]


class ToldIn(Schema):
    told_at: Instant
    channel: ChannelName
    whom: Whom


class RecusalIn(BecauseIn):
    staff_id: Id = Field(description="Who has an interest")


class WithdrawalIn(BecauseIn):
    whom: Whom
    channel: ChannelName
    said_at: Instant


@router.post("/complaints/{int:id}/assess", response=replies({200: ComplaintOut}))
def assess_complaint(request: Asked, id: int, payload: AssessIn) -> Any:
    """Whether facts and responsibility are clear, and whether it is complex (3.6.1)."""
    return on_complaint(request, id, payload, lambda one: actions.assess(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/declare", response=replies({200: ComplaintOut}))
def declare_complaint(request: Asked, id: int, payload: DeclareIn) -> Any:
    """It is major or difficult, with the reason: the centre sees it at once (3.6.4, 3.6.5)."""
    return on_complaint(request, id, payload, lambda one: actions.declare(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/investigate", response=replies({200: ComplaintOut}))
def investigate_complaint(request: Asked, id: int, payload: InvestigationIn) -> Any:
    """The investigation begins (3.6.1)."""
    return on_complaint(
        request, id, payload, lambda one: actions.investigate(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/note", response=replies({200: ComplaintOut}))
def note_of_complaint(request: Asked, id: int, payload: FoundIn) -> Any:
    """Something was found out (3.6.1)."""
    return on_complaint(request, id, payload, lambda one: actions.note(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/reply", response=replies({200: ComplaintOut}))
def reply_to_complainant(request: Asked, id: int, payload: InterimReplyIn) -> Any:
    """The complainant hears where his matter stands (3.6.1)."""
    return on_complaint(request, id, payload, lambda one: actions.reply(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/pause", response=replies({200: ComplaintOut}))
def pause_complaint(request: Asked, id: int, payload: PauseIn) -> Any:
    """Waiting for an outside appraisal or for mediation."""
    return on_complaint(request, id, payload, lambda one: actions.pause(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/tell-pause", response=replies({200: ComplaintOut}))
def tell_complaint_pause(request: Asked, id: int, payload: PauseToldIn) -> Any:
    """The complainant is told of the appraisal: from here the clock stands."""
    return on_complaint(
        request, id, payload, lambda one: actions.tell_pause(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/resume", response=replies({200: ComplaintOut}))
def resume_complaint(request: Asked, id: int, payload: ResultIn) -> Any:
    """What was waited for has come."""
    return on_complaint(request, id, payload, lambda one: actions.resume(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/ask-extension", response=replies({200: ComplaintOut}))
def ask_complaint_extension(request: Asked, id: int, payload: BecauseIn) -> Any:
    """Ask head office's executive for thirty more days; he decides it among his approvals."""
    return on_complaint(
        request, id, payload, lambda one: actions.ask_extension(one, **payload.model_dump(), **who(request))
    )


@router.post("/complaints/{int:id}/extend", response=replies({200: ComplaintOut}))
def extend_complaint(request: Asked, id: int, payload: ToldIn) -> Any:
    """The complainant is told of the approved extension: the longer limit holds."""
    return on_complaint(request, id, payload, lambda one: actions.extend(one, **payload.model_dump(), **who(request)))


@router.post("/complaints/{int:id}/recuse", response=replies({200: ComplaintOut}))
def recuse_from_complaint(request: Asked, id: int, payload: RecusalIn) -> Any:
    """A person with an interest keeps out of it."""

    def act(one: Complaint) -> None:
        if not may_handle(request.user, one, request.now):
            raise Forbidden(str(FORBIDDEN[may_handle]), clause="3.6.1")
        staff = visible_staff(request.user, request.now).filter(pk=payload.staff_id).first()
        if staff is None:
            raise Invalid("staff_unknown", staff_id=_("没有这个人"))
        actions.recuse(one, staff, because=payload.because, **who(request))

    return on_complaint(request, id, payload, act)


@router.post("/complaints/{int:id}/withdraw", response=replies({200: ComplaintOut}))
def withdraw_complaint(request: Asked, id: int, payload: WithdrawalIn) -> Any:
    """The complainant takes it back, by his own word (3.6.3)."""
    return on_complaint(request, id, payload, lambda one: actions.withdraw(one, **payload.model_dump(), **who(request)))
