"""The daily seal: a hash of every event so far, on top of the seal before. A copy leaves the database."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from .models import Seal, TrailEvent


def seal(now: datetime) -> Seal | None:
    """Seal all events up to now; None when there is nothing new.

    Ids are given before commit, so a plain cursor would lose a late one: the short SHARE lock waits for every writer,
    and the hashing happens at leisure afterwards.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("LOCK TABLE ledger_trail_event IN SHARE MODE")
        up_to = TrailEvent.objects.aggregate(last=Max("id"))["last"]
    before = Seal.objects.order_by("-up_to").first()
    if up_to is None or (before and before.up_to >= up_to):
        return None
    digest, count = hashed(before, up_to)
    made = Seal.objects.create(up_to=up_to, events=count, digest=digest, at=now)
    folder = settings.DATA_DIR / "seals"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{up_to:012d}.json").write_text(
        json.dumps({"up_to": up_to, "events": count, "digest": digest, "at": now.isoformat()})
    )
    return made


def hashed(before: Seal | None, up_to: int) -> tuple[str, int]:
    """The hash of the events after one seal up to an id, and how many they are."""
    total = hashlib.sha256((before.digest if before else "").encode())
    count = 0
    for pk, mac in _macs(before.up_to if before else 0, up_to):
        total.update(f"{pk}:{bytes(mac).hex()}\n".encode())
        count += 1
    return total.hexdigest(), count


def _macs(after: int, up_to: int) -> Iterator[tuple[int, bytes]]:
    rows = TrailEvent.objects.filter(id__gt=after, id__lte=up_to).order_by("id").values_list("id", "mac")
    for pk, mac in rows.iterator(chunk_size=5000):
        yield pk, bytes(mac)
