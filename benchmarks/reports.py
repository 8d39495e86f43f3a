"""The compliance page on many duties: a month, a year, a clause opened, and what stands behind it."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.test import Client as Browser

from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Staff

Say = Callable[[str, str], None]
DUTIES = 300_000
CLAUSES = ("2.3", "3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.2.1", "3.2.5", "3.3.3", "3.4.3", "3.6.1", "3.7.1")

# Beside the actions: only reading them is measured. Of a hundred duties about 93 are met, 4 of them late, 5 are
# withdrawn and the rest open; the rows are as wide as real ones.
FILL = """
INSERT INTO ledger_obligation (rule, clause, subject_type, subject_pk, key, state, title, title_args, number, unit_id,
  client_id, client_unit_id, owner_id, since, since_event, due, provisional, why, breached_at, ended_at)
SELECT 'bench.rule', (%(clauses)s::text[])[1 + n %% %(count)s], 'hotline.call', 1000000 + n, 'k', s.state,
  '回复%%(who)s', '{"who": "李建明"}', 'DH-SU-26-' || n, u.id, 1 + n %% 20000, u.id, p.id,
  t.since, n, t.since + interval '4 hours', false, w.why,
  CASE WHEN s.late THEN t.since + interval '4 hours' END,
  CASE WHEN s.state <> 'open' THEN t.since + CASE WHEN s.late THEN interval '6 hours' ELSE interval '1 hour' END END
FROM generate_series(1, %(rows)s) AS n
CROSS JOIN LATERAL (SELECT hashint4(n) & 2147483647 AS h) AS chance
CROSS JOIN LATERAL (SELECT h %% 100 BETWEEN 96 AND 99 AS late,
  CASE WHEN h %% 100 < 2 THEN 'open' WHEN h %% 100 < 7 THEN 'withdrawn' ELSE 'met' END AS state) AS s
CROSS JOIN LATERAL (SELECT %(until)s::timestamptz - interval '1 year' * n / %(rows)s AS since) AS t
CROSS JOIN LATERAL (SELECT jsonb_build_object('rule', 'bench.rule', 'walk', repeat(md5(n::text), 12)) AS why) AS w
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth, count(*) OVER () AS all FROM people_unit
  WHERE kind = 'branch') AS u ON u.nth = h %% u.all
JOIN (SELECT DISTINCT ON (unit_id) id, unit_id FROM people_staff ORDER BY unit_id, id) AS p ON p.unit_id = u.id
"""


def fill(rows: int, until: datetime) -> None:
    with connection.cursor() as cursor:
        given = {"clauses": list(CLAUSES), "count": len(CLAUSES), "rows": rows, "until": until}
        cursor.execute(FILL, given)
        cursor.execute("VACUUM ANALYZE ledger_obligation")


def measure(say: Say, staff: Staff, now: datetime) -> None:
    """Medians of the server's time for each page, for who sees all branches."""
    missing = DUTIES - Obligation.objects.count()
    if missing > 0:
        fill(missing, now)
    browser = Browser()
    browser.force_login(staff)
    today = now.astimezone(ZONE).date()
    year = {"since": str(today.replace(month=1, day=1)), "until": str(today.replace(month=12, day=31))}
    pages = (
        ("规程执行, a month", "compliance/", {}),
        ("规程执行, a year", "compliance/", year),
        ("a clause opened, a month", "compliance/3.1.5/", {}),
        ("a clause opened, a year", "compliance/3.1.5/", year),
        ("the late ones of a year, first page of 50", "duties/", {**year, "fate": "late"}),
    )
    with moved_to(now, "bench"):
        for name, path, query in pages:
            url = f"/reports/{path}?{urlencode(query)}"
            assert browser.get(url).status_code == 200
            took = statistics.median(_took(browser, url) for _nth in range(9))
            say(f"{name} ({DUTIES:,} duties in a year)", f"{took:.0f} ms")


def _took(browser: Browser, url: str) -> float:
    began = time.perf_counter()
    browser.get(url)
    return (time.perf_counter() - began) * 1000
