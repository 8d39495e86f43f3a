"""What clients asked for in visits, by API (4.1.E)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.clients.case_api import OfClient
from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.operations import Cursor
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.people.access import visible_staff

from .. import actions
from ..access import may_settle, visible_wishes
from ..models import Wish

router = Router(tags=["visits"])
WishStateName = Literal["open", "settled"]


class WishOut(Answer):
    id: int
    visit_id: int
    number: str = Field(description="The number of its visit")
    client_id: int | None
    owner_id: int
    text: str
    state: WishStateName
    asked_at: datetime
    last_word_at: datetime = Field(description="When the client last heard how it stands")
    result: str
    settled_at: datetime | None

    @classmethod
    def of(cls, wish: Wish) -> "WishOut":
        return cls(**{name: getattr(wish, name) for name in cls.model_fields})


class WishPage(Page):
    wishes: list[WishOut]


class WishWordIn(Schema):
    text: Annotated[str, Field(min_length=1, max_length=5000)] = Field(description="What the client was told")


class WishPassOnIn(Schema):
    to_id: Id = Field(description="Somebody at work who sees the visit")
    text: Annotated[str, Field(max_length=5000)] = ""


@router.get("/visit-wishes", response=replies({200: WishPage}))
def list_visit_wishes(
    request: Asked,
    state: Annotated[WishStateName | None, Query(description="Whether it is settled")] = None,
    client_id: OfClient = None,
    cursor: Cursor = "",
) -> Any:
    """What clients asked for in visits that you see, newest first."""
    rows = visible_wishes(request.user, request.now).select_related("visit")
    if state is not None:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found, following = paged(rows, cursor)
    return {"wishes": [WishOut.of(one) for one in found], "next": following}


@router.post("/visit-wishes/{int:id}/settle", response=replies({200: WishOut}))
def settle_wish(request: Asked, id: int, payload: WishWordIn) -> Any:
    """It is done, and the client was told what came of it."""
    return _on(request, id, payload, lambda wish, who: actions.settle_wish(wish, text=payload.text, **who))


@router.post("/visit-wishes/{int:id}/tell", response=replies({200: WishOut}))
def tell_wish(request: Asked, id: int, payload: WishWordIn) -> Any:
    """It is not done yet: the client was told the reason or how it stands."""
    return _on(request, id, payload, lambda wish, who: actions.tell_wish(wish, text=payload.text, **who))


@router.post("/visit-wishes/{int:id}/pass-on", response=replies({200: WishOut}))
def pass_on_wish(request: Asked, id: int, payload: WishPassOnIn) -> Any:
    """Give it to a colleague, here or in the department concerned; its clock goes on."""

    def act(wish: Wish, who: dict[str, Any]) -> None:
        if not may_settle(request.user, wish, request.now):
            raise Forbidden(_("这件事不归你办"), clause="4.1.E")
        to = visible_staff(request.user, request.now).filter(pk=payload.to_id).first()
        if to is None:
            raise Invalid("staff_unknown", to_id=_("没有这个人"))
        actions.pass_on_wish(wish, to=to, text=payload.text, **who)

    return _on(request, id, payload, act)


def _on(request: Asked, id: int, payload: Schema, act: Callable[[Wish, dict[str, Any]], Any]) -> Any:
    user, now = request.user, request.now

    def run() -> tuple[int, WishOut]:
        rows = visible_wishes(user, now).select_related("visit__client", "client")
        act(get_object_or_404(rows, pk=id), {"by": user, "now": now})
        return 200, WishOut.of(Wish.objects.select_related("visit").get(pk=id))

    return acts(request, payload, run)
