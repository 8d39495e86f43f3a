"""In the worker: the day's backup, and one that a person asked for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _n
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chengnuo.kit.jobs import Outcome, work
from chengnuo.kit.jobs import Tell as JobTell
from chengnuo.kit.models import Job
from chengnuo.launch.backup.words import NotBackedUp, Tell, size
from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from ..models import Backup
from .actions import back_up, note_failed
from .plan import Plan, plan
from .rules import AGAIN_AFTER, is_due
from .words import STAGES, why

KIND = "site.backup"
TITLE = _n("备份")


@app.task(queue="backup", queueing_lock="backup", lock="backup", pass_context=False)
def back_up_today() -> None:
    """Carried out by the worker. Safe to run twice: the second finds that nothing is owed."""
    now = clock.now()
    try:
        planned = plan()
        if planned is None or not _is_owed(planned, now):
            return
        wanted = planned.wanted()
    except NotBackedUp as error:
        note_failed(error, how=Backup.How.DAILY, by=None, now=now)
        return
    try:
        back_up(wanted, how=Backup.How.DAILY, by=None, tell=lambda *_: None)
    except NotBackedUp:
        return  # It is written down and told; the next hour tries again.


def ask_for_backup(now: datetime) -> int:
    """The loop's round: have the worker make what is owed. The loop itself never waits for it."""
    if clock.moved() is not None:
        return 0
    try:
        planned = plan()
        if planned is None or not _is_owed(planned, now):
            return 0
    except NotBackedUp as error:
        if _is_time_to_say_so(now):
            note_failed(error, how=Backup.How.DAILY, by=None, now=now)
        return 0
    try:
        with transaction.atomic():
            back_up_today.defer()
    except AlreadyEnqueued:
        return 0
    return 1


def _is_owed(planned: Plan, now: datetime) -> bool:
    good, tried = last_good(), _last_daily_try()
    return is_due(now, planned.at, good.made_at if good else None, tried)


def _is_time_to_say_so(now: datetime) -> bool:
    """Settings that cannot be are said once an hour, not every round."""
    tried = _last_daily_try()
    return tried is None or now - tried >= AGAIN_AFTER


def _last_daily_try() -> datetime | None:
    failed = Backup.objects.filter(state=Backup.State.FAILED, how=Backup.How.DAILY)
    return failed.order_by("-made_at").values_list("made_at", flat=True).first()


def last_good() -> Backup | None:
    """The newest good backup."""
    return Backup.objects.filter(state=Backup.State.GOOD).order_by("-made_at").first()


def _stages(tell: JobTell, *, is_proved: bool) -> Tell:
    """A page shows in which of the stages it is: how much there is to do in each is not known before."""
    names = list(dict.fromkeys(STAGES))[: None if is_proved else 4]

    def told(stage: str, done: int, total: int) -> None:
        if stage in names:
            tell(names.index(stage) + 1, len(names) + 1, STAGES[stage])

    return told


@work(KIND)
def back_up_now(job: Job, tell: JobTell) -> Outcome:
    """One that a person asked for. A refusal is said to him; the file of a backup stays whatever becomes of the job."""
    try:
        planned = plan()
        if planned is None:
            raise NotBackedUp("key_missing", "CHENGNUO_BACKUP_DIR and CHENGNUO_BACKUP_KEY are not set.")
        is_proved = bool(job.args.get("prove"))
        wanted = planned.wanted(is_proved=is_proved)
        made = back_up(wanted, how=Backup.How.PERSON, by=job.staff, tell=_stages(tell, is_proved=is_proved))
    except NotBackedUp as error:
        raise Refusal("not_backed_up", why(error)) from error
    return Outcome(
        _n("%(file)s，%(size)s，用时%(seconds)s秒"),
        {"file": made.file, "size": size(made.size), "seconds": str(made.seconds)},
    )
