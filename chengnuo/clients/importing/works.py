"""The two works of an import: checking an upload, and writing what was checked and confirmed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.kit import blobs
from chengnuo.kit.blobs import Stored, attach
from chengnuo.kit.jobs import Outcome, Tell, followed_by, start, work
from chengnuo.kit.models import Blob, Job, JobState
from chengnuo.kit.sniffing import XLSX
from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff

from ..actions import import_clients, refuse_repeated
from .checking import Checked, check
from .template import faults_book

CHECK, WRITE = "clients.check_import", "clients.import"
CLEAN = _n(
    "没有错误，还没有写入：客户%(clients)s，联系人%(contacts)s，场所%(sites)s，委托协议%(agreements)s，保单%(policies)s"
)
DOUBTFUL = _n("%(similar)s个客户可能已有，还没有写入；看过错误表再定")
FAULTY = _n("%(faults)s处要改，什么都没有写入；改好错误表里标色的格子，再上传那份表")
WRITTEN = _n("已写入：客户%(clients)s，联系人%(contacts)s，场所%(sites)s，委托协议%(agreements)s，保单%(policies)s")


def ask_check(stored: Stored, *, by: Staff, now: datetime) -> Job:
    """Ask for an upload to be checked. Raises Refusal 409 when it was imported before."""
    with transaction.atomic():
        args = {"sha256": stored.sha256, "name": stored.name}
        job = start(CHECK, _n("核对%(name)s"), title_args={"name": stored.name}, args=args, by=by, now=now)
        attach(job, stored, by=by, now=now)
        refuse_repeated(content_of(job), by=by, now=now)
    return job


def ask_import(checked: Job, *, although_similar: bool, by: Staff, now: datetime) -> Job:
    """Confirm what was checked. Raises Refusal 409 for a check that found faults, or 仍然导入 not ticked."""
    if not is_clean(checked):
        raise Refusal("import_not_clean", _("核对没有通过，改好错误再上传"))
    if checked.message_args.get("similar") and not although_similar:
        raise Refusal("similar_clients", _("可能已有这些客户，看过错误表，确认不是同一户再勾选"))
    args = {"check": checked.pk, "although_similar": although_similar}
    title_args = {"name": checked.args["name"]}
    return start(WRITE, _n("导入%(name)s"), title_args=title_args, args=args, by=by, now=now)


def is_clean(job: Job) -> bool:
    """Whether a check ended without a fault; similar clients are a question, not a fault."""
    return job.kind == CHECK and job.state == JobState.DONE and not job.message_args.get("faults")


def content_of(job: Job) -> bytes:
    """The upload of a check. Raises Refusal 409 once it has gone, after a week."""
    # By whose it is, not by job: a check that is asked for again has the upload of the first.
    mine = Blob.objects.filter(subject_type=Job._meta.label_lower, uploaded_by=job.staff)
    blob = mine.filter(sha256=job.args["sha256"]).first()
    if blob is None:
        raise Refusal("upload_gone", _("上传的文件只保留7天，重新上传"))
    return blobs.content_of(blob)


@work(CHECK)
def check_import(job: Job, tell: Tell) -> Outcome:
    now = clock.now()
    checked = check(content_of(job), by=job.staff, now=now, tell=tell)
    args: dict[str, Any] = {"faults": checked.faults, "similar": checked.similar, **checked.counts}
    if not checked.faults and not checked.similar:
        return Outcome(CLEAN, args)
    tell(0, 1, _n("写错误表"))
    files = [faults_file(checked, job.args["name"], job.staff, now)]
    return Outcome(FAULTY if checked.faults else DOUBTFUL, args, files)


def faults_file(checked: Checked, name: str, by: Staff, now: datetime) -> Stored:
    """The workbook of what is wrong, kept under the upload's name."""
    return blobs.keep(faults_book(checked, by, now), faults_name(name), XLSX)


def faults_name(name: str) -> str:
    return _("%(name)s-错误.xlsx") % {"name": name.removesuffix(".xlsx").removesuffix(_("-错误"))[:80]}


@work(WRITE)
def write_import(job: Job, tell: Tell) -> Outcome:
    checked = Job.objects.get(pk=job.args["check"], staff=job.staff)
    one = import_clients(
        content_of(checked),
        checked.args["name"],
        although_similar=job.args["although_similar"],
        by=job.staff,
        now=clock.now(),
        tell=tell,
    )
    return Outcome(WRITTEN, one.counts)


def register() -> None:
    """Say what comes after each work; called once, when the room opens."""
    followed_by(CHECK, _after_check)
    followed_by(WRITE, lambda job: (_("看客户"), reverse("clients:list")) if job.state == JobState.DONE else None)


def _after_check(job: Job) -> tuple[str, str]:
    if is_clean(job):
        return _("去确认"), reverse("clients:import_confirm", args=[job.pk])
    return _("重新上传"), reverse("clients:import")
