"""Drawing up a branch's plan, and arranging its months once it is approved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.proposals.acts import LONGEST
from chengnuo.kit.proposals.budget import cleaned
from chengnuo.kit.proposals.models import GRANTED, ProposalState
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Invalid, Refusal, Stale
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import MONTHS, AnnualPlan, Segment
from ..timetable import by_month, by_quarter
from .going import ANNUAL

CLAUSE = "3.2.8"
TEXTS = ("overall", "scheme", "opinion")
MOST_LINES = 40
MOST = 1_000_000
NOTE = 120


@covers(CLAUSE, RECORD)
def write(plan: AnnualPlan, values: Mapping[str, Any], version: int, *, by: Staff, now: datetime) -> None:
    """Change a draft: `overall`, `scheme`, `opinion`, `budget` (lines), `lines` of services.

    Raises Forbidden outside the branch, Invalid for what cannot be, Refusal 409 when it is no draft, Stale when
    somebody else changed it.
    """
    with acting(plan) as fresh:
        ANNUAL.require_branch(fresh, by, now)
        if fresh.state != ProposalState.DRAFT:
            raise Refusal("not_a_draft", _("已报总部，收回后再改"), clause=CLAUSE)
        if fresh.version != version:
            raise Stale(fresh, values)
        texts = {name: str(values.get(name, "")).strip() for name in TEXTS}
        if long := [name for name, text in texts.items() if len(text) > LONGEST]:
            raise Invalid("too_long", clause=CLAUSE, **dict.fromkeys(long, _("最多%s字") % LONGEST))
        budget, amount = cleaned(values.get("budget") or [], CLAUSE)
        found = {**texts, "budget": budget, "amount": amount, "lines": _lines(values.get("lines") or [])}
        changed = {name: value for name, value in found.items() if getattr(fresh, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        data = {name: value for name, value in changed.items() if name not in TEXTS}
        record(
            "annual.edited",
            fresh,
            by=by,
            now=now,
            data={"changes": data},
            texts={name: str(value) for name, value in changed.items() if name in TEXTS},
        )


@covers(CLAUSE, RECORD)
def arrange(plan: AnnualPlan, months: Sequence[Sequence[int]], *, by: Staff, now: datetime) -> None:
    """Make the timetable of what was approved: for each line its twelve months. What a quarter has was approved and
    stays; within it the branch moves as it likes.

    Raises Forbidden outside the branch, Refusal 409 before the approval, Invalid for another sum of a quarter.
    """
    with acting(plan) as fresh:
        ANNUAL.require_branch(fresh, by, now)
        if fresh.state not in GRANTED:
            raise Refusal("not_approved", _("批准之后才排时间表"), clause=CLAUSE)
        if len(months) != len(fresh.lines):
            raise Invalid("lines", clause=CLAUSE, months=_("每个项目一行"))
        for place, (line, given) in enumerate(zip(fresh.lines, months, strict=True), 1):
            if len(given) != MONTHS or any(not 0 <= one <= MOST for one in given):
                raise Invalid("months", clause=CLAUSE, months=_("第%s行：十二个月各写一个数") % place)
            if by_quarter(given) != by_quarter(line["months"]):
                raise Invalid("quarters", clause=CLAUSE, months=_("第%s行：每季的合计是批准的，不能改") % place)
        lines = [{**line, "months": list(given)} for line, given in zip(fresh.lines, months, strict=True)]
        if lines == fresh.lines:
            return
        fresh.lines = lines
        fresh.version += 1
        fresh.save()
        record("annual.arranged", fresh, by=by, now=now, data={"months": [list(given) for given in months]})


def _lines(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if len(given) > MOST_LINES:
        raise Invalid("lines", clause=CLAUSE, lines=_("最多%s个项目") % MOST_LINES)
    return [_line(place, line) for place, line in enumerate(given, 1)]


def _line(place: int, line: Mapping[str, Any]) -> dict[str, Any]:
    if line.get("kind") not in ServiceKind.values or line.get("segment") not in Segment.values:
        raise Invalid("lines", clause=CLAUSE, lines=_("第%s行：选服务和客户") % place)
    months = by_month(line.get("numbers") or [])
    if months is None or any(not 0 <= one <= MOST for one in line["numbers"]):
        raise Invalid("lines", clause=CLAUSE, lines=_("第%s行：次数写全年1个数、每季4个数或每月12个数") % place)
    note = str(line.get("note", "")).strip()
    if len(note) > NOTE:
        raise Invalid(
            "lines", clause=CLAUSE, lines=_("第%(place)s行：说明最多%(most)s字") % {"place": place, "most": NOTE}
        )
    return {"kind": line["kind"], "segment": line["segment"], "months": months, "note": note}
