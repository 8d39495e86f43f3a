"""Earlier complaints on the same matter, by API: found, judged, named, merged (3.6.6)."""

from collections.abc import Callable
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.access import visible_clients
from chengnuo.clients.case_api import BecauseIn, OfClient
from chengnuo.clients.phones import shown
from chengnuo.kit.act_pages import who
from chengnuo.kit.api import Answer, Id, Schema, replies
from chengnuo.kit.operations import NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_complaints, visible_repeats
from ..matching import Said, nearest
from ..models import Complaint, Repeat
from .facts import CategoryName
from .shown import ComplaintOut, on_complaint, on_part

router = Router()


class NearOut(Answer):
    """An earlier complaint on the same matter. Of one that the asker may not see only that there is one."""

    is_seen: bool
    id: int | None
    number: str
    score: float | None = Field(description="How near, 0 to 1")
    why: list[list[str]] = Field(description="The grounds as pairs of a label and what was found")


class NearListOut(Answer):
    found: list[NearOut]


class OtherIn(BecauseIn):
    other_id: Id = Field(description="An earlier complaint of the same client")


@router.get("/complaints/near", response=replies({200: NearListOut}))
def find_near_complaints(
    request: Asked,
    account: Annotated[str, Query(max_length=1000, description="What is complained of, as far as it is written")],
    client_id: OfClient = None,
    phone: Annotated[str, Query(max_length=30, description="Of a complainant whom nobody knows")] = "",
    category: Annotated[CategoryName | None, Query(description="None: not known yet")] = None,
    claim_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The claim that it is about")] = None,
    policy_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The policy that it is about")] = None,
) -> Any:
    """Earlier complaints on the same matter, found while one is typed (3.6.6)."""
    user, now = request.user, request.now
    if client_id is not None:
        get_object_or_404(visible_clients(user, now), pk=client_id)
    said = Said(client_id, shown(phone), account, category or "", claim_key=claim_id, policy_id=policy_id)
    found = nearest(said)
    pks = [one.earlier.pk for one in found]
    seen = set(visible_complaints(user, now).filter(pk__in=pks).values_list("pk", flat=True))
    return {
        "found": [
            NearOut(is_seen=True, id=one.earlier.pk, number=one.earlier.number, score=float(one.score), why=one.why)
            if one.earlier.pk in seen
            else NearOut(is_seen=False, id=None, number="", score=None, why=[])
            for one in found
        ]
    }


def _on_repeat(request: Asked, id: int, payload: Schema, act: Callable[[Repeat], Any]) -> Any:
    def run(one: Repeat) -> int:
        act(one)
        return one.complaint_id

    rows = visible_repeats(request.user, request.now).select_related("complaint__client")
    return on_part(request, rows, id, payload, run)


@router.post("/complaint-repeats/{int:id}/confirm", response=replies({200: ComplaintOut}))
def confirm_complaint_repeat(request: Asked, id: int, payload: NothingIn) -> Any:
    """A person says that it is the same matter (3.6.6)."""
    return _on_repeat(request, id, payload, lambda one: actions.confirm_repeat(one, **who(request)))


@router.post("/complaint-repeats/{int:id}/reject", response=replies({200: ComplaintOut}))
def reject_complaint_repeat(request: Asked, id: int, payload: BecauseIn) -> Any:
    """A person says that it is another matter, and why (3.6.6)."""
    return _on_repeat(
        request, id, payload, lambda one: actions.reject_repeat(one, because=payload.because, **who(request))
    )


@router.post("/complaints/{int:id}/name-repeat", response=replies({200: ComplaintOut}))
def name_complaint_repeat(request: Asked, id: int, payload: OtherIn) -> Any:
    """A person names an earlier complaint on the same matter (3.6.6)."""
    return on_complaint(request, id, payload, _with_other(request, payload, actions.name_repeat))


@router.post("/complaints/{int:id}/merge", response=replies({200: ComplaintOut}))
def merge_complaint(request: Asked, id: int, payload: OtherIn) -> Any:
    """The same complaint again: carried on by the earlier one, and counted all the same (3.6.6)."""
    return on_complaint(request, id, payload, _with_other(request, payload, actions.merge))


def _with_other(request: Asked, payload: OtherIn, action: Callable[..., Any]) -> Callable[[Complaint], Any]:
    def act(complaint: Complaint) -> Any:
        other = get_object_or_404(visible_complaints(request.user, request.now), pk=payload.other_id)
        return action(complaint, other, because=payload.because, **who(request))

    return act
