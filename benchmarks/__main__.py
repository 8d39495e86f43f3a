"""How fast the core is, on an otherwise empty company: `make bench`. Prints a table; nothing fails here.

Each figure is a median. The load average and versions stand above it: compare only figures of one run.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.settings.test")
django.setup()

from django.db import connection
from django.test import Client as Browser
from django.test.utils import setup_databases, teardown_databases

from benchmarks import cases, excel, letters, plans, reports, search, starting
from chengnuo.hotline.actions import NewPromise, register_call
from chengnuo.hotline.models import Call
from chengnuo.hotline.printing import printed_rows, register_form
from chengnuo.kit.documents import typeset
from chengnuo.ledger import loop
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.seed import seed
from chengnuo.people.models import Staff
from chengnuo.site.demo.company import build

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
CONTENT = "客户问预付赔款何时到账，国庆前要付供应商设备款。保险公司口头说在走审批，未给日期。客户要一个准信。" * 4
CALLS = int(os.environ.get("BENCH_CALLS", "2000"))


def milliseconds(run: Callable[[], object], times: int) -> float:
    took = []
    for _nth in range(times):
        start = time.perf_counter()
        run()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def say(name: str, figure: str) -> None:
    sys.stdout.write(f"{name:<58}{figure:>16}\n")
    sys.stdout.flush()


def printing(staff: Staff) -> None:
    """A register of one row, and one of a thousand, from the rows to the PDF."""
    days = {"since": NOW.date(), "until": NOW.date()}
    rows = printed_rows(staff, NOW, staff.unit, **days)[:1000]
    for count in (1, len(rows)):
        form = register_form(rows[:count], unit=staff.unit, by=staff, now=NOW, absolute=str, **days)
        say(f"登记簿 in print, rows: {count}", f"{milliseconds(lambda form=form: typeset(form), 5):.0f} ms")  # type: ignore[misc]


def main() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    say("Python · Django · PostgreSQL", f"{platform.python_version()} · {django.__version__} · {server}")
    say("load average before", load)
    start = NOW - timedelta(days=30)
    with moved_to(start, "bench"):
        seed(start)
        company = build(start, password=None)
    staff = company.staff["zhoumin"]

    def call() -> None:
        promise = NewPromise("回复预付赔款何时到账", NOW + timedelta(hours=3), "李建明")
        register_call(
            by=staff,
            now=NOW,
            unit=staff.unit,
            rang_at=NOW - timedelta(minutes=3),
            answered_at=NOW - timedelta(minutes=3),
            hung_up_at=NOW,
            caller="13800000421",
            kinds=["enquiry"],
            content=CONTENT,
            promise=promise,
        )

    with moved_to(NOW, "bench"):
        say(f"register a call with a promise (median of {CALLS})", f"{milliseconds(call, CALLS):.1f} ms")
        say("the worker's round when nothing is due", f"{milliseconds(lambda: loop.go_round(NOW), 200):.2f} ms")
    browser = Browser()
    browser.force_login(staff)
    with moved_to(NOW, "bench"):
        for name, path in (
            ("工作台 with its 50 rows", "/"),
            ("服务热线登记簿, first page of 50", "/hotline/"),
            ("one call", f"/hotline/{Call.objects.order_by('pk')[0].pk}/"),
            ("来电登记", "/hotline/new/?phone=0421"),
        ):
            assert browser.get(path).status_code == 200
            say(f"{name} (server, {CALLS} calls)", f"{milliseconds(lambda path=path: browser.get(path), 20):.0f} ms")  # type: ignore[misc]
        printing(staff)
    late = NOW + timedelta(hours=6)
    with moved_to(late, "bench"):
        duties = Obligation.objects.filter(next_at__lte=late).count()
        began = time.perf_counter()
        spoken = loop.go_round(late)
        say(f"{duties} due duties escalated, each with its event", f"{time.perf_counter() - began:.1f} s")
        assert spoken >= duties
    began = time.perf_counter()
    findings, events = check()
    say(f"chengnuo check over {events} events, findings: {len(findings)}", f"{time.perf_counter() - began:.1f} s")
    excel.measure(say, company.staff["linxiaotang"], late)
    search.measure(say, company.staff["linxiaotang"], staff, late)
    letters.measure(say, staff, NOW)
    reports.measure(say, company.staff["wanghaiyan"], NOW)
    cases.measure(say, company.staff["wanghaiyan"], staff, NOW)
    starting.measure(say)
    plans.measure(say, staff.unit, company.staff["wanghaiyan"], company.staff["zhengqiming"], NOW)


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
