"""What people are told, on the desk and the bell: by the time loop when a duty speaks, and by actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengnuo.ledger.ladder import Moment
from chengnuo.ledger.models import Kept, Obligation, ref
from chengnuo.people.models import Staff

from .models import Notice
from .records import Named, named

KEEP = timedelta(days=180)
SHOWN_AT_MOST = 99
KINDS = {
    "open": Notice.Kind.ASSIGNED,
    "remind": Notice.Kind.REMIND,
    "due": Notice.Kind.DUE,
    "rung": Notice.Kind.ESCALATED,
}


@dataclass(frozen=True)
class Shown:
    """A notice as its person may read it now: without its words where the record has left his reach."""

    notice: Notice
    text: str
    record: Named | None


def tell_moments(spoken: list[tuple[Obligation, Moment, list[int]]], now: datetime) -> None:
    """One notice per person and moment of a duty, in the loop's transaction; a second run adds none."""
    Notice.objects.bulk_create(
        [
            Notice(
                staff_id=staff_id,
                kind=KINDS[moment.what],
                obligation_id=duty.pk,
                rung=moment.rung,
                subject_type=duty.subject_type,
                subject_pk=duty.subject_pk,
                number=duty.number,
                clause=duty.clause,
                title=duty.title,
                title_args=duty.title_args,
                at=now,
            )
            for duty, moment, people in spoken
            for staff_id in dict.fromkeys(people)
        ],
        ignore_conflicts=True,
    )


def notify(
    staff_ids: Iterable[int],
    title: str,
    args: dict[str, Any],
    subject: Kept,
    now: datetime,
    *,
    kind: Notice.Kind = Notice.Kind.INFO,
    clause: str = "",
) -> None:
    """Tell people something about a record, in the action's transaction. `title` is a message id, `args` fill it."""
    where = ref(subject)
    Notice.objects.bulk_create(
        Notice(
            staff_id=staff_id,
            kind=kind,
            subject_type=where.type,
            subject_pk=where.pk,
            number=str(getattr(subject, "number", "") or ""),
            clause=clause,
            title=title,
            title_args=args,
            at=now,
        )
        for staff_id in dict.fromkeys(staff_ids)
    )


def visible_notices(user: Staff) -> QuerySet[Notice]:
    """Only one's own."""
    return Notice.objects.filter(staff=user)


def unread(request: HttpRequest) -> int:
    """The bell's figure; beyond 99 nobody counts. One read of a partial index."""
    if not request.user.is_authenticated:
        return 0
    newest = visible_notices(request.user).filter(read_at__isnull=True).order_by("-pk")
    return len(newest.values_list("pk")[:SHOWN_AT_MOST])


def shown(user: Staff, notices: Iterable[Notice], now: datetime) -> list[Shown]:
    """The notices as this person may read them now."""
    notices = list(notices)
    names = named(user, now, {one.subject for one in notices})
    return [
        Shown(one, one.text if one.subject in names else _("这条提醒的记录已不在可看范围内"), names.get(one.subject))
        for one in notices
    ]


def read(user: Staff, up_to: int, now: datetime) -> int:
    """Mark everything up to a notice as read; what came later stays unread."""
    return visible_notices(user).filter(pk__lte=up_to, read_at__isnull=True).update(read_at=now)


def purge(now: datetime) -> int:
    """Forget notices older than 180 days; the events they spoke of stay."""
    return Notice.objects.filter(at__lt=now - KEEP).delete()[0]
