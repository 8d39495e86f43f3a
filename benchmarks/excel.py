"""Workbooks in and out: an import of 2,000 clients, an export of 10,000 rows with the memory it takes."""

import resource
import time
from collections.abc import Callable
from datetime import datetime

from chengnuo.clients import actions
from chengnuo.clients.importing.checking import check
from chengnuo.clients.models import Client
from chengnuo.kit import exports, jobs
from chengnuo.kit.lists import exported_list
from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff, Unit
from tests.clients.books import book, many

Say = Callable[[str, str], None]


def measure(say: Say, centre: Staff, now: datetime) -> None:
    branches = Unit.objects.filter(kind=Unit.Kind.BRANCH).values_list("name", flat=True)[:3]
    rows = many(2000, tuple(branches))
    content = book(**rows)
    with moved_to(now, "bench"):
        began = time.perf_counter()
        checked = check(content, by=centre, now=now, tell=lambda *_told: None)
        assert checked.faults == checked.similar == 0
        say("2,000 clients with 10,500 other rows checked", f"{time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        actions.import_clients(content, "x.xlsx", by=centre, now=now, tell=lambda *_told: None)
        say("the same checked and written", f"{time.perf_counter() - began:.1f} s")
        for rows_wanted in (10_000, 100_000):
            fill(rows_wanted, centre, now)
            began = time.perf_counter()
            job = exports.export(exported_list("clients"), "", by=centre, now=now)
            jobs.run_job(job.pk)
            job.refresh_from_db()
            took = time.perf_counter() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            say(f"{job.words} of clients, 8 columns; the process's peak", f"{took:.1f} s, {peak:.0f} MB")


def fill(count: int, centre: Staff, now: datetime) -> None:
    """Rows to export, beside the actions: only reading them is measured."""
    unit = Unit.objects.filter(kind=Unit.Kind.BRANCH)[0]
    missing = count - Client.objects.count()
    new = [Client(unit=unit, kind="company", name=f"第{nth}号机械厂", since=now.date()) for nth in range(missing)]
    Client.objects.bulk_create(new, batch_size=5000)
