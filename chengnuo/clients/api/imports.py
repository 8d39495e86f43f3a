"""Many clients at once: the template, the upload that is checked, and confirming what was checked."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router, UploadedFile
from pydantic import Field

from chengnuo.kit import blobs
from chengnuo.kit.api import Answer, Page, Schema, acts, paged, replies
from chengnuo.kit.jobs import visible_jobs
from chengnuo.kit.operations import Cursor, JobAskedOut, paper
from chengnuo.kit.requests import Asked
from chengnuo.kit.sniffing import XLSX
from chengnuo.ledger.errors import Invalid, Refusal

from ..access import visible_imports
from ..importing import works
from ..models import Import
from ..views.imports import require_may_import, template_file

router = Router(tags=["imports"])


class ImportConfirmIn(Schema):
    although_similar: bool = Field(False, description="Import also those who may be on record already")


class UploadedIn(Schema):
    """What a key stands for: the file by its content."""

    name: str
    sha256: str


class ImportOut(Answer):
    id: int
    name: str
    by_id: int
    at: datetime
    clients: int
    contacts: int
    sites: int
    agreements: int
    policies: int

    @classmethod
    def of(cls, one: Import) -> "ImportOut":
        return cls.model_validate(one, from_attributes=True)


class ImportPage(Page):
    imports: list[ImportOut]


@router.get("/clients/imports", response=replies({200: ImportPage}))
def list_client_imports(request: Asked, cursor: Cursor = "") -> Any:
    """Workbooks whose clients were all entered: your own, every one for the centre. Newest first."""
    require_may_import(request)
    found, following = paged(visible_imports(request.user, request.now), cursor)
    return {"imports": [ImportOut.of(one) for one in found], "next": following}


@router.get("/clients/imports/template", response=replies({200: None}), openapi_extra=paper(XLSX.mime))
def get_client_import_template(request: Asked) -> HttpResponse:
    """The workbook to fill in."""
    return template_file(request)


@router.post("/clients/imports", response=replies({202: JobAskedOut}))
def check_client_import(request: Asked, file: File[UploadedFile]) -> Any:
    """Have a workbook checked; nothing is written. Its job says what was found, and holds the faults as a file."""
    require_may_import(request)
    stored = blobs.store(file)
    if stored.type != XLSX.mime:
        raise Invalid("file_type", file=_("只收.xlsx；旧格式.xls和CSV先在Excel里另存为.xlsx，带密码的先去掉密码"))

    def run() -> tuple[int, JobAskedOut]:
        return 202, JobAskedOut(job_id=works.ask_check(stored, by=request.user, now=request.now).pk)

    return acts(request, UploadedIn(name=stored.name, sha256=stored.sha256), run)


@router.post("/clients/imports/{int:job_id}/confirm", response=replies({202: JobAskedOut}))
def confirm_client_import(request: Asked, job_id: int, payload: ImportConfirmIn) -> Any:
    """Write what was checked without a fault: all of it or nothing."""

    def run() -> tuple[int, JobAskedOut]:
        require_may_import(request)
        checks = visible_jobs(request.user, request.now).filter(kind=works.CHECK)
        job = get_object_or_404(checks, pk=job_id)
        if job.is_running:
            raise Refusal("job_running", _("还在核对，完成后再确认"))
        asked = works.ask_import(job, although_similar=payload.although_similar, by=request.user, now=request.now)
        return 202, JobAskedOut(job_id=asked.pk)

    return acts(request, payload, run)
