"""A record on paper without a template of its own: parts of names and values, tables and words, one after another.

parts = [sheet(("客户", client.name), ("情况", facts, WIDE)), table(_("估损"), (_("金额"), _("依据")), (1, 3), rows)]
document = of_record(_("上报表"), parts, signatures=(_("上报人"),), number=…, address=…, by=…, now=…, …)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chengnuo.people.models import Staff

from . import Document

TEMPLATE = "kit/documents/record.typ"
WIDE = True
"""The third of a pair that takes the whole line."""
NOTHING = "—"
Part = dict[str, Any]


def sheet(*pairs: tuple[Any, ...], title: Any = "") -> Part:
    """Names and values, two pairs a line; a value that is empty is shown as such."""
    rows = [{"name": str(one[0]), "value": str(one[1] or NOTHING), "wide": len(one) > 2} for one in pairs]
    return {"kind": "sheet", "title": str(title), "rows": rows}


def table(
    title: Any, heads: Sequence[Any], widths: Sequence[int], rows: Sequence[Sequence[Any]], empty: Any = NOTHING
) -> Part:
    """A table; `widths` are shares of the sheet, one a column."""
    return {
        "kind": "table",
        "title": str(title),
        "heads": [str(one) for one in heads],
        "widths": list(widths),
        "rows": [[str(cell) for cell in row] for row in rows],
        "empty": str(empty),
    }


def words(title: Any, text: Any) -> Part:
    return {"kind": "words", "title": str(title), "words": str(text or NOTHING)}


def new_page() -> Part:
    """What follows begins on a sheet of its own: it goes to somebody else."""
    return {"kind": "page", "title": ""}


def of_record(
    title: Any,
    parts: Sequence[Part],
    *,
    number: str,
    address: str,
    by: Staff,
    now: datetime,
    unit: str,
    clause: str,
    signatures: Sequence[Any] = (),
    seal: Any = "",
) -> Document:
    body = {"parts": list(parts), "signatures": [str(one) for one in signatures], "seal": str(seal)}
    return Document(TEMPLATE, str(title), number, address, by, now, body, unit=unit, clause=clause)
