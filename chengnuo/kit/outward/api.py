"""Notices outward by API: channels, who is told, one's own addresses, what became of each notice.

Secrets go in and never come out; an address comes out masked, as on the page.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Refusal

from ..models import Address, Channel, Delivery, DeliveryState, Outlet, Security
from . import actions
from .access import require_may_set_up, visible_addresses, visible_deliveries, visible_outlets
from .results import NotSent, Unsure
from .tellings import WHO, Told, table
from .views import AT_ONCE

NoticeKindName = Literal["info", "assigned", "remind", "due", "escalated"]
router = Router(tags=["outward"])

Line = Annotated[str, Field(max_length=200)]
Who = Literal["keeper", "manager", "centre", "executive", "chairman"]
assert set(Who.__args__) == set(WHO)  # type: ignore[attr-defined]


class ChannelIn(Schema):
    """What is left out stays as it is."""

    is_on: bool = False
    host: Line = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    security: Security = Security.TLS
    username: Line = ""
    secret: Annotated[str, Field(max_length=200, description="Empty leaves the one that is kept")] = ""
    sender: Line = ""
    url: Line = ""
    names_clients: bool = False
    per_minute: Annotated[int, Field(ge=1, le=1000)] = 60


class ChannelOut(Answer):
    channel: str
    is_on: bool
    host: str
    port: int
    security: str
    username: str
    has_secret: bool
    sender: str
    url: str
    names_clients: bool
    per_minute: int
    failing_since: datetime | None
    error: str

    @classmethod
    def of(cls, outlet: Outlet) -> "ChannelOut":
        plain = {name: getattr(outlet, name) for name in cls.model_fields if name != "has_secret"}
        return cls(**plain, has_secret=bool(outlet.secret))


class ChannelsOut(Answer):
    channels: list[ChannelOut]


class TellingIn(Schema):
    also: Annotated[list[Who], Field(max_length=10)]
    channels: Annotated[list[Channel], Field(max_length=10)]


class TellingOut(Answer):
    moment: str
    label: str
    told: str = Field(description="Whom the procedure names, whatever is set here")
    also: list[str]
    channels: list[str]

    @classmethod
    def of(cls, told: Told) -> "TellingOut":
        moment = told.moment
        return cls(
            moment=moment.key,
            label=str(moment.label),
            told=str(moment.told),
            also=list(told.also),
            channels=list(told.channels),
        )


class TellingsOut(Answer):
    tellings: list[TellingOut]


class AddressIn(Schema):
    value: Annotated[str, Field(max_length=300, description="Empty takes it back")]
    follows_company: bool = True
    kinds: Annotated[list[NoticeKindName], Field(max_length=10)] = []


class OwnAddressOut(Answer):
    channel: str
    value: str
    follows_company: bool
    kinds: list[str]

    @classmethod
    def of(cls, address: Address) -> "OwnAddressOut":
        return cls.model_validate(address, from_attributes=True)


class AddressesOut(Answer):
    addresses: list[OwnAddressOut]


class DeliveryOut(Answer):
    id: int
    notice_id: int
    staff_id: int
    channel: str
    address: str = Field(description="Masked")
    state: str
    made_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryOut":
        plain = {name: getattr(delivery, name) for name in cls.model_fields if name != "address"}
        return cls(**plain, address=delivery.masked_address)


class DeliveryPage(Page):
    deliveries: list[DeliveryOut]


class AgainIn(Schema):
    ids: Annotated[list[Id], Field(max_length=AT_ONCE)] | None = Field(None, description="All that failed unless named")


class AgainOut(Answer):
    queued: int


class TriedOut(Answer):
    tried: bool


@router.get("/channels", response=replies({200: ChannelsOut}))
def list_channels(request: Asked) -> Any:
    """The ways by which notices leave the house, as they are set up. Secrets are never shown."""
    require_may_set_up(request.user, request.now)
    known = {one.channel: one for one in visible_outlets(request.user, request.now)}
    rows = [known.get(channel) or Outlet(channel=channel) for channel in Channel.values]
    return ChannelsOut(channels=[ChannelOut.of(one) for one in rows])


@router.post("/channels/{channel}", response=replies({200: ChannelOut}))
def set_channel(request: Asked, channel: Channel, payload: ChannelIn) -> Any:
    """Set up a way by which notices leave the house; what is not sent stays as it is."""

    def run() -> tuple[int, ChannelOut]:
        given = payload.model_dump(exclude_unset=True)
        secret = given.pop("secret", "")
        outlet = visible_outlets(request.user, request.now).filter(channel=channel).first()
        kept = {name: getattr(outlet, name) for name in actions.SETTINGS} if outlet else {}
        done = actions.set_outlet(channel, values=kept | given, secret=secret, by=request.user, now=request.now)
        return 200, ChannelOut.of(done)

    return acts(request, payload, run)


@router.post("/channels/{channel}/try", response=replies({200: TriedOut}))
def try_channel(request: Asked, channel: Channel) -> Any:
    """Send a trial letter to the administrator's own address; refused with 409 `not_sent` where the channel fails."""

    def run() -> tuple[int, TriedOut]:
        own = visible_addresses(request.user, request.now).filter(channel=channel).first()
        try:
            actions.try_out(channel, to=own.value if own else "", by=request.user, now=request.now)
        except (NotSent, Unsure) as error:
            raise Refusal("not_sent", str(error)) from error
        return 200, TriedOut(tried=True)

    return acts(request, None, run)


