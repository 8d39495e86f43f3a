"""Gap-free numbers of the registers that the procedure names."""

from datetime import datetime

from django.db import connection

from .clock import ZONE

NEXT = """
INSERT INTO ledger_series (register, branch, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (register, branch, year) DO UPDATE SET last = ledger_series.last + 1
RETURNING last
"""


def number(register: str, branch: str, entered_at: datetime) -> str:
    """The next number, e.g. `DH-BJ-26-0123`: register, branch, year of entry. Call it late in the transaction, which
    holds the series until it ends; a wrong entry is voided and keeps its number."""
    year = entered_at.astimezone(ZONE).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [register, branch, year])
        last = cursor.fetchone()[0]
    return f"{register}-{branch}-{year % 100:02d}-{last:04d}"
