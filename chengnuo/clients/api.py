"""The clients' API: the same actions and the same masks as the pages."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid

from . import actions
from .access import may_tick, units_for_entry, visible_clients
from .credentials import masked_id
from .lookup import with_name, with_phone
from .models import TICKS, Client, Phone, Policy, Position, Site
from .phones import masked

router = Router(tags=["clients"])

Short = Annotated[str, Field(max_length=60)]
Money = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]


class ContactIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    title: Short = ""
    note: Annotated[str, Field(max_length=200)] = ""
    phones: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=10)] = []


class SiteIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Annotated[str, Field(min_length=1, max_length=200)]
    division_code: Annotated[str, Field(max_length=12)] = ""
    lat: Annotated[Decimal, Field(ge=-90, le=90)] | None = None
    lon: Annotated[Decimal, Field(ge=-180, le=180)] | None = None


class PolicyIn(Schema):
    no: Annotated[str, Field(min_length=1, max_length=60)]
    line: Literal["motor", "accident_health", "liability", "property", "cargo", "engineering", "life", "other"]
    insurer: Annotated[str, Field(min_length=1, max_length=80)]
    insured: Annotated[str, Field(max_length=120)] = ""
    sum_insured: Money = Field(description="Yuan")
    premium: Money = Field(description="Yuan, for the whole term")
    deductible: Annotated[str, Field(max_length=200)] = ""
    commission: Money | None = None
    start: date = Field(description="The first day covered")
    end: date = Field(description="The last day covered")

    def values(self) -> dict[str, Any]:
        given = self.model_dump()
        return {**given, "starts_on": given.pop("start"), "ends_on": given.pop("end")}


class ClientIn(Schema):
    branch: Annotated[str, Field(min_length=1, max_length=6)] = Field(description="Code of the branch that handles him")
    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["company", "person", "association"]
    credit_code: Annotated[str, Field(max_length=40)] = ""
    resident_id: Annotated[str, Field(max_length=40)] = ""
    since: date | None = Field(None, description="Today unless stated")
    key: bool = False
    large: bool = False
    high_risk: bool = False
    tick_reason: Annotated[str, Field(max_length=200)] = Field(
        "", description="Needed with a tick, from the centre only"
    )
    contacts: Annotated[list[ContactIn], Field(max_length=100)] = []
    sites: Annotated[list[SiteIn], Field(max_length=500)] = []
    policies: Annotated[list[PolicyIn], Field(max_length=1000)] = []
    although_similar: bool = Field(False, description="Enter him although `similar_clients` was answered")


class PhoneOut(Answer):
    id: int
    masked: str


class ContactOut(Answer):
    id: int
    name: str
    title: str
    phones: list[PhoneOut]


class SiteOut(Answer):
    id: int
    name: str
    address: str
    division_code: str
    lat: Decimal | None
    lon: Decimal | None


class PolicyOut(Answer):
    id: int
    no: str
    line: str
    insurer: str
    sum_insured: Decimal
    premium: Decimal
    start: date
    end: date


class ClientOut(Answer):
    id: int
    branch: str
    name: str
    kind: str
    credit_code: str
    resident_id: str = Field(description="Masked; unmasking is an act of a page, on record")
    since: date
    key: bool
    large: bool
    high_risk: bool
    contacts: list[ContactOut]
    sites: list[SiteOut]
    policies: list[PolicyOut]

    @classmethod
    def of(cls, client: Client) -> "ClientOut":
        return cls(
            id=client.pk,
            branch=client.unit.code,
            name=client.name,
            kind=client.kind,
            credit_code=client.credit_code,
            resident_id=masked_id(client.resident_id) if client.resident_id else "",
            since=client.since,
            **{name: getattr(client, name) for name in TICKS},
            contacts=[_contact(position) for position in client.positions.all()],
            sites=[SiteOut.model_validate(site, from_attributes=True) for site in client.sites.all()],
            policies=[_policy(policy) for policy in client.policies.all()],
        )


def _contact(position: Position) -> ContactOut:
    phones = [PhoneOut(id=phone.pk, masked=masked(phone.number)) for phone in position.contact.phones.all()]
    return ContactOut(id=position.contact_id, name=position.contact.name, title=position.title, phones=phones)


def _policy(policy: Policy) -> PolicyOut:
    named = {name: getattr(policy, name) for name in ("no", "line", "insurer", "sum_insured", "premium")}
    return PolicyOut(id=policy.pk, start=policy.starts_on, end=policy.ends_on, **named)


class ClientList(Page):
    clients: list[ClientOut]


def _whole(request: Asked) -> QuerySet[Client]:
    """The clients that the person sees, with what the answer tells of them: a fixed number of queries."""
    user, now = request.user, request.now  # type: ignore[attr-defined]
    return (
        visible_clients(user, now)  # type: ignore[arg-type]
        .select_related("unit")
        .prefetch_related(
            Prefetch("positions", Position.objects.filter(is_active=True).select_related("contact")),
            Prefetch("positions__contact__phones", Phone.objects.filter(is_active=True)),
            Prefetch("sites", Site.objects.order_by("pk")),
            Prefetch("policies", Policy.objects.order_by("pk")),
        )
    )


@router.post("/clients", response=replies({201: ClientOut}))
def enter_client(request: Asked, payload: ClientIn) -> Any:
    """Enter a client with contacts, sites and policies, all or nothing."""

    def run() -> tuple[int, ClientOut]:
        user, now = request.user, request.now
        unit = units_for_entry(user, now).filter(code=payload.branch).first()
        if unit is None:
            raise Invalid("branch_unknown", branch=_("没有这个分公司，或者您不能为它登记客户"))
        ticks = [name for name in TICKS if getattr(payload, name)]
        if ticks and not may_tick(user, now):
            raise Forbidden(_("认定由客户服务中心办理"))
        client = actions.enter_client(
            unit=unit,
            values=payload.model_dump(include={"name", "kind", "credit_code", "resident_id", "since"}),
            contacts=[contact.model_dump() for contact in payload.contacts],
            sites=[site.model_dump() for site in payload.sites],
            policies=[policy.values() for policy in payload.policies],
            ticks=ticks,
            reason=payload.tick_reason,
            although_similar=payload.although_similar,
            by=user,
            now=now,
        )
        return 201, ClientOut.of(_whole(request).get(pk=client.pk))

    return acts(request, payload, run)


@router.get("/clients", response=replies({200: ClientList}))
def list_clients(
    request: Asked,
    phone: Annotated[str, Field(max_length=40)] = "",
    name: Annotated[str, Field(max_length=120)] = "",
    cursor: Annotated[str, Field(max_length=20)] = "",
) -> Any:
    """Clients that the person sees, newest first; those with a number, or with a part of the name."""
    rows = _whole(request)
    if phone:
        rows = with_phone(rows, phone)
    if name:
        rows = with_name(rows, name)
    found, following = paged(rows, cursor)
    return {"clients": [ClientOut.of(client) for client in found], "next": following}


@router.get("/clients/{int:id}", response=replies({200: ClientOut}))
def get_client(request: Asked, id: int) -> Any:
    return ClientOut.of(get_object_or_404(_whole(request), pk=id))
