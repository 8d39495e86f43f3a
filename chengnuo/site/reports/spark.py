"""The last weeks of a clause as a small line, all on one scale: a row is compared with its neighbours at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

LOWEST, HIGHEST = 78, 100
"""Percent at the drawing's foot and head; what lies lower is drawn at the foot."""
WIDTH, HEIGHT, EDGE = 104, 22, 3


@dataclass(frozen=True)
class Spark:
    """`lines` are the stretches of weeks that have a rate, `end` the last point; `words` tell it without eyes."""

    lines: Sequence[str]
    end: tuple[str, str] | None
    target: str
    words: str


def spark(rates: Sequence[float | None], target: float) -> Spark:
    points = [None if rate is None else (_x(nth, len(rates)), _y(rate)) for nth, rate in enumerate(rates)]
    told = [rate for rate in rates if rate is not None]
    return Spark(
        lines=[" ".join(f"{x},{y}" for x, y in stretch) for stretch in _stretches(points)],
        end=next((point for point in reversed(points) if point), None),
        target=_y(target),
        words=_("近%(weeks)s周按时率%%：%(rates)s")
        % {"weeks": len(rates), "rates": " ".join("—" if rate is None else f"{rate:.0f}" for rate in rates)}
        if told
        else _("近%s周没有到期的义务") % len(rates),
    )


def _stretches(points: Sequence[tuple[str, str] | None]) -> list[list[tuple[str, str]]]:
    """Runs of points without a gap; a single one is a point, not a line."""
    found: list[list[tuple[str, str]]] = [[]]
    for point in points:
        if point:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [run for run in found if len(run) > 1]


def _x(nth: int, count: int) -> str:
    return f"{EDGE + (WIDTH - 2 * EDGE) * nth / max(count - 1, 1):.1f}"


def _y(rate: float) -> str:
    share = (min(max(rate, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return f"{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share:.1f}"
