"""One lock: how every action begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from .models import Kept, ref


@contextmanager
def acting(*subjects: Kept, client: Kept | None = None) -> Iterator[Any]:
    """A transaction in which the records are locked and read afresh: the client first, then by (type, key).

    Yields the one subject, or a tuple of them in the order given; the client is read afresh in place. The lock lets
    rows that point here be inserted (no_key): plain FOR UPDATE would hold them up. Without the client's lock two
    simultaneous complaints of one client would not see each other.
    """
    with transaction.atomic():
        if client is not None:
            client.refresh_from_db(from_queryset=type(client)._default_manager.select_for_update(no_key=True))
        fresh = {ref(subject): _fresh(subject) for subject in sorted(subjects, key=ref) if subject.pk}
        got = tuple(fresh[ref(subject)] if subject.pk else subject for subject in subjects)
        yield got[0] if len(got) == 1 else got


def _fresh(subject: Kept) -> Kept:
    # Not type(subject): the person of a request is a lazy stand-in for the record.
    rows = subject._meta.model._default_manager.select_for_update(no_key=True)
    return rows.get(pk=subject.pk)  # type: ignore[return-value]