@router.get("/tellings", response=replies({200: TellingsOut}))
def list_tellings(request: Asked) -> Any:
    """Who is told of what besides those whom the procedure names, and by which channels."""
    require_may_set_up(request.user, request.now)
    return TellingsOut(tellings=[TellingOut.of(told) for told in table().values()])


@router.post("/tellings/{moment}", response=replies({200: TellingOut}))
def set_telling(request: Asked, moment: str, payload: TellingIn) -> Any:
    """Say whom a moment of a duty is told as well, and by which channels."""

    def run() -> tuple[int, TellingOut]:
        actions.set_telling(moment, **payload.model_dump(), by=request.user, now=request.now)
        return 200, TellingOut.of(table()[moment])

    return acts(request, payload, run)


@router.get("/deliveries", response=replies({200: DeliveryPage}))
def list_deliveries(
    request: Asked,
    state: DeliveryState | None = None,
    channel: Channel | None = None,
    cursor: str | None = None,
) -> Any:
    """What was sent out of the house and what came of it, newest first."""
    require_may_set_up(request.user, request.now)
    rows = visible_deliveries(request.user, request.now)
    rows = rows if state is None else rows.filter(state=state)
    rows = rows if channel is None else rows.filter(channel=channel)
    found, following = paged(rows, cursor)
    return {"deliveries": [DeliveryOut.of(one) for one in found], "next": following}


@router.post("/deliveries/again", response=replies({200: AgainOut}))
def send_deliveries_again(request: Asked, payload: AgainIn) -> Any:
    """Let what failed, was given up or is unsure go once more."""

    def run() -> tuple[int, AgainOut]:
        require_may_set_up(request.user, request.now)
        failed = visible_deliveries(request.user, request.now).filter(state__in=actions.AGAIN)
        picked = payload.ids
        if picked is None:
            picked = list(failed.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        return 200, AgainOut(queued=actions.send_again(picked, by=request.user, now=request.now))

    return acts(request, payload, run)


@router.get("/me/addresses", response=replies({200: AddressesOut}))
def list_addresses(request: Asked) -> Any:
    """Where oneself is reached."""
    rows = visible_addresses(request.user, request.now).exclude(value="").order_by("pk")
    return AddressesOut(addresses=[OwnAddressOut.of(one) for one in rows])


@router.post("/me/addresses/{channel}", response=replies({200: AddressesOut}))
def set_address(request: Asked, channel: Channel, payload: AddressIn) -> Any:
    """Say where the person is reached by a channel, and for which kinds of notices; empty takes it back."""

    def run() -> tuple[int, AddressesOut]:
        actions.set_address(channel, **payload.model_dump(), by=request.user, now=request.now)
        return 200, list_addresses(request)

    return acts(request, payload, run)
