"""How well repeats are found: recall and precision on a labelled set of pairs (3.6.6)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from chengnuo.complaints.matching import Likeness, Read, likeness, read

PAIRS = Path(__file__).with_name("pairs.jsonl")


@dataclass(frozen=True)
class Judged:
    """A pair with its label and what the product says of it; of two clients it says nothing: they are not compared."""

    id: str
    kind: str
    same: bool
    like: Likeness | None
    is_held: bool


def pairs(path: Path = PAIRS) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_side(side: dict[str, Any]) -> Read:
    amount = Decimal(str(side["amount"])) if side["amount"] is not None else None
    return read(side["text"], side["category"], claim=side["claim"], policy=side["policy"], amount=amount)


def judged(path: Path = PAIRS) -> list[Judged]:
    """Every pair of the set, as the product judges it."""
    from chengnuo.complaints.matching.weighing import SAME

    found = []
    for pair in pairs(path):
        earlier, later = pair["earlier"], pair["later"]
        is_one_client = (earlier["code"] or earlier["client"]) == (later["code"] or later["client"])
        like = likeness(read_side(earlier), read_side(later)) if is_one_client else None
        is_held = like is not None and like.score >= SAME
        found.append(Judged(pair["id"], pair["kind"], pair["same"], like, is_held))
    return found


def rates(rows: list[Judged]) -> tuple[float, float]:
    """(recall, precision) of the pairs that are held to be the same matter."""
    right = sum(1 for one in rows if one.same and one.is_held)
    return right / sum(1 for one in rows if one.same), right / max(1, sum(1 for one in rows if one.is_held))
