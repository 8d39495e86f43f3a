"""Work of more than a second: the worker carries it out, a page shows how far it is, the result waits in the bell.

    @work("clients.import")                               # in a module that the room's AppConfig.ready() imports
    def import_clients(job: Job, tell: Tell) -> Outcome:
        for nth, row in enumerate(rows):
            tell(nth, len(rows), _n("核对"))
            ...
        return Outcome(_n("导入%(count)s个客户"), {"count": len(rows)}, files=[stored])

    job = start("clients.import", _n("导入客户"), args={...}, by=request.user, now=request.now)
    return redirect(job)

The work runs in one transaction with its end: a worker that dies in the middle leaves nothing half done, and what it
was doing is done again from the start. So work must not act outside the database but by what it returns.

A work that is too long for one transaction goes `in_parts`: each run does one part and returns AGAIN, which commits it
and asks for the next; the last run returns what came of it. A part finds out by itself what is left to do.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .blobs import Stored, attach
from .models import Blob, Job, JobState
from .notices import notify

LOCKED = 0x4A4F  # The first half of the advisory lock's key: "JO".
EVERY = 0.4
KEEP_FILES = timedelta(days=7)
FAILED = _n("出了故障，什么都没有写入；已记入日志，稍后再试")
PART_FAILED = _n("出了故障，这一部分没有写入，之前的已存；已记入日志，重做就接着办")


@dataclass(frozen=True)
class Outcome:
    """What came of a work: a message id with its arguments, and files, which its person may fetch."""

    message: str
    args: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Stored] = ()


class Again:
    """A part is done; the rest is the next run's."""


AGAIN = Again()


class Tell:
    """How far a work is, told at most every 0.4 s, on a connection of its own: the work's transaction is not over."""

    def __init__(self, job: Job) -> None:
        self._job, self._beside, self._told = job.pk, connection.copy(), 0.0

    def __call__(self, done: int, total: int, stage: str = "") -> None:
        if time.monotonic() - self._told < EVERY and done < total:
            return
        self._told = time.monotonic()
        with self._beside.cursor() as cursor:
            cursor.execute(
                "UPDATE kit_job SET done = %s, total = %s, stage = %s WHERE id = %s", [done, total, stage, self._job]
            )

    def close(self) -> None:
        self._beside.close()


Work = Callable[[Job, Tell], Outcome | Again]
_works: dict[str, Work] = {}
_in_parts: set[str] = set()


def work(kind: str, *, in_parts: bool = False) -> Callable[[Work], Work]:
    """Register what a kind of job does. Refusals end it as 未做 with their words, anything else as 出错."""

    def register(func: Work) -> Work:
        _works[kind] = func
        if in_parts:
            _in_parts.add(kind)
        return func

    return register


Following = Callable[[Job], tuple[str, str] | None]
_following: dict[str, Following] = {}


def followed_by(kind: str, following: Following) -> None:
    """Say what a person does after a work of this kind has ended: the label of a button and its address, or None."""
    _following[kind] = following


def following(job: Job) -> tuple[str, str] | None:
    """The button below what came of a work, if there is something to do."""
    return _following[job.kind](job) if job.kind in _following and not job.is_running else None


def start(
    kind: str, title: str, *, by: Staff, now: datetime, args: Mapping[str, Any], title_args: Mapping[str, Any] = {}
) -> Job:
    """Ask for a work, in the caller's transaction. `title` is a message id; `args` are plain JSON for the work."""
    if kind not in _works:
        raise LookupError(f"no work is registered as {kind}")
    with transaction.atomic():
        job = Job(kind=kind, title=title, title_args=dict(title_args), args=dict(args), staff=by, made_at=now)
        job.save()
        record("job.asked", job, by=by, now=now, data={"kind": kind})
        run_job.defer(job=job.pk)
    return job


def visible_jobs(user: Staff, now: datetime) -> QuerySet[Job]:
    """Only one's own."""
    return Job.objects.filter(staff=user)


@app.task(
    queue="jobs", retry=RetryStrategy(max_attempts=5, wait=5, retry_exceptions={OperationalError, InterfaceError})
)
def run_job(job: int) -> None:
    """Carry out a job that still waits for it. Safe to run twice, and at the same time."""
    found = Job.objects.select_related("staff").filter(pk=job).first()
    if found is None or not found.is_running:
        return
    tell = Tell(found)
    try:
        _run(found, tell)
    except (OperationalError, InterfaceError):
        raise
    except Refusal as refusal:
        _end(found, JobState.REFUSED, Outcome(refusal.message))
    except Exception:
        structlog.get_logger("chengnuo.jobs").exception("job failed", job=job, kind=found.kind)
        _end(found, JobState.FAILED, Outcome(PART_FAILED if found.kind in _in_parts else FAILED))
    finally:
        tell.close()


def _run(job: Job, tell: Tell) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKED, job.pk % 2**31])
            if not cursor.fetchone()[0]:
                return  # Another worker is at it.
        outcome = _works[job.kind](job, tell)
        if isinstance(outcome, Again):
            run_job.defer(job=job.pk)
        else:
            _end(job, JobState.DONE, outcome)


def _end(job: Job, state: JobState, outcome: Outcome) -> None:
    now = clock.now()
    with acting(job) as fresh:
        if not fresh.is_running:
            return
        fresh.state, fresh.ended_at = state, now
        fresh.message, fresh.message_args = outcome.message, dict(outcome.args)
        fresh.version += 1
        fresh.save(update_fields=["state", "ended_at", "message", "message_args", "version"])
        record("job.ended", fresh, by=job.staff, now=now, data={"kind": job.kind, "state": state})
        for stored in outcome.files:
            attach(fresh, stored, by=job.staff, now=now)
        words = {"what": str(fresh), "words": fresh.words}
        notify([job.staff_id], "%(what)s：%(words)s", words, fresh, now, moment="job.ended")


def retry(job: Job, *, by: Staff, now: datetime) -> Job:
    """Ask once more for a work that failed. Raises Refusal 409 while it runs, or when it was done."""
    if job.state not in (JobState.FAILED, JobState.REFUSED):
        raise Refusal("job_not_failed", _("这件事没有出错，不用再做"))
    return start(job.kind, job.title, by=by, now=now, args=job.args, title_args=job.title_args)


def purge(now: datetime) -> int:
    """Let the files of works go a week after: what was exported is not kept longer than it takes to fetch it."""
    return Blob.objects.filter(subject_type=Job._meta.label_lower, at__lt=now - KEEP_FILES).delete()[0]
