"""What the kit itself can find: files, colleagues, the procedure's clauses, the pages of the menu."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from chengnuo.ledger.clauses import clauses
from chengnuo.people.access import may_manage, visible_staff
from chengnuo.people.models import Staff, Unit
from chengnuo.people.reach import reach

from ..models import Blob
from ..records import named
from ..shell import pages
from .folding import fold
from .keys import phone_digits
from .kinds import KINDS, Hit, Kind, Place, Scope, Words, register_place, register_search, shown

FEW = 8


def register() -> None:
    """Called when the room opens."""
    register_search(FILES)
    register_search(COLLEAGUES)
    register_place(Place("clause", gettext_lazy("规程"), 900, clauses_found))
    register_place(Place("page", gettext_lazy("页面"), 910, pages_found))


def _with_records(blobs: Sequence[Any]) -> None:
    """Give each file its record: whose the record is, the file is."""
    types = {one.subject_type for one in blobs if not hasattr(one, "record")} & set(KINDS)
    for type_ in types:
        kind = KINDS[type_]
        mine = [one for one in blobs if one.subject_type == type_ and not hasattr(one, "record")]
        records = kind.model._default_manager.in_bulk({one.subject_pk for one in mine})
        kind.ready(list(records.values()))
        for one in mine:
            one.record = records.get(one.subject_pk)


def _file_words(blob: Any) -> Words | None:
    record = getattr(blob, "record", None)
    kind = KINDS.get(blob.subject_type)
    words = kind.words(record) if record is not None and kind else None
    if words is None:
        return None
    return Words(
        texts=[blob.name],
        unit=words.unit,
        client_unit=words.client_unit,
        client=words.client,
        person=words.person,
        at=blob.at,
    )


def _file_hits(user: Staff, now: datetime, pks: list[int]) -> dict[int, Hit]:
    """The files whose record the person sees, each with its record's name."""
    blobs = {one.pk: one for one in Blob.objects.filter(pk__in=pks)}
    records = named(user, now, {one.subject for one in blobs.values()})
    return {
        pk: Hit(one.name, records[one.subject].number, records[one.subject].url, "", [one.name])
        for pk, one in blobs.items()
        if one.subject in records
    }


FILES = Kind(
    "file",
    Blob,
    gettext_lazy("文件"),
    order=600,
    reads=("name", "subject_type", "subject_pk", "at"),
    words=_file_words,
    hits=_file_hits,
    prepare=_with_records,
)


def _colleague_words(staff: Any) -> Words:
    return Words(
        texts=[staff.name, staff.username, staff.extension],
        names=[staff.name],
        phones=[digits] if (digits := phone_digits(staff.phone)) else [],
        unit=staff.unit_id,
    )


def _colleague_scope(user: Staff, now: datetime) -> Scope:
    """As `visible_staff`."""
    if may_manage(user, now):
        return Scope(everything=True)
    centres = Unit.objects.filter(kind=Unit.Kind.CENTRE).order_by("pk").values_list("pk", flat=True)
    return Scope((user.unit_id, *reach(user, now).units, *centres))


def _colleague_hit(staff: Any) -> Hit:
    left = "" if staff.is_active else gettext("已离职")
    subtitle = " ".join(filter(None, (staff.unit.name, staff.extension, left)))
    return Hit(staff.name, subtitle, reverse("people:staff_member", args=[staff.pk]))


COLLEAGUES = Kind(
    "staff",
    Staff,
    gettext_lazy("同事"),
    order=700,
    reads=("name", "username", "phone", "extension", "unit_id"),
    words=_colleague_words,
    hits=shown(visible_staff, _colleague_hit, "unit"),
    scope=_colleague_scope,
)


def clauses_found(_user: Staff, _now: datetime, query: str) -> list[Hit]:
    """The clauses whose number begins so, or whose title or text has every word."""
    words = query.split()
    hits = []
    for one in clauses().values():
        text = fold(f"{one.title}\n{one.text}")
        if one.id.casefold().startswith(query) or all(word in text for word in words):
            hits.append(Hit(one.title, "", reverse("procedure:clause", args=[one.id]), one.id, [one.text]))
    return hits[:FEW]


def pages_found(_user: Staff, _now: datetime, query: str) -> list[Hit]:
    """The pages of the menu that everybody has, by their name."""
    return [Hit(label, "", url) for label, url in pages() if query in fold(label)][:FEW]
