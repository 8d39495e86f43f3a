"""Those who speak for a client: added, changed, ended. A position is what a contact is for one client."""

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Schema, acts, replies
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_positions
from ..models import Position
from ..phones import masked
from .asking import Short, Version, changeable, held

router = Router(tags=["contacts"])
Number = Annotated[str, Field(max_length=40)]


class ContactIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    title: Short = Field("", description="What he is at the client's")
    note: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = Field("", description="Letters from it are known as his")
    phones: Annotated[list[Number], Field(max_length=10)] = Field(
        [], description="As written; landlines with area code"
    )


class ContactChangeIn(ContactIn):
    version: Version
    keep: Annotated[list[Id], Field(max_length=10)] = Field(
        [], description="Ids of the numbers that stay in use, beside the new ones in `phones`"
    )


class ContactEndIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class PhoneOut(Answer):
    id: int
    masked: str


class ContactOut(Answer):
    id: int = Field(description="The person; the same one may stand for two clients")
    position_id: int = Field(description="What he is for this client")
    version: int
    name: str
    title: str
    note: str
    phones: list[PhoneOut]

    @classmethod
    def of(cls, position: Position) -> "ContactOut":
        contact = position.contact
        phones = [phone for phone in contact.phones.all() if phone.is_active]
        return cls(
            id=contact.pk,
            position_id=position.pk,
            version=contact.version,
            name=contact.name,
            title=position.title,
            note=contact.note,
            phones=[PhoneOut(id=phone.pk, masked=masked(phone.number)) for phone in phones],
        )


def _answer(position: Position) -> ContactOut:
    return ContactOut.of(
        Position.objects.select_related("contact").prefetch_related("contact__phones").get(pk=position.pk)
    )


@router.post("/clients/{int:id}/contacts", response=replies({201: ContactOut}))
def add_contact(request: Asked, id: int, payload: ContactIn) -> Any:
    """Add a person who speaks for the client; whom you know elsewhere by name and number is the same person."""

    def run() -> tuple[int, ContactOut]:
        client = changeable(request, id)
        position = actions.add_contact(client, values=payload.model_dump(), by=request.user, now=request.now)
        return 201, _answer(position)

    return acts(request, payload, run)


@router.post("/positions/{int:id}/change", response=replies({200: ContactOut}))
def change_contact(request: Asked, id: int, payload: ContactChangeIn) -> Any:
    """Change a contact and what he is for this client; a number that is neither kept nor given falls out of use."""

    def run() -> tuple[int, ContactOut]:
        position = _position(request, id)
        kept = position.contact.phones.filter(is_active=True, pk__in=payload.keep).order_by("pk")
        values = payload.model_dump(exclude={"version", "keep"})
        values["phones"] = [*(phone.number for phone in kept), *payload.phones]
        who: dict[str, Any] = {"by": request.user, "now": request.now}
        return 200, _answer(actions.change_contact(position, version=payload.version, values=values, **who))

    return acts(request, payload, run)


@router.post("/positions/{int:id}/end", response=replies({200: ContactOut}))
def end_contact(request: Asked, id: int, payload: ContactEndIn) -> Any:
    """Somebody no longer speaks for the client."""

    def run() -> tuple[int, ContactOut]:
        ended = actions.end_position(_position(request, id), reason=payload.reason, by=request.user, now=request.now)
        return 200, _answer(ended)

    return acts(request, payload, run)


def _position(request: Asked, id: int) -> Position:
    found: Position = held(request, visible_positions(request.user, request.now).select_related("contact"), id)
    return found
