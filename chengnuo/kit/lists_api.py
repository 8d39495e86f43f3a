"""Lists by API: their columns and saved views, the list as a workbook, and the jobs that such work is."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from chengnuo.ledger.errors import Invalid

from . import blobs, exports, jobs, lists
from .api import Answer, Page, Schema, acts, paged, replies
from .desk_api import FileOut
from .lists import Listing
from .models import Job, ListChoice
from .requests import Asked

router = Router(tags=["lists"])

Query = Annotated[str, Field(max_length=exports.LONGEST_QUERY, description="The filter as the page's address has it")]
Columns = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=lists.MOST_COLUMNS)]


class ColumnOut(Answer):
    key: str
    label: str
    is_chosen: bool


class ViewIn(Schema):
    name: Annotated[str, Field(min_length=1, max_length=30)]
    query: Annotated[str, Field(max_length=1000)] = ""


class ViewOut(Answer):
    id: int
    name: str
    query: str


class ListOut(Answer):
    key: str
    title: str
    density: str
    columns: list[ColumnOut]
    views: list[ViewOut]


class ChoiceIn(Schema):
    columns: Columns = Field([], description="Keys in their order; none is the list as it was made")
    density: Literal["", "compact", "two"] = ""


class ExportIn(Schema):
    query: Query = ""
    columns: Columns | None = Field(
        None, description="Keys in their order; those of the person's own list unless stated"
    )


class JobOut(Answer):
    id: int
    kind: str
    title: str
    state: str
    words: str = Field(description="What came of it")
    stage: str
    done: int
    total: int
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> "JobOut":
        plain = {name: getattr(job, name) for name in JobOut.model_fields if name not in {"title", "stage"}}
        return cls(**plain, title=str(job), stage=_(job.stage) if job.stage else "")


class JobWithFiles(JobOut):
    files: list[FileOut] = Field(description="What it made; fetched by /blobs, kept for a week")


class JobPage(Page):
    jobs: list[JobOut]


@router.get("/lists/{key}", response=replies({200: ListOut}))
def get_list(request: Asked, key: str) -> Any:
    """A list that can be exported, as this person has it."""
    return _answer(request, _list(key))


@router.post("/lists/{key}/columns", response=replies({200: ListOut}))
def choose_columns(request: Asked, key: str, payload: ChoiceIn) -> Any:
    """Keep which columns the person sees in a list, and how closely its rows stand."""

    def run() -> tuple[int, ListOut]:
        listing = _list(key)
        _require_known(listing, payload.columns)
        lists.keep_choice(request.user, listing.key, payload.columns, payload.density)
        return 200, _answer(request, listing)

    return acts(request, payload, run)


@router.post("/lists/{key}/views", response=replies({200: ListOut}))
def save_view(request: Asked, key: str, payload: ViewIn) -> Any:
    """Save a filter under a name; the same name again replaces it."""

    def run() -> tuple[int, ListOut]:
        listing = _list(key)
        lists.keep_view(request.user, listing.key, payload.name, payload.query)
        return 200, _answer(request, listing)

    return acts(request, payload, run)


@router.post("/lists/{key}/views/{id}/drop", response=replies({200: ListOut}))
def drop_view(request: Asked, key: str, id: int) -> Any:
    """Forget one of the person's saved views of a list."""

    def run() -> tuple[int, ListOut]:
        listing = _list(key)
        get_object_or_404(lists.views_of(request.user, listing.key), pk=id).delete()
        return 200, _answer(request, listing)

    return acts(request, None, run)


@router.post("/lists/{key}/export", response=replies({201: JobOut}))
def export_list(request: Asked, key: str, payload: ExportIn) -> Any:
    """Ask for the list as a workbook: a job, whose file is fetched when it is done."""

    def run() -> tuple[int, JobOut]:
        listing = _list(key)
        if payload.columns is not None:
            _require_known(listing, payload.columns)
        job = exports.export(listing, payload.query, by=request.user, now=request.now, columns=payload.columns)
        return 201, JobOut.of(job)

    return acts(request, payload, run)


@router.get("/jobs", response=replies({200: JobPage}))
def list_jobs(request: Asked, cursor: str | None = None) -> Any:
    """One's own jobs."""
    found, following = paged(jobs.visible_jobs(request.user, request.now), cursor)
    return {"jobs": [JobOut.of(job) for job in found], "next": following}


@router.get("/jobs/{id}", response=replies({200: JobWithFiles}))
def get_job(request: Asked, id: int) -> Any:
    """How far a job is, and what came of it."""
    job = _job(request, id)
    made = blobs.files_of(job, request.user, request.now).blobs
    return JobWithFiles(**JobOut.of(job).model_dump(), files=[FileOut.of(blob) for blob in made])


@router.post("/jobs/{id}/retry", response=replies({201: JobOut}))
def retry_job(request: Asked, id: int) -> Any:
    """Ask once more for a job that failed; it is another job."""

    def run() -> tuple[int, JobOut]:
        return 201, JobOut.of(jobs.retry(_job(request, id), by=request.user, now=request.now))

    return acts(request, None, run)


def _list(key: str) -> Listing:
    try:
        return lists.exported_list(key)
    except LookupError:
        raise Http404 from None


def _job(request: Asked, id: int) -> Job:
    return get_object_or_404(jobs.visible_jobs(request.user, request.now), pk=id)


def _require_known(listing: Listing, columns: list[str]) -> None:
    if unknown := set(columns) - {column.key for column in listing.columns}:
        raise Invalid("columns", columns=_("没有这一列：%s") % "、".join(sorted(unknown)))


def _answer(request: Asked, listing: Listing) -> ListOut:
    choice = ListChoice.objects.filter(staff=request.user, list_key=listing.key).first()
    chosen = listing.chosen(request.user)
    known = {column.key: column for column in listing.columns}
    order = [*chosen, *(key for key in known if key not in chosen)]
    return ListOut(
        key=listing.key,
        title=str(listing.title),
        density=choice.density if choice else "",
        columns=[ColumnOut(key=key, label=str(known[key].label), is_chosen=key in chosen) for key in order],
        views=[
            ViewOut.model_validate(view, from_attributes=True) for view in lists.views_of(request.user, listing.key)
        ],
    )
