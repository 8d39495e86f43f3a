"""What a client has: sites, policies, brokerage agreements."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Schema, acts, replies
from chengnuo.kit.operations import Day, NothingIn
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_agreements, visible_policies, visible_sites
from ..models import Agreement, Policy, Site
from .asking import PERIOD, Version, changeable, held, said_as

router = Router(tags=["holdings"])
Money = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
LineName = Literal["motor", "accident_health", "liability", "property", "cargo", "engineering", "life", "other"]


class SiteIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Annotated[str, Field(min_length=1, max_length=200)]
    division_code: Annotated[str, Field(max_length=12)] = Field("", description="6 or 12 digits")
    lat: Annotated[Decimal, Field(ge=-90, le=90)] | None = Field(None, description="Degrees, WGS 84")
    lon: Annotated[Decimal, Field(ge=-180, le=180)] | None = None


class SiteChangeIn(SiteIn):
    version: Version


class PolicyIn(Schema):
    no: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Number of the policy")
    line: LineName
    insurer: Annotated[str, Field(min_length=1, max_length=80)]
    insured: Annotated[str, Field(max_length=120)] = Field("", description="Where it is not the client")
    sum_insured: Money = Field(description="Yuan")
    premium: Money = Field(description="Yuan, for the whole term")
    deductible: Annotated[str, Field(max_length=200)] = ""
    commission: Money | None = Field(None, description="Yuan")
    start: Day = Field(description="The first day covered")
    end: Day = Field(description="The last day covered")

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.model_dump(exclude={"version"})
        return {**given, "starts_on": given.pop("start"), "ends_on": given.pop("end")}


class PolicyChangeIn(PolicyIn):
    version: Version


class AgreementIn(Schema):
    number: Annotated[str, Field(min_length=1, max_length=40)]
    scope: Annotated[str, Field(max_length=2000)] = Field("", description="What we are charged with")
    start: Day
    end: Day

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.model_dump()
        return {**given, "starts_on": given.pop("start"), "ends_on": given.pop("end")}


class AgreementSignIn(Schema):
    signed_on: Day = Field(description="The day on which the client signed")


class AgreementTerminateIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class SiteOut(Answer):
    id: int
    version: int
    name: str
    address: str
    division_code: str
    lat: Decimal | None
    lon: Decimal | None

    @classmethod
    def of(cls, site: Site) -> "SiteOut":
        return cls.model_validate(site, from_attributes=True)


class PolicyOut(Answer):
    id: int
    version: int
    no: str
    line: str
    insurer: str
    insured: str
    sum_insured: Decimal
    premium: Decimal
    deductible: str
    commission: Decimal | None
    start: date
    end: date

    @classmethod
    def of(cls, policy: Policy) -> "PolicyOut":
        named = {name: getattr(policy, name) for name in cls.model_fields if name not in {"start", "end"}}
        return cls(**named, start=policy.starts_on, end=policy.ends_on)


class AgreementOut(Answer):
    id: int
    version: int
    number: str
    scope: str
    start: date
    end: date
    signed_on: date | None
    state: str = Field(description="`draft`, `signed`, `active`, `expired` or `terminated`")

    @classmethod
    def of(cls, agreement: Agreement) -> "AgreementOut":
        named = {name: getattr(agreement, name) for name in cls.model_fields if name not in {"start", "end"}}
        return cls(**named, start=agreement.starts_on, end=agreement.ends_on)


def _added(request: Asked, id: int, payload: Schema, values: dict[str, Any], act: Any, out: Any) -> Any:
    def run() -> tuple[int, Any]:
        client = changeable(request, id)
        with said_as(PERIOD):
            return 201, out.of(act(client, values=values, by=request.user, now=request.now))

    return acts(request, payload, run)


def _done(request: Asked, payload: Schema, find: Any, act: Any, out: Any, **given: Any) -> Any:
    def run() -> tuple[int, Any]:
        with said_as(PERIOD):
            return 200, out.of(act(find(), by=request.user, now=request.now, **given))

    return acts(request, payload, run)


@router.post("/clients/{int:id}/sites", response=replies({201: SiteOut}))
def add_site(request: Asked, id: int, payload: SiteIn) -> Any:
    """Add a place of the client."""
    return _added(request, id, payload, payload.model_dump(), actions.add_site, SiteOut)


@router.post("/sites/{int:id}/change", response=replies({200: SiteOut}))
def change_site(request: Asked, id: int, payload: SiteChangeIn) -> Any:
    """Change a place of a client, as a whole."""

    def find() -> Site:
        found: Site = held(request, visible_sites(request.user, request.now), id)
        return found

    values = payload.model_dump(exclude={"version"})
    return _done(request, payload, find, actions.change_site, SiteOut, version=payload.version, values=values)


@router.post("/clients/{int:id}/policies", response=replies({201: PolicyOut}))
def add_policy(request: Asked, id: int, payload: PolicyIn) -> Any:
    """Register a policy that was placed for the client."""
    return _added(request, id, payload, payload.values(), actions.add_policy, PolicyOut)


@router.post("/policies/{int:id}/change", response=replies({200: PolicyOut}))
def change_policy(request: Asked, id: int, payload: PolicyChangeIn) -> Any:
    """Change a policy, as a whole."""

    def find() -> Policy:
        found: Policy = held(request, visible_policies(request.user, request.now), id)
        return found

    values = payload.values()
    return _done(request, payload, find, actions.change_policy, PolicyOut, version=payload.version, values=values)


@router.post("/clients/{int:id}/agreements", response=replies({201: AgreementOut}))
def draft_agreement(request: Asked, id: int, payload: AgreementIn) -> Any:
    """Put a brokerage agreement on file before it is signed."""
    return _added(request, id, payload, payload.values(), actions.draft_agreement, AgreementOut)


@router.post("/agreements/{int:id}/sign", response=replies({200: AgreementOut}))
def sign_agreement(request: Asked, id: int, payload: AgreementSignIn) -> Any:
    """The client signed; the duty to draw up his service plan follows (3.2.1)."""
    return _move(request, id, payload, actions.sign_agreement, signed_on=payload.signed_on)


@router.post("/agreements/{int:id}/activate", response=replies({200: AgreementOut}))
def activate_agreement(request: Asked, id: int, payload: NothingIn) -> Any:
    """Its first day has come."""
    return _move(request, id, payload, actions.activate_agreement)


@router.post("/agreements/{int:id}/expire", response=replies({200: AgreementOut}))
def expire_agreement(request: Asked, id: int, payload: NothingIn) -> Any:
    """Its last day is over."""
    return _move(request, id, payload, actions.expire_agreement)


@router.post("/agreements/{int:id}/terminate", response=replies({200: AgreementOut}))
def terminate_agreement(request: Asked, id: int, payload: AgreementTerminateIn) -> Any:
    """End it before its time, with the reason."""
    return _move(request, id, payload, actions.terminate_agreement, reason=payload.reason)


def _move(request: Asked, id: int, payload: Schema, act: Any, **given: Any) -> Any:
    def find() -> Agreement:
        found: Agreement = held(request, visible_agreements(request.user, request.now), id)
        return found

    return _done(request, payload, find, act, AgreementOut, **given)
