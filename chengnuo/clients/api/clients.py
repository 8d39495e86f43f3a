"""Clients: entered, listed, read, changed, ticked."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, acts, paged, replies
from chengnuo.kit.exports import export
from chengnuo.kit.operations import Cursor, Day, JobAskedOut
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.trail import looked
from chengnuo.people.models import Unit

from .. import actions
from ..access import may_enter, may_tick, units_for_entry, visible_clients
from ..credentials import masked_id
from ..lookup import with_name, with_phone
from ..models import TICKS, Client, Phone, Policy, Position, Site
from ..running import Running, running
from ..views.lists import CLIENTS
from .asking import PERIOD, Version, changeable, manager_of, said_as, seen
from .contacts import ContactIn, ContactOut
from .holdings import AgreementOut, PolicyIn, PolicyOut, SiteIn, SiteOut

router = Router()
ClientKindName = Literal["company", "person", "association"]
TickName = Literal["key", "large", "high_risk"]


class ClientIn(Schema):
    branch: Annotated[str, Field(min_length=1, max_length=6)] = Field(description="Code of the branch that handles him")
    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: ClientKindName
    credit_code: Annotated[str, Field(max_length=40)] = Field("", description="Of a company or association")
    resident_id: Annotated[str, Field(max_length=40)] = Field("", description="Of a person")
    since: Day | None = Field(None, description="Today unless stated")
    manager_id: Id | None = Field(None, description="Who looks after him")
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


class ClientChangeIn(Schema):
    version: Version
    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: ClientKindName
    credit_code: Annotated[str, Field(max_length=40)] = ""
    resident_id: Annotated[str, Field(max_length=40)] = Field(
        "", description="Of a person; empty keeps the one on file"
    )
    since: Day
    manager_id: Id | None = None


class TickIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    on: Day | None = Field(None, description="From which day; today unless stated")


class ClientOut(Answer):
    id: int
    version: int = Field(description="Sent with a change, so that nobody's is lost")
    branch: str = Field(description="Code of the branch that handles him")
    name: str
    kind: str
    credit_code: str
    resident_id: str = Field(description="Masked; showing the whole of it is an act of its own, on record")
    since: date
    manager_id: int | None
    key: bool
    large: bool
    high_risk: bool
    contacts: list[ContactOut]
    sites: list[SiteOut]
    agreements: list[AgreementOut]
    policies: list[PolicyOut]

    @classmethod
    def of(cls, client: Client) -> "ClientOut":
        same = ("id", "version", "name", "kind", "credit_code", "since", "manager_id", *TICKS)
        return cls(
            **{name: getattr(client, name) for name in same},
            branch=client.unit.code,
            resident_id=masked_id(client.resident_id) if client.resident_id else "",
            contacts=[ContactOut.of(position) for position in client.positions.all()],
            sites=[SiteOut.of(site) for site in client.sites.all()],
            agreements=[AgreementOut.of(agreement) for agreement in client.agreements.all()],
            policies=[PolicyOut.of(policy) for policy in client.policies.all()],
        )


class ClientList(Page):
    clients: list[ClientOut]


class RunningOut(Answer):
    """A matter of the client that is not finished."""

    key: str = Field(description="Names it as what a call is `about`")
    number: str
    matter: str
    detail: str
    state: str

    @classmethod
    def of(cls, one: Running) -> "RunningOut":
        return cls.model_validate(one, from_attributes=True)


class RunningListOut(Answer):
    running: list[RunningOut]


def _whole(request: Asked) -> QuerySet[Client]:
    """The clients that the person sees, with what the answer tells of them: a fixed number of queries."""
    return (
        visible_clients(request.user, request.now)
        .select_related("unit")
        .prefetch_related(
            Prefetch("positions", Position.objects.filter(is_active=True).select_related("contact")),
            Prefetch("positions__contact__phones", Phone.objects.filter(is_active=True)),
            Prefetch("sites", Site.objects.order_by("pk")),
            "agreements",
            Prefetch("policies", Policy.objects.order_by("pk")),
        )
    )


def _answer(request: Asked, client: Client) -> ClientOut:
    return ClientOut.of(_whole(request).get(pk=client.pk))


@router.post("/clients", response=replies({201: ClientOut}))
def enter_client(request: Asked, payload: ClientIn) -> Any:
    """Enter a client with contacts, sites and policies, all or nothing."""

    def run() -> tuple[int, ClientOut]:
        user, now = request.user, request.now
        unit = units_for_entry(user, now).filter(code=payload.branch).first()
        if unit is None:
            if not may_enter(user, now):
                raise Forbidden(_("登记客户由分公司和客服中心办理"))
            raise Invalid("branch_unknown", branch=_("没有这个分公司，或者您不能为它登记客户"))
        ticks = [name for name in TICKS if getattr(payload, name)]
        if ticks and not may_tick(user, now):
            raise Forbidden(_("认定由客户服务中心办理"))
        with said_as(PERIOD):
            client = actions.enter_client(
                unit=unit,
                values=payload.model_dump(include={"name", "kind", "credit_code", "resident_id", "since"}),
                contacts=[contact.model_dump() for contact in payload.contacts],
                sites=[site.model_dump() for site in payload.sites],
                policies=[policy.values() for policy in payload.policies],
                ticks=ticks,
                reason=payload.tick_reason,
                manager=manager_of(user, payload.manager_id, now),
                although_similar=payload.although_similar,
                by=user,
                now=now,
            )
        return 201, _answer(request, client)

    return acts(request, payload, run)


@router.get("/clients", response=replies({200: ClientList}))
def list_clients(
    request: Asked,
    phone: Annotated[str, Query(max_length=40, description="A contact's number, however written")] = "",
    name: Annotated[str, Query(max_length=120, description="A part of the name")] = "",
    q: Annotated[str, Query(max_length=120, description="A name, credential, number or policy")] = "",
    branch: Annotated[str, Query(max_length=6, description="Code of a branch")] = "",
    kind: Annotated[ClientKindName | None, Query(description="Of this kind alone")] = None,
    tick: Annotated[TickName | None, Query(description="With this tick")] = None,
    cursor: Cursor = "",
) -> Any:
    """Clients that the person sees, newest first; those with a number, or with a part of the name."""
    assert CLIENTS.narrow is not None
    asked = {"q": q, "unit": _branch(branch), "kind": kind, "tick": tick}
    rows = CLIENTS.narrow(_whole(request), asked)
    if phone:
        rows = with_phone(rows, phone)
    if name:
        rows = with_name(rows, name)
    found, following = paged(rows, cursor)
    return {"clients": [ClientOut.of(client) for client in found], "next": following}


def _branch(code: str) -> Unit | None:
    if not code:
        return None
    unit = Unit.objects.filter(code=code, kind=Unit.Kind.BRANCH).first()
    if unit is None:
        raise Invalid("unit_unknown", branch=_("没有这个机构"))
    return unit


class ClientExportIn(Schema):
    """Which clients: as the list's filters, all that you see without them."""

    q: Annotated[str, Field(max_length=120)] = ""
    branch: Annotated[str, Field(max_length=6)] = Field("", description="Code of a branch")
    kind: ClientKindName | None = None
    tick: TickName | None = None


