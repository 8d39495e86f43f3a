"""How near two complaints of one client are, and on what grounds a person may follow.

The weights are fitted to the labelled pairs of `benchmarks/repeats` (`python -m benchmarks.repeats.fitting`)."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from math import exp, log

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .concepts import BUSINESS, FOUND
from .reading import Read

SAME = Decimal("0.5")
"""From here on two complaints are held to be about the same matter until a person says otherwise."""
LABELS = {
    "claim": gettext_lazy("协赔案件"),
    "policy": gettext_lazy("保单"),
    "plate": gettext_lazy("车牌"),
    "number": gettext_lazy("编号"),
    "day": gettext_lazy("日期"),
    "sum": gettext_lazy("金额"),
}
ONE_RARE = 7.0
"""What one rare pair of characters and a little more tell."""
KINDS = ("claim", "policy", "plate", "number", "sum", "count", "day")
MATTERS = {
    "money": {"late", "declined", "low", "survey", "papers", "garage", "clause"},
    "conduct": {"rude", "unreachable", "promise", "apology"},
    "sale": {"misled", "addon", "rebate"},
    "paper": {"wrong", "endorsement", "invoice", "delivery", "members"},
    "premium": {"refund", "charged", "surrender", "price"},
    "privacy": {"privacy"},
    "reminder": {"reminder"},
}
"""What is wrong, in the large: two complaints that have none of these in common seldom are about one matter."""
_FITTED = tomllib.loads(files(__package__).joinpath("weights.toml").read_text(encoding="utf-8"))
WEIGHTS: dict[str, float] = _FITTED["weights"]
COMMON: dict[str, int] = _FITTED["common"]
TEXTS: int = _FITTED["texts"]


@dataclass(frozen=True)
class Likeness:
    """`score` from 0 to 1; `why` the grounds as pairs of a label and what both have."""

    score: Decimal
    why: list[list[str]]


def likeness(earlier: Read, later: Read) -> Likeness:
    """How near two complaints of one client are: from what both name, what is wrong, and the words they share."""
    weight = WEIGHTS["base"] + sum(WEIGHTS[name] * value for name, value in features(earlier, later).items())
    return Likeness(Decimal(f"{1 / (1 + exp(-weight)):.3f}"), _grounds(earlier, later))


def features(earlier: Read, later: Read) -> dict[str, float]:
    """What is weighed, each from 0 to 1 or thereabouts."""
    found: dict[str, float] = {}
    for kind in KINDS:
        a, b = earlier.things[kind], later.things[kind]
        found[f"{kind}_same"] = float(bool(a & b))
        found[f"{kind}_other"] = float(bool(a and b) and not a & b)
    a, b = earlier.concepts - BUSINESS, later.concepts - BUSINESS
    found["wrong_shared"] = min(len(a & b), 3) / 3
    found["wrong_other"] = float(bool(a and b) and not a & b)
    matters, others = _matters(a), _matters(b)
    found["matter_same"] = float(bool(matters) and matters == others)
    found["matter_other"] = float(bool(matters and others) and not matters & others)
    a, b = earlier.concepts & BUSINESS, later.concepts & BUSINESS
    found["business_same"] = float(bool(a & b))
    found["business_other"] = float(bool(a and b) and not a & b)
    for one in FOUND:
        found[f"{one}_shared"] = float(one in earlier.concepts and one in later.concepts)
        found[f"{one}_alone"] = float((one in earlier.concepts) != (one in later.concepts))
    found["category_same"] = float(bool(earlier.category) and earlier.category == later.category)
    shared = rarity(earlier.grams & later.grams)
    ours, theirs = rarity(earlier.grams), rarity(later.grams)
    found["words_of_lesser"] = shared / min(ours, theirs) if ours and theirs else 0.0
    found["words_shared"] = min(shared, 40.0) / 40
    found["nothing_shared"] = float(not shared and not any(found[f"{kind}_same"] for kind in KINDS))
    found["words_few"] = float(0 < shared < ONE_RARE)
    return found


def _matters(concepts: frozenset[str]) -> set[str]:
    return {name for name, of in MATTERS.items() if of & concepts}


def rarity(grams: frozenset[str]) -> float:
    """How much a set of pairs of characters tells: the rarer in complaints, the more each."""
    return sum(log((TEXTS + 1) / (COMMON.get(gram, 1) + 1)) for gram in grams)


def _grounds(earlier: Read, later: Read) -> list[list[str]]:
    why = [
        [str(label), "、".join(sorted(both)[:3])]
        for kind, label in LABELS.items()
        if (both := earlier.things[kind] & later.things[kind])
    ]
    shared = sorted(earlier.grams & later.grams, key=lambda gram: (COMMON.get(gram, 1), gram))
    if shared:
        why.append([str(_("相同的词")), "、".join(shared[:8])])
    return why
