"""Records of different rooms that belong together."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from .models import Kept, Link, Ref, ref
from .trail import Draft


def link(a: Kept, b: Kept, why: str, event: Draft) -> None:
    """Tie two records; the event is the one that did it. Tying them again, from either side, changes nothing."""
    one, other = sorted((ref(a), ref(b)))
    Link.objects.bulk_create(
        [Link(a_type=one.type, a_pk=one.pk, b_type=other.type, b_pk=other.pk, why=why, event_id=event.id)],
        ignore_conflicts=True,
    )


def linked(record: Kept) -> list[tuple[Ref, str]]:
    """What a record is tied to, from either side, in the order in which it was tied."""
    me = ref(record)
    rows: Iterable[Link] = Link.objects.filter(Q(a_type=me.type, a_pk=me.pk) | Q(b_type=me.type, b_pk=me.pk)).order_by(
        "pk"
    )
    return [
        (Ref(row.b_type, row.b_pk) if (row.a_type, row.a_pk) == me else Ref(row.a_type, row.a_pk), row.why)
        for row in rows
    ]


def linked_of(records: Sequence[Kept]) -> dict[Ref, list[Ref]]:
    """What each of these records of one type is tied to, from either side, in the order in which it was tied."""
    found: dict[Ref, list[Ref]] = {}
    if not records:
        return found
    type_, pks = records[0]._meta.label_lower, [record.pk for record in records]
    rows = Link.objects.filter(Q(a_type=type_, a_pk__in=pks) | Q(b_type=type_, b_pk__in=pks)).order_by("pk")
    mine = {ref(record) for record in records}
    for row in rows:
        one, other = Ref(row.a_type, row.a_pk), Ref(row.b_type, row.b_pk)
        for me, tied in ((one, other), (other, one)):
            if me in mine:
                found.setdefault(me, []).append(tied)
    return found
