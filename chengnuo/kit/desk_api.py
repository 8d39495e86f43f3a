"""What a person has on his desk besides the work, by API: notices, the search box, files."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, UploadedFile
from pydantic import Field

from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.models import Kept, Ref

from . import blobs, notices, views
from .api import Answer, Id, Page, Schema, acts, paged, replies
from .models import Blob
from .notices import Shown
from .records import may_add_to, record_at, visible_refs
from .requests import Asked

router = Router()
desk, files = Router(tags=["desk"]), Router(tags=["files"])
for part in (desk, files):
    router.add_router("", part)


class NoticeOut(Answer):
    id: int
    kind: str
    text: str
    clause: str
    number: str
    at: datetime
    read_at: datetime | None
    subject_type: str
    subject_pk: int
    url: str = Field(description="The record's page; empty where it has left this person's reach")

    @classmethod
    def of(cls, shown: Shown) -> "NoticeOut":
        plain = {name: getattr(shown.notice, name) for name in cls.model_fields if name not in {"text", "url"}}
        return cls(**plain, text=shown.text, url=shown.record.url if shown.record else "")


class NoticePage(Page):
    unread: int = Field(description="Nobody counts beyond 99")
    notices: list[NoticeOut]


class UpToIn(Schema):
    up_to: Id = Field(description="The newest notice that was seen; what came later stays unread")


class ReadOut(Answer):
    read: int


class FileOut(Answer):
    id: int
    name: str
    type: str
    size: int
    sha256: str
    uploaded_by_id: int
    at: datetime

    @classmethod
    def of(cls, blob: Blob) -> "FileOut":
        return cls.model_validate(blob, from_attributes=True)


class FilesOut(Answer):
    files: list[FileOut]


@desk.get("/notices", response=replies({200: NoticePage}))
def list_notices(request: Asked, cursor: str | None = None) -> Any:
    """What the person was told, newest first, and how much of it is unread."""
    found, following = paged(notices.visible_notices(request.user), cursor)
    shown = notices.shown(request.user, found, request.now)
    return {"unread": notices.unread(request), "notices": [NoticeOut.of(one) for one in shown], "next": following}


@desk.post("/notices/{id}/read", response=replies({200: NoticeOut}))
def read_notice(request: Asked, id: int) -> Any:
    """Mark one notice as read."""

    def run() -> tuple[int, NoticeOut]:
        one = get_object_or_404(notices.visible_notices(request.user), pk=id)
        notices.read_one(one, request.now)
        return 200, NoticeOut.of(notices.shown(request.user, [one], request.now)[0])

    return acts(request, None, run)


@desk.post("/notices/read", response=replies({200: ReadOut}))
def read_notices(request: Asked, payload: UpToIn) -> Any:
    """Everything up to a notice is read."""

    def run() -> tuple[int, ReadOut]:
        return 200, ReadOut(read=notices.read(request.user, payload.up_to, request.now))

    return acts(request, payload, run)


@files.get("/files/{type}/{pk}", response=replies({200: FilesOut}))
def list_files(request: Asked, type: str, pk: int) -> Any:
    """The files of a record, as `clients.client` and its id; the newest hundred."""
    found = blobs.files_of(_record(request, type, pk), request.user, request.now)
    return FilesOut(files=[FileOut.of(blob) for blob in found.blobs])


@files.post("/files/{type}/{pk}", response=replies({201: FileOut}))
def attach_file(request: Asked, type: str, pk: int, file: File[UploadedFile]) -> Any:
    """Add a file (multipart/form-data, field `file`) to a record that this person handles."""
    record = _record(request, type, pk)
    if not may_add_to(request.user, record, request.now):
        raise Forbidden(_("这条记录不归你处理"))
    stored = blobs.store(file)

    def run() -> tuple[int, FileOut]:
        return 201, FileOut.of(blobs.attach(record, stored, by=request.user, now=request.now))

    return acts(request, {"name": stored.name, "sha256": stored.sha256}, run)


BYTES = {"schema": {"type": "string", "format": "binary"}}
# Whatever type the file has; generators of clients know only the first of the two as bytes.
DOWNLOADED = {"responses": {200: {"content": {"application/octet-stream": BYTES, "*/*": BYTES}}}}


@files.get("/blobs/{id}", response=replies({200: None}), openapi_extra=DOWNLOADED)
def download_file(request: Asked, id: int) -> Any:
    """The file as it was uploaded; that it was looked at is noted."""
    return views.blob(request, id)


def _record(request: Asked, type: str, pk: int) -> Kept:
    """A record that this person sees. Raises Http404."""
    where = Ref(type, pk)
    if not 0 < pk < 2**63 or not visible_refs(request.user, request.now, [where]):
        raise Http404
    return record_at(where)
