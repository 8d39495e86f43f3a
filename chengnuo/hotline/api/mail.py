"""Mailboxes of the branches, and the mails that came (2.3)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Page, Schema, paged, replies
from chengnuo.kit.operations import ANEW, Cursor
from chengnuo.kit.requests import Asked

from ..access import visible_mails
from ..mail.actions import require_may_set_up, set_mailbox
from ..models import Mailbox, MailMessage
from .asking import Code, branch, call_of, person

router = Router(tags=["hotline"])
MailKindName = Literal["letter", "automatic", "bounce", "ours", "flood"]


class MailboxIn(Schema):
    unit: Code
    keeper_id: Id = Field(description="Who has what comes while nobody is on duty; of the branch")
    host: Annotated[str, Field(min_length=1, max_length=200)]
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    security: Literal["none", "starttls", "tls"] = "tls"
    username: Annotated[str, Field(min_length=1, max_length=200)]
    secret: Annotated[str, Field(max_length=200)] = Field("", description="Empty: the one that is kept; never shown")
    folder: Annotated[str, Field(min_length=1, max_length=100)] = "INBOX"
    trusts: Annotated[str, Field(max_length=200)] = Field("", description="The server whose word about a sender counts")
    is_on: bool = True


class MailboxChangeIn(MailboxIn):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] = Field(description="The `version` that you read")


class MailboxOut(Answer):
    id: int
    unit: str = Field(description="Code of the branch")
    keeper_id: int
    host: str
    port: int
    security: str
    username: str
    folder: str
    trusts: str
    is_on: bool
    set_up_at: datetime
    looked_at: datetime | None
    failing_since: datetime | None
    error: str = Field(description="Why it cannot be read now")
    version: int

    @classmethod
    def of(cls, box: Mailbox) -> "MailboxOut":
        plain = {name: getattr(box, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=box.unit.code)


class MailboxPage(Page):
    mailboxes: list[MailboxOut]


class MailOut(Answer):
    id: int
    unit: str = Field(description="Code of the branch")
    call_id: int | None = Field(description="The entry of the register that it made; None: it made none")
    kind: str = Field(description="`letter`, `automatic`, `bounce`, `ours` or `flood`")
    sender: str
    sender_name: str
    is_verified: bool = Field(description="Whether the branch's own server vouches for the sender")
    subject: str
    text: str
    notes: list[str] = Field(description="What was left out or is doubtful, in words")
    sent_at: datetime | None
    received_at: datetime

    @classmethod
    def of(cls, mail: MailMessage) -> "MailOut":
        plain = {name: getattr(mail, name) for name in cls.model_fields if name != "unit"}
        return cls(**plain, unit=mail.unit.code)


class MailPage(Page):
    mails: list[MailOut]


@router.get("/mails", response=replies({200: MailPage}))
def list_mails(
    request: Asked,
    kind: Annotated[MailKindName | None, Query(description="Of this kind alone")] = None,
    cursor: Cursor = "",
) -> Any:
    """Mails that made no entry: automatic ones, bounces, what came too often. Newest first."""
    rows = visible_mails(request.user, request.now).filter(call__isnull=True).select_related("unit")
    found, following = paged(rows.filter(kind=kind) if kind else rows, cursor)
    return {"mails": [MailOut.of(mail) for mail in found], "next": following}


@router.get("/calls/{int:id}/mails", response=replies({200: MailPage}))
def list_call_mails(request: Asked, id: int, cursor: Cursor = "") -> Any:
    """The mails of an entry of the register, newest first."""
    rows = visible_mails(request.user, request.now).filter(call=call_of(request, id)).select_related("unit")
    found, following = paged(rows, cursor)
    return {"mails": [MailOut.of(mail) for mail in found], "next": following}


@router.get("/mailboxes", response=replies({200: MailboxPage}))
def list_mailboxes(request: Asked, cursor: Cursor = "") -> Any:
    """The branches' mailboxes and how their fetching does; for the administrator."""
    require_may_set_up(request.user, request.now)
    found, following = paged(Mailbox.objects.select_related("unit"), cursor)
    return {"mailboxes": [MailboxOut.of(box) for box in found], "next": following}


@router.post("/mailboxes", response=replies({201: MailboxOut}), openapi_extra=ANEW)
def set_up_mailbox(request: Asked, payload: MailboxIn) -> Any:
    """Set up a branch's mailbox. It takes no key, so that nothing keeps the password; a second one is refused."""
    require_may_set_up(request.user, request.now)
    return Status(201, _set(request, None, payload, None))


@router.post("/mailboxes/{int:id}/change", response=replies({200: MailboxOut}), openapi_extra=ANEW)
def change_mailbox(request: Asked, id: int, payload: MailboxChangeIn) -> Any:
    """Change a mailbox, as a whole; another server, user or folder is begun anew."""
    require_may_set_up(request.user, request.now)
    return _set(request, get_object_or_404(Mailbox, pk=id), payload, payload.version)


def _set(request: Asked, box: Mailbox | None, payload: MailboxIn, version: int | None) -> MailboxOut:
    values = payload.model_dump(exclude={"unit", "keeper_id", "secret", "version"})
    values |= {"unit": branch(payload.unit), "keeper": person(payload.keeper_id, "keeper_id")}
    with transaction.atomic():
        done = set_mailbox(box, values=values, secret=payload.secret, version=version, by=request.user, now=request.now)
    return MailboxOut.of(done)
