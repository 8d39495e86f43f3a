"""Claims and complaints on many of them: earlier complaints on the same matter, the board, what a review costs."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from benchmarks.repeats.judging import judged, pairs, rates
from chengnuo.claims import actions as claims
from chengnuo.claims.actions.escalating import review_escalation
from chengnuo.claims.models import Claim
from chengnuo.clients.models import Client
from chengnuo.complaints.matching import Said, nearest
from chengnuo.complaints.models import Complaint, State
from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff, Unit

Say = Callable[[str, str], None]
COMPLAINTS = int(os.environ.get("BENCH_COMPLAINTS", "200000"))
CLIENTS = 20_000
OPEN = 50_000
TIMES = 100
HOUR = timedelta(hours=1)

# Beside the actions: only reading them is measured. Each open case owes one duty, as wide as real ones.
OWED = """
INSERT INTO ledger_obligation (rule, clause, subject_type, subject_pk, key, state, title, title_args, number, unit_id,
  owner_id, since, since_event, due, provisional, why)
SELECT 'bench.rule', '3.6.1', 'complaints.complaint', c.id, 'k', 'open', '回复%%(who)s', '{"who": "李建明"}', c.number,
  c.unit_id, c.owner_id, c.entered_at, c.id, c.entered_at + interval '15 days', false,
  jsonb_build_object('rule', 'bench.rule', 'walk', repeat(md5(c.id::text), 12))
FROM complaints_complaint c WHERE c.escalated_at IS NOT NULL
"""


def measure(say: Say, centre: Staff, operator: Staff, now: datetime) -> None:
    quality(say)
    cost(say, operator, now)
    clients = fill(say, operator, now)
    with moved_to(now, "bench"):
        found(say, clients)
        board(say, centre)


def quality(say: Say) -> None:
    rows = judged()
    recall, precision = rates(rows)
    say(f"repeats: {len(rows)} labelled pairs, recall · precision", f"{recall:.3f} · {precision:.3f}")


def cost(say: Say, by: Staff, now: datetime) -> None:
    """The statements of weighing a claim after a change, beside the writing of the change itself."""
    client = Client.objects.create(unit=by.unit, name="卷宗样本公司", since=now.date())
    with moved_to(now, "bench"), transaction.atomic():
        loss = claims.Loss("厂房漏水", cause="水渍")
        claim = claims.enter_claim(client, loss, reported_at=now - HOUR, estimate=Decimal(190_000), by=by, now=now)
        claim = Claim.objects.get(pk=claim.pk)
        review_escalation(claim, true_at=now, by=by, now=now)
        with CaptureQueriesContext(connection) as captured:
            review_escalation(claim, true_at=now, by=by, now=now)
    say("reviewing a claim at a change that raises nothing", f"{len(captured)} queries")


def fill(say: Say, by: Staff, now: datetime) -> list[Client]:
    """Complaints as the actions leave them, written beside the actions."""
    began = time.perf_counter()
    units = list(Unit.objects.filter(kind=Unit.Kind.BRANCH).order_by("pk"))
    clients = [
        Client(unit=units[nth % len(units)], name=f"第{nth}号投诉样本公司", since=now.date()) for nth in range(CLIENTS)
    ]
    Client.objects.bulk_create(clients, batch_size=5000)
    said = [side for pair in pairs() for side in (pair["earlier"], pair["later"])]
    for start in range(0, COMPLAINTS, 10_000):
        some = [
            _complaint(nth, clients[nth * 7 % CLIENTS], said[nth % len(said)], by, now)
            for nth in range(start, min(COMPLAINTS, start + 10_000))
        ]
        Complaint.objects.bulk_create(some, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(OWED)
        cursor.execute("ANALYZE complaints_complaint")
        cursor.execute("ANALYZE ledger_obligation")
    say(
        f"{COMPLAINTS:,} complaints filled in, {OPEN:,} of them with the centre", f"{time.perf_counter() - began:.0f} s"
    )
    return clients


def _complaint(nth: int, client: Client, side: dict[str, Any], by: Staff, now: datetime) -> Complaint:
    is_open = nth >= COMPLAINTS - OPEN
    at = now - timedelta(minutes=(COMPLAINTS - nth) * 2)
    return Complaint(
        number=f"TS-BENCH-{nth:06d}",
        unit_id=client.unit_id,
        client=client,
        client_unit_id=client.unit_id,
        owner=by,
        entered_at=at,
        entered_by=by,
        received_at=at,
        state=State.CENTRE_HANDLING if is_open else State.CLOSED,
        escalated_at=at if is_open else None,
        account=side["text"],
        category=side["category"],
        complainant_phone=f"138 {nth % 10_000:04d} {nth // 10_000:04d}",
    )


def found(say: Say, clients: list[Client]) -> None:
    texts = [pair["later"] for pair in pairs()]
    took = []
    for nth in range(TIMES):
        side, client = texts[nth % len(texts)], clients[nth * 131 % CLIENTS]
        began = time.perf_counter()
        nearest(Said(client.pk, "138 0000 0421", side["text"], side["category"]))
        took.append((time.perf_counter() - began) * 1000)
    say(f"repeat candidates among {COMPLAINTS:,} complaints", f"{statistics.median(took):.1f} / {max(took):.1f} ms")


def board(say: Say, centre: Staff) -> None:
    browser = Browser()
    browser.force_login(centre)
    for name, path in (
        (f"看板 of the centre, {OPEN:,} open cases", "/board/"),
        ("a figure of it opened, first page", "/complaints/?lens=with_centre&age=15&clock=soon"),
    ):
        took = []
        for _nth in range(15):
            began = time.perf_counter()
            assert browser.get(path).status_code == 200
            took.append((time.perf_counter() - began) * 1000)
        say(f"{name} (server)", f"{statistics.median(took):.0f} ms")
