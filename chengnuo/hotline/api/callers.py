"""Who is calling: looked up while it rings (3.1.1)."""

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, replies
from chengnuo.kit.requests import Asked

from ..callers import Caller, callers

router = Router(tags=["hotline"])


class CallerOut(Answer):
    client_id: int
    client: str
    branch: str = Field(description="Code of the branch that handles him")
    ticks: list[str] = Field(description="`key`, `large`, `high_risk`")
    contact_id: int | None = Field(description="Of a client that you do not see, only the whole number tells it")
    contact: str
    title: str
    masked: str = Field(description="The contact's number, masked, where a number led to him")
    is_full: bool = Field(description="Whether you see the client's file, or his card alone")

    @classmethod
    def of(cls, one: Caller) -> "CallerOut":
        contact = one.contact
        return cls(
            client_id=one.client.pk,
            client=one.client.name,
            branch=one.client.unit.code,
            ticks=one.client.ticks,
            contact_id=contact.pk if contact else None,
            contact=contact.name if contact else "",
            title=one.title,
            masked=one.masked,
            is_full=one.is_full,
        )


class CallersOut(Answer):
    callers: list[CallerOut]


@router.get("/callers", response=replies({200: CallersOut}))
def find_callers(
    request: Asked, q: Annotated[str, Query(max_length=30, description="A number, its last four digits, or a name")]
) -> Any:
    """Who may be calling, eight at most: by the number that rings, or by name. Any client's card is shown to who
    answers (3.1.1)."""
    return {"callers": [CallerOut.of(one) for one in callers(request.user, q, request.now)]}
