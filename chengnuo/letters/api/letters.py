"""Letters and replies by API: what became of them, and how what clients answered was handled (4.2.1, 4.2.C–E)."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import acts, paged, replies
from chengnuo.kit.operations import Cursor, NothingIn
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import may_handle, may_pass_to, may_write, visible_letters, visible_replies
from ..models import LetterReply
from .asking import on_letter, on_reply, the_letter, the_reply
from .schemas import (
    BusinessName,
    LetterFileIn,
    LetterOut,
    LetterPage,
    LetterReplyIn,
    LetterReplyOut,
    LetterReplyPage,
    LetterStateName,
    NumberFault,
    OfRound,
    OutcomesIn,
    OutcomesOut,
    ReplyHandledIn,
    ReplyPassedIn,
    ReplyToldIn,
)

router = Router(tags=["letters"])


@router.get("/letters", response=replies({200: LetterPage}))
def list_letters(
    request: Asked,
    campaign_id: OfRound = None,
    state: Annotated[LetterStateName | None, Query(description="Where it stands")] = None,
    client_id: OfClient = None,
    number: Annotated[str, Query(max_length=60, description="The number in its QR code")] = "",
    cursor: Cursor = "",
) -> Any:
    """Letters that this person sees, newest first."""
    given = {"campaign_id": campaign_id, "state": state, "client_id": client_id, "number": number.upper()}
    rows = visible_letters(request.user, request.now).select_related("unit", "text")
    found, following = paged(rows.filter(**{name: value for name, value in given.items() if value}), cursor)
    return {"letters": [LetterOut.of(one) for one in found], "next": following}


@router.post("/letters/outcomes", response=replies({200: OutcomesOut}))
def enter_letter_outcomes(request: Asked, payload: OutcomesIn) -> Any:
    """Enter what became of up to 200 letters by their numbers; each number stands for itself."""
    user, now = request.user, request.now

    def run() -> tuple[int, OutcomesOut]:
        if not may_write(user, now):
            raise Forbidden(_("信函结果由服务客户的机构登记"), clause="4.2.C")
        given = payload.model_dump()
        numbers = actions.numbers_in("\n".join(given.pop("numbers")))
        done = actions.enter_outcomes(numbers, **given, by=user, now=now)
        keys = [one.pk for one in done.letters]
        rows = visible_letters(user, now).filter(pk__in=keys).select_related("unit", "text").order_by("pk")
        faults = [NumberFault(number=number, message=message) for number, message in done.faults]
        return 200, OutcomesOut(entered=[LetterOut.of(one) for one in rows], faults=faults)

    return acts(request, payload, run)


@router.get("/letters/{int:id}", response=replies({200: LetterOut}))
def get_letter(request: Asked, id: int) -> Any:
    """A letter as it stands; that you read it is noted."""
    letter = the_letter(request, id)
    looked(letter, by=request.user, now=request.now)
    return LetterOut.of(letter)


@router.post("/letters/{int:id}/include", response=replies({200: LetterOut}))
def include_letter(request: Asked, id: int, payload: NothingIn) -> Any:
    """Take an addressee in again; what kept him out is looked at anew."""
    return on_letter(request, id, payload, lambda one: actions.include_letter(one, by=request.user, now=request.now))


@router.post("/letters/{int:id}/replies", response=replies({201: LetterReplyOut}))
def enter_letter_reply(request: Asked, id: int, payload: LetterReplyIn) -> Any:
    """Enter a client's answer, sorted by its business; appointment, complaint and loss open their case."""

    def run() -> tuple[int, LetterReplyOut]:
        given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
        reply = actions.enter_reply(the_letter(request, id), **given)
        return 201, LetterReplyOut.of(LetterReply.objects.select_related("unit").get(pk=reply.pk))

    return acts(request, payload, run)


@router.get("/letter-replies", response=replies({200: LetterReplyPage}))
def list_letter_replies(
    request: Asked,
    is_open: Annotated[bool | None, Query(description="Whether it still waits to be handled")] = None,
    kind: Annotated[BusinessName | None, Query(description="Its business")] = None,
    campaign_id: OfRound = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """What clients answered, as far as this person sees it, newest first."""
    rows = visible_replies(request.user, request.now).select_related("unit")
    if is_open is not None:
        rows = rows.filter(state="received" if is_open else "handled")
    given = {"kind": kind, "letter__campaign": campaign_id, "client_id": client_id}
    found, following = paged(rows.filter(**{name: value for name, value in given.items() if value}), cursor)
    return {"replies": [LetterReplyOut.of(one) for one in found], "next": following}


@router.get("/letter-replies/{int:id}", response=replies({200: LetterReplyOut}))
def get_letter_reply(request: Asked, id: int) -> Any:
    """A client's answer as it stands; that you read it is noted."""
    reply = the_reply(request, id)
    looked(reply, by=request.user, now=request.now)
    return LetterReplyOut.of(reply)


@router.post("/letter-replies/{int:id}/handle", response=replies({200: LetterReplyOut}))
def handle_letter_reply(request: Asked, id: int, payload: ReplyHandledIn) -> Any:
    """Say what was done and what the client was told."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_reply(request, id, payload, lambda one: actions.handle_reply(one, **given))


@router.post("/letter-replies/{int:id}/tell", response=replies({200: LetterReplyOut}))
def tell_letter_client(request: Asked, id: int, payload: ReplyToldIn) -> Any:
    """Tell the client the reason or how it stands; the next term runs from here."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_reply(request, id, payload, lambda one: actions.tell_client(one, **given))


@router.post("/letter-replies/{int:id}/pass-on", response=replies({200: LetterReplyOut}))
def pass_on_letter_reply(request: Asked, id: int, payload: ReplyPassedIn) -> Any:
    """Pass a reply to the department concerned."""
    user, now = request.user, request.now

    def act(reply: LetterReply) -> None:
        if not may_handle(user, reply, now):
            raise Forbidden(_("这封回信不归你办"), clause="4.2.D")
        to = may_pass_to(user, now).filter(pk=payload.to_id).first()
        if to is None:
            raise Invalid("staff_unknown", clause="4.2.D", to_id=_("只能转给在职的服务人员"))
        actions.pass_on(reply, to=to, reason=payload.reason, by=user, now=now)

    return on_reply(request, id, payload, act)


@router.post("/letter-replies/{int:id}/file", response=replies({200: LetterReplyOut}))
def file_letter_reply(request: Asked, id: int, payload: LetterFileIn) -> Any:
    """Say where important material of a reply is filed."""
    given: dict[str, Any] = {**payload.model_dump(), "by": request.user, "now": request.now}
    return on_reply(request, id, payload, lambda one: actions.file_reply(one, **given))
