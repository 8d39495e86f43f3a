"""A hand on the screen, kept as the strokes that it made: drawn anew by us, from numbers alone."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, isfinite

from django.utils.translation import gettext as _

from chengnuo.kit.blobs import Stored, keep
from chengnuo.kit.sniffing import Type
from chengnuo.ledger.errors import Invalid

SVG = Type("image/svg+xml", (".svg",))
WIDTH, HEIGHT, PEN = 640, 240, 3
MOST_STROKES, MOST_POINTS, FARTHEST = 200, 5000, 20_000
LEAST_INK = 40.0
"""A dot or a slip of the finger is no signature: the pen travels at least this far, in the pixels of the pad."""

Stroke = Sequence[Sequence[float]]


def drawn(strokes: Sequence[Stroke], signer: str) -> Stored:
    """The signature as a drawing. Raises Invalid (422) for none, and for what no pad sends."""
    points = [point for stroke in strokes for point in stroke]
    if len(strokes) > MOST_STROKES or len(points) > MOST_POINTS or not all(map(_is_point, points)):
        raise Invalid("no_signature", clause="4.1.D", strokes=_("签字读不出来，重签"))
    if ink(strokes) < LEAST_INK:
        raise Invalid("empty_signature", clause="4.1.D", strokes=_("签字是空的，请客户签字，或选未签并写明原因"))
    return keep(_svg(strokes, points).encode(), _("%s签字") % signer, SVG)


def ink(strokes: Sequence[Stroke]) -> float:
    """How far the pen travelled on the paper."""
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))


def _is_point(point: Sequence[float]) -> bool:
    return len(point) == 2 and all(isfinite(one) and abs(one) <= FARTHEST for one in point)


def _svg(strokes: Sequence[Stroke], points: Sequence[Sequence[float]]) -> str:
    """Strokes fitted into one frame, with round ends, black on white in every mode."""
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    scale = min((WIDTH - 40) / max(width, 1), (HEIGHT - 40) / max(height, 1), 3)
    lines = [[(20 + (x - left) * scale, 20 + (y - top) * scale) for x, y in stroke] for stroke in strokes if stroke]
    paths = "".join(f'<path d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in _seen(line))}"/>' for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><g fill="none" stroke="#000" stroke-width="{PEN}" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def _seen(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A dot is drawn as the shortest stroke."""
    return line if len(line) > 1 else [line[0], (line[0][0] + 0.1, line[0][1])]
