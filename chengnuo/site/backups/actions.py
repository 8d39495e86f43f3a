"""Making a backup, with its row and its event: the worker every day, a person by the button, the command."""

from datetime import datetime
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils.translation import gettext_noop as _n

from chengnuo.kit.notices import notify
from chengnuo.launch.backup.making import Made, Wanted, make
from chengnuo.launch.backup.words import NotBackedUp, Tell
from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.loop import beat
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from ..models import Backup
from .rules import TOLD_AGAIN_AFTER
from .words import why

HEARTBEAT = "backup"
log = structlog.get_logger("chengnuo.backup")


def back_up(wanted: Wanted, *, how: str, by: Staff | None, tell: Tell) -> Backup:
    """Make a backup and write down what came of it. Raises NotBackedUp, after the administrators were told.

    It runs for minutes and takes its own time from the clock; what it writes outside the database stays there.
    """
    began = clock.now()
    try:
        made = make(wanted, tell)
    except NotBackedUp as error:
        log.error("no backup", code=error.code, words=str(error))
        if error.code not in {"busy", "no_company"}:  # Without a company there is nobody to tell, and no table.
            note_failed(error, how=how, by=by, now=began)
        raise
    log.info("backed up", file=str(made.path), size=made.size, seconds=round(made.seconds, 1), lost=made.lost)
    return note_made(made, wanted.key.id, how=how, by=by, now=clock.now())


def note_made(made: Made, key_id: str, *, how: str, by: Staff | None, now: datetime) -> Backup:
    """A good backup, and those that the rule let go for it."""
    counts = {name: getattr(made, name) for name in ("size", "rows", "events", "files")}
    with transaction.atomic():
        backup = Backup.objects.create(
            made_at=made.made_at,
            state=Backup.State.GOOD,
            how=how,
            asked_by=by,
            file=made.path.name,
            seconds=Decimal(f"{made.seconds:.1f}"),
            lost=len(made.lost),
            is_proved=made.is_proved,
            key_id=key_id,
            **counts,
        )
        data = {**counts, "lost": made.lost[:100], "key": key_id, "proved": made.is_proved}
        record("backup.made", backup, by=by, now=now, data=data, texts={"file": made.path.name})
        for old in Backup.objects.filter(file__in=made.let_go, gone_at=None).order_by("pk"):
            _let_go(old, now)
        beat(HEARTBEAT, made.made_at)
    return backup


def _let_go(old: Backup, now: datetime) -> None:
    with acting(old) as fresh:
        fresh.gone_at = now
        fresh.version += 1
        fresh.save(update_fields=["gone_at", "version"])
        record("backup.let_go", fresh, by=None, now=now)


def note_failed(error: NotBackedUp, *, how: str, by: Staff | None, now: datetime) -> Backup:
    """An attempt that failed; the administrators hear of it, and of the same again after a day."""
    words = why(error)
    with transaction.atomic():
        is_news = _is_news(error.code, now)
        backup = Backup.objects.create(
            made_at=now, state=Backup.State.FAILED, how=how, asked_by=by, code=error.code[:20], error=words[:300]
        )
        record("backup.failed", backup, by=by, now=now, data={"code": error.code}, texts={"words": str(error)})
        if is_news:
            args = {"words": words}
            notify(administrators(now), _n("备份未成：%(words)s"), args, backup, now, moment="backup.failed")
    return backup


def _is_news(code: str, now: datetime) -> bool:
    good = Backup.objects.filter(state=Backup.State.GOOD).order_by("-made_at").values_list("made_at", flat=True).first()
    lately = Backup.objects.filter(state=Backup.State.FAILED, code=code, made_at__gt=now - TOLD_AGAIN_AFTER)
    return not (lately.filter(made_at__gt=good) if good else lately).exists()


def administrators(now: datetime) -> list[int]:
    """Who looks after the installation."""
    held = Role.objects.filter(Role.at(now), kind=Role.Kind.ADMINISTRATOR, staff__is_active=True)
    return list(held.order_by("staff_id").values_list("staff_id", flat=True).distinct())
