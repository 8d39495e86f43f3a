"""Which complaints are of one matter: they follow each other when a pair is found, named or rejected (3.6.6)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from chengnuo.clients.case_acts import kept
from chengnuo.people.models import Staff

from ..causes import held_repeats
from ..models import Complaint, Repeat, RepeatState
from .escalating import review_referral

HELD = ~Q(state=RepeatState.REJECTED)


def binding() -> QuerySet[Repeat]:
    """The pairs that make one matter of two complaints: what a person named or confirmed, and of what was found the
    nearest. A farther one alone does not: it would bring together what a person said is apart."""
    found = Repeat.objects.filter(HELD, complaint=OuterRef("complaint")).exclude(decided_at=F("found_at"))
    nearest = Subquery(found.order_by("-score", "-earlier").values("pk")[:1])
    return Repeat.objects.filter(Q(state=RepeatState.CONFIRMED) | Q(HELD, pk=nearest))


def join_matter(complaint: Complaint, by: Staff, now: datetime) -> None:
    """It repeats the nearest of the earlier ones that hold. Its own matter and those of the pairs that bind it are one:
    whatever had another key follows to that of the first. Runs under the client's lock; sends what is repeated by that
    to the centre."""
    rows = binding().filter(complaint=complaint).select_related("earlier")
    keys = {_key(complaint), *(_key(one.earlier) for one in rows)}
    first = min(keys)
    others = keys - {first}
    follow = _of(others).exclude(pk=complaint.pk) if others else Complaint.objects.none()
    moved_ = [one for one in follow if _keyed(one, first, by, now)]
    _repeat_and_key(complaint, first, by, now)
    for one in moved_:
        review_referral(one, true_at=now, by=by, now=now)


def part_matter(complaint: Complaint, by: Staff, now: datetime) -> None:
    """A pair was rejected: what the pairs that are left do not hold together is of different matters."""
    mine = {complaint.pk}
    left = set(_of([_key(complaint)]).values_list("pk", flat=True)) | mine
    while left:
        together = _together(min(left))
        for one in _locked(together - mine):
            _keyed(one, min(together), by, now)
        if complaint.pk in together:
            _repeat_and_key(complaint, min(together), by, now)
        left -= together


def _together(pk: int) -> set[int]:
    """Every complaint that the pairs bind to this one, over however many."""
    known, edge = {pk}, {pk}
    while edge:
        rows = binding().filter(Q(complaint__in=edge) | Q(earlier__in=edge)).values_list("complaint_id", "earlier_id")
        edge = {one for pair in rows for one in pair} - known
        known |= edge
    return known


def _key(complaint: Complaint) -> int:
    return complaint.matter_key or complaint.pk


def _of(keys: Iterable[int]) -> QuerySet[Complaint]:
    """The complaints of these matters, locked."""
    rows = Complaint.objects.select_for_update(no_key=True)
    return rows.filter(Q(pk__in=keys) | Q(matter_key__in=keys)).order_by("pk")


def _locked(pks: Iterable[int]) -> QuerySet[Complaint]:
    return Complaint.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")


def _keyed(one: Complaint, key: int, by: Staff, now: datetime) -> bool:
    was, one.matter_key = one.matter_key, key if key != one.pk else None
    if one.matter_key == was:
        return False
    kept(one, "complaint.matter", by=by, now=now, data={"matter": [was, one.matter_key]})
    return True


def _repeat_and_key(complaint: Complaint, key: int, by: Staff, now: datetime) -> None:
    held = held_repeats(complaint)
    was = (complaint.repeats_id, complaint.matter_key)
    complaint.repeats = held[0].earlier if held else None
    complaint.matter_key = key if key != complaint.pk else None
    if (complaint.repeats_id, complaint.matter_key) != was:
        data = {"matter": [was[1], complaint.matter_key], "repeats": [was[0], complaint.repeats_id]}
        kept(complaint, "complaint.matter", by=by, now=now, data=data)
