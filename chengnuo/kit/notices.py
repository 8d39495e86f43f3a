"""What people are told, on the desk and the bell: by the time loop when a duty speaks, and by actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.ladder import Moment
from chengnuo.ledger.models import Kept, Obligation, ref
from chengnuo.ledger.trail import canonical
from chengnuo.people.models import Staff

from .models import Notice
from .outward import tellings
from .outward.tellings import moment_key
from .records import Named, named

KEEP = timedelta(days=180)
SHOWN_AT_MOST = 99
KINDS = {
    "open": Notice.Kind.ASSIGNED,
    "remind": Notice.Kind.REMIND,
    "due": Notice.Kind.DUE,
    "rung": Notice.Kind.ESCALATED,
}

# Thousands at once when a worker comes back after a day, so they go as one JSON text.
TELL = """
INSERT INTO kit_notice (staff_id, kind, obligation_id, rung, subject_type, subject_pk, number, clause, title,
  title_args, moment, is_to_go_out, at)
SELECT x.*, %s, %s FROM json_to_recordset(%s::json) AS x(staff_id bigint, kind text, obligation_id bigint, rung int,
  subject_type text, subject_pk bigint, number text, clause text, title text, title_args jsonb, moment text)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Shown:
    """A notice as its person may read it now: without its words where the record has left his reach."""

    notice: Notice
    text: str
    record: Named | None


def tell_moments(spoken: list[tuple[Obligation, Moment, list[int]]], now: datetime) -> None:
    """One notice per person and moment of a duty, in the loop's transaction; a second run adds none."""
    keys = [moment_key(moment.what, moment.rung) for _duty, moment, _people in spoken]
    also = tellings.also_told([(duty, key) for (duty, _m, _p), key in zip(spoken, keys, strict=True)], now)
    rows = [
        {
            "staff_id": staff_id,
            "kind": KINDS[moment.what],
            "obligation_id": duty.pk,
            "rung": moment.rung,
            "subject_type": duty.subject_type,
            "subject_pk": duty.subject_pk,
            "number": duty.number,
            "clause": duty.clause,
            "title": duty.title,
            "title_args": duty.title_args,
            "moment": key,
        }
        for (duty, moment, people), key, more in zip(spoken, keys, also, strict=True)
        for staff_id in dict.fromkeys([*people, *more])
    ]
    with connection.cursor() as cursor:
        cursor.execute(TELL, [clock.moved() is None, now, canonical(rows)])


def notify(
    staff_ids: Iterable[int],
    title: str,
    args: dict[str, Any],
    subject: Kept,
    now: datetime,
    *,
    kind: Notice.Kind = Notice.Kind.INFO,
    clause: str = "",
    moment: str = "",
    goes_out: bool = True,
) -> None:
    """Tell people something about a record, in the action's transaction. `title` is a message id, `args` fill it.

    `moment` is a key that the room registered with `outward.tellings`: by it the administrator says who is told as
    well and by which channels. Without one, and under a moved clock, the notice stays on the bell.
    """
    where = ref(subject)
    people = list(staff_ids)
    if moment:
        duty = Obligation(unit_id=subject.duty_unit_id, owner_id=subject.duty_owner_id)
        people += tellings.also_told([(duty, moment)], now)[0]
    goes_out = goes_out and bool(moment) and clock.moved() is None
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
            moment=moment,
            is_to_go_out=goes_out,
            at=now,
        )
        for staff_id in dict.fromkeys(people)
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


def read_one(notice: Notice, now: datetime) -> None:
    """It is read from now on, if it was not before."""
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])


def read(user: Staff, up_to: int, now: datetime) -> int:
    """Mark everything up to a notice as read; what came later stays unread."""
    return visible_notices(user).filter(pk__lte=up_to, read_at__isnull=True).update(read_at=now)


def purge(now: datetime) -> int:
    """Forget notices older than 180 days; the events they spoke of stay."""
    return Notice.objects.filter(at__lt=now - KEEP).delete()[0]
