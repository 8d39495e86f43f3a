"""Making the index of records that were there before it, or before the way words become rows changed: from the newest
back, in batches beside living work, going on where it stopped; and comparing it with the records."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chengnuo.ledger import clock
from chengnuo.ledger.check import one_instant
from chengnuo.ledger.models import ref

from ..models import SearchBuild, SearchRow
from .kinds import KINDS, Kind
from .rows import BATCH, VERSION, Row, made, remake

SLICE = 10.0
COMPARED = 500
_is_built = False

Tell = Callable[[Kind, int, int], None]


def is_built() -> bool:
    """Whether every kind has all its rows. Once so, it stays so for the life of the process."""
    global _is_built
    if not _is_built:
        built = SearchBuild.objects.filter(version=VERSION, built_at__isnull=False)
        _is_built = set(KINDS) <= set(built.values_list("subject_type", flat=True))
    return _is_built


def percent() -> int:
    """How much of the records is dealt with, by their keys."""
    builds = {one.subject_type: one for one in SearchBuild.objects.filter(version=VERSION)}
    whole = done = 0
    for type_, kind in KINDS.items():
        build = builds.get(type_)
        whole += build.from_pk if build else _newest(kind)
        done += (build.from_pk - (0 if build.built_at else build.down_to)) if build else 0
    return min(99, 100 * done // whole) if whole else 99


def is_unfinished() -> bool:
    """Whether a building was broken off."""
    return SearchBuild.objects.exists() and not is_built()


def begin_again() -> None:
    """Let every row be made anew; those that are there are found meanwhile."""
    global _is_built
    _is_built = False
    SearchBuild.objects.all().delete()


def build(seconds: float | None = None, tell: Tell = lambda _kind, _done, _whole: None) -> bool:
    """Make the rows that are missing, for about so many seconds. Returns whether nothing is left to do."""
    ends = time.monotonic() + seconds if seconds is not None else None
    for kind in KINDS.values():
        progress = _progress(kind)
        while progress.built_at is None:
            if ends is not None and time.monotonic() > ends:
                return False
            _go_on(kind, progress)
            tell(kind, progress.from_pk - progress.down_to, progress.from_pk)
    return True


def _newest(kind: Kind) -> int:
    return kind.model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0


def _progress(kind: Kind) -> SearchBuild:
    newest = _newest(kind)
    progress, _new = SearchBuild.objects.get_or_create(
        subject_type=kind.type, defaults={"version": VERSION, "from_pk": newest, "down_to": newest + 1}
    )
    if progress.version != VERSION:
        progress.version, progress.from_pk, progress.down_to, progress.built_at = VERSION, newest, newest + 1, None
        progress.save()
    return progress


def _go_on(kind: Kind, progress: SearchBuild) -> None:
    """One batch. Begun twice, or broken off before it is noted, it is made twice to the same effect."""
    older = kind.model._default_manager.filter(pk__lt=progress.down_to)
    pks = list(older.order_by("-pk").values_list("pk", flat=True)[:BATCH])
    if pks:
        remake(kind, pks)
        progress.down_to = pks[-1]
    else:
        _orphans(kind).delete()
        progress.down_to, progress.built_at = 0, clock.now()
    progress.save(update_fields=["down_to", "built_at"])


def _orphans(kind: Kind) -> QuerySet[SearchRow]:
    """Rows whose record is gone."""
    record = kind.model._default_manager.filter(pk=OuterRef("subject_pk")).order_by()
    return SearchRow.objects.filter(~Exists(record), subject_type=kind.type)


@app.task(queue="jobs", name="chengnuo.kit.search.build", queueing_lock="search")
def go_on_building() -> None:
    """Build for a while, then let others have the queue."""
    if not build(SLICE):
        go_on_building.defer()


def build_where_missing() -> None:
    """Ask the worker to make what is missing: after an upgrade, and after a restore of older data."""
    if is_built():
        return
    try:
        with transaction.atomic():
            go_on_building.defer()
    except AlreadyEnqueued:
        pass


@dataclass
class Compared:
    """What a comparison of one kind found: records looked at, those without a row, with an old one, and rows without a
    record or of one that is not to be found."""

    records: int = 0
    missing: int = 0
    stale: int = 0
    left_over: int = 0

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.stale or self.left_over)


def compare(kind: Kind) -> Compared:
    """Hold every record of a kind against its row. What is written meanwhile is seen whole or not at all."""
    found = Compared()
    mine = SearchRow.objects.filter(subject_type=kind.type)
    with one_instant():
        for records in _batches(kind):
            rows, gone = made({ref(one): (kind, one) for one in records})
            stored = {one.subject_pk: one for one in mine.filter(subject_pk__in=[one.pk for one in records])}
            found.records += len(records)
            found.missing += sum(row.ref.pk not in stored for row in rows)
            found.stale += sum(row.ref.pk in stored and _differs(row, stored[row.ref.pk]) for row in rows)
            found.left_over += sum(where.pk in stored for where in gone)
        found.left_over += _orphans(kind).count()
    return found


def _batches(kind: Kind) -> Iterator[list[Any]]:
    after = 0
    while records := list(kind.model._default_manager.filter(pk__gt=after).order_by("pk")[:COMPARED]):
        yield records
        after = records[-1].pk


def _differs(row: Row, stored: SearchRow) -> bool:
    whose = (stored.unit_id, stored.client_unit_id, stored.client_id, stored.person_id, stored.at)
    w = row.words
    return (stored.mark, stored.text, stored.keys, whose) != (
        row.mark,
        row.text,
        row.keys,
        (w.unit, w.client_unit, w.client, w.person, w.at),
    )