@router.post("/clients/export", response=replies({202: JobAskedOut}))
def export_clients(request: Asked, payload: ClientExportIn) -> Any:
    """Ask for the list of clients as a workbook, with the columns that you have chosen for it."""

    def run() -> tuple[int, JobAskedOut]:
        unit = _branch(payload.branch)
        asked = {"q": payload.q, "unit": unit.pk if unit else "", "kind": payload.kind, "tick": payload.tick}
        query = urlencode({name: value for name, value in asked.items() if value})
        return 202, JobAskedOut(job_id=export(CLIENTS, query, by=request.user, now=request.now).pk)

    return acts(request, payload, run)


@router.get("/clients/{int:id}", response=replies({200: ClientOut}))
def get_client(request: Asked, id: int) -> Any:
    """A client with his contacts, sites, agreements and policies; that you read him is noted."""
    client = get_object_or_404(_whole(request), pk=id)
    looked(client, by=request.user, now=request.now)
    return ClientOut.of(client)


@router.get("/clients/{int:id}/running", response=replies({200: RunningListOut}))
def list_running(request: Asked, id: int) -> Any:
    """What runs for a client as far as you see it: of each room the few that come first."""
    return {"running": [RunningOut.of(one) for one in running(request.user, seen(request, id), request.now)]}


@router.post("/clients/{int:id}/change", response=replies({200: ClientOut}))
def change_client(request: Asked, id: int, payload: ClientChangeIn) -> Any:
    """Change what a client is; his old and new values stay on record."""

    def run() -> tuple[int, ClientOut]:
        user, now = request.user, request.now
        client = changeable(request, id)
        values = payload.model_dump(exclude={"version", "manager_id"})
        if payload.kind == "person" and not payload.resident_id:
            values["resident_id"] = client.resident_id
        manager = manager_of(user, payload.manager_id, now)
        actions.change_client(client, version=payload.version, values=values, manager=manager, by=user, now=now)
        return 200, _answer(request, client)

    return acts(request, payload, run)


@router.post("/clients/{int:id}/ticks/{name}", response=replies({200: ClientOut}))
def tick_client(request: Asked, id: int, name: TickName, payload: TickIn) -> Any:
    """Call a client key, large or high-risk, with the reason; the centre's to say."""
    return _tick(request, id, name, payload, actions.tick)


@router.post("/clients/{int:id}/ticks/{name}/remove", response=replies({200: ClientOut}))
def untick_client(request: Asked, id: int, name: TickName, payload: TickIn) -> Any:
    """Take a tick back, with the reason."""
    return _tick(request, id, name, payload, actions.untick)


def _tick(request: Asked, id: int, name: str, payload: TickIn, act: Any) -> Any:
    def run() -> tuple[int, ClientOut]:
        user, now = request.user, request.now
        client = seen(request, id)
        if not may_tick(user, now):
            raise Forbidden(_("认定由客户服务中心办理"))
        return 200, _answer(request, act(client, name, reason=payload.reason, on=payload.on, by=user, now=now))

    return acts(request, payload, run)
