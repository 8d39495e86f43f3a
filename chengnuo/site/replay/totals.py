"""The totals of a played story, computed from what the database holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chengnuo.hotline.figures import call_back_figures, call_figures, promise_figures, running_figures
from chengnuo.hotline.models import Call, Kind, Promise
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE

Rows = dict[str, int]
COLUMNS = (
    "calls", "enquiry", "appointment", "complaint", "loss", "none", "missed", "called back ≤15", "late", "never",
    "promises", "kept", "late", "moved", "withdrawn", "unanswered",
)  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """`calls` and `promises` by what they count; `lines` has the values of COLUMNS per line, and of `all`."""

    calls: Rows
    promises: Rows
    lines: dict[str, tuple[int, ...]]

    def told(self) -> str:
        """The tables as text."""
        parts = [_column(self.calls), _column(self.promises), _table(self.lines)]
        return "\n\n".join(parts)


def totals(call_ids: Sequence[int], now: datetime) -> Totals:
    """Count these calls and their promises as they stand at `now`."""
    calls = list(Call.objects.filter(pk__in=call_ids).select_related("unit").order_by("pk"))
    promises = list(Promise.objects.filter(call__in=call_ids).select_related("unit"))
    codes = dict.fromkeys(call.unit.code for call in calls)
    lines = {
        code: _line([c for c in calls if c.unit.code == code], [p for p in promises if p.unit.code == code])
        for code in codes
    }
    return Totals(_calls(calls), _promises(promises, now), {**lines, "all": _line(calls, promises)})


def _calls(calls: list[Call]) -> Rows:
    counted, back = call_figures(calls), call_back_figures(calls)
    days = Counter(call.rang_at.astimezone(ZONE).date() for call in calls)
    return {
        "calls": counted.total,
        **{f"on {day}": days[day] for day in sorted(days)},
        **{f"kind {kind}": count for kind, count in counted.kinds.items()},
        "no kind": counted.no_kind,
        "of two kinds": counted.two_kinds,
        "client known": counted.known,
        "client unknown": counted.unknown,
        "not answered at first ring": counted.not_at_first_ring,
        "of these answered in overflow": counted.overflow,
        "of these missed = call-backs owed": back.missed,
        "called back within 15 minutes": back.in_time,
        "called back late": back.late,
        "never called back": back.never,
    }


def _promises(promises: list[Promise], now: datetime) -> Rows:
    counted, running = promise_figures(promises), running_figures(promises, now)
    return {
        "promises": counted.total,
        "kept by the first promised time": counted.kept,
        "late": counted.late,
        "moved": counted.moved,
        "withdrawn": counted.withdrawn,
        "unanswered": counted.unanswered,
        "of the moved: answered by the new time": running.moved_in_time,
        "of the moved: answered after the new time": running.moved_late,
        "of the moved: no answer, new time past": running.moved_overdue,
        "of the moved: no answer, new time ahead": running.moved_ahead,
        "of the unanswered: overdue": running.unanswered_overdue,
        "of the unanswered: first time ahead": running.unanswered_ahead,
        "answered at or before the first time, moved or not": sum(_is_in_time(one) for one in promises),
        "first time in a holiday": sum(_is_in_holiday(one.first_by.astimezone(ZONE).date()) for one in promises),
    }


def _is_in_time(promise: Promise) -> bool:
    return promise.answered_at is not None and promise.answered_at <= promise.first_by


def _is_in_holiday(day: date) -> bool:
    return rulebook().calendar.day(day).kind == "holiday"


def _line(calls: list[Call], promises: list[Promise]) -> tuple[int, ...]:
    counted, back, kept = call_figures(calls), call_back_figures(calls), promise_figures(promises)
    return (
        counted.total,
        *(counted.kinds[kind] for kind in Kind.values),
        counted.no_kind,
        back.missed,
        back.in_time,
        back.late,
        back.never,
        kept.total,
        kept.kept,
        kept.late,
        kept.moved,
        kept.withdrawn,
        kept.unanswered,
    )


def _column(rows: Rows) -> str:
    widest = max(map(len, rows))
    return "\n".join(f"{name:<{widest}}  {count:>4}" for name, count in rows.items())


def _table(lines: dict[str, tuple[int, ...]]) -> str:
    heads = ("line", *COLUMNS)
    rows = [[code, *map(str, values)] for code, values in lines.items()]
    return "\n".join(
        "  ".join(f"{cell:>{len(head)}}" for head, cell in zip(heads, row, strict=True)) for row in [heads, *rows]
    )
