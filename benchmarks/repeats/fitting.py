"""Fit the weights of the likeness to the labelled pairs: `python -m benchmarks.repeats.fitting`.

Beside them stand pairs of strangers' texts, for most complaints of a client have nothing in common, and each text
beside itself. A logistic regression by Newton's method, with a penalty on large weights. Some weights stand fixed: two
claims, policies or plates of which both name another one are two matters whatever the rest says. Writes `weights.toml`
and prints recall and precision of pairs of clients that the weights had not seen (eight parts by client)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any
from zlib import crc32

import django

PENALTY = 6.0
ROUNDS = 25
PARTS = 8
FIXED = {"claim_other": -6.0, "policy_other": -6.0, "plate_other": -6.0, "nothing_shared": -4.0}
RARE = 4
"""Pairs of characters in fewer texts than this are all alike rare."""
STEPS = (7, 31, 101)
"""Which texts of other clients stand in for a client's complaints that have nothing to do with one another."""
STRANGE, SELF = 0.25, 0.25
"""How much such a pair counts, and a text beside itself, against a labelled pair's 1."""
AIM = 0.948
"""The recall on unseen clients at which the base is set, so that 0.5 is the line."""
Row = tuple[list[float], float, bool, float]
"""The values of what is fitted, what the fixed weights make, the label, and how much it counts."""


def main() -> None:
    django.setup()
    from benchmarks.repeats.judging import pairs, read_side
    from chengnuo.complaints.matching import weighing as module

    sides, texts, strangers = [], Counter[str](), []
    for pair in pairs():
        earlier, later = read_side(pair["earlier"]), read_side(pair["later"])
        texts.update(earlier.grams)
        texts.update(later.grams)
        client = pair["earlier"]["code"] or pair["earlier"]["client"]
        if client == (pair["later"]["code"] or pair["later"]["client"]):
            sides.append((client, earlier, later, bool(pair["same"]), 1.0))
        strangers += [(client, bare(earlier)), (str(pair["later"]["code"] or pair["later"]["client"]), bare(later))]
    sides += [(one, read, read, True, SELF) for one, read in strangers]
    for step in STEPS:
        for (one, a), (other, b) in zip(strangers, strangers[step:], strict=False):
            if one != other:
                sides.append((one, a, b, False, STRANGE))
    count = 2 * sum(1 for _pair in pairs())
    common = {gram: n for gram, n in sorted(texts.items()) if n >= RARE}
    module.COMMON, module.TEXTS = common, count
    found = [(client, module.features(a, b), same, share) for client, a, b, same, share in sides]
    names = [name for name in found[0][1] if name not in FIXED]
    rows: dict[int, list[Row]] = defaultdict(list)
    for client, values, same, share in found:
        fixed = sum(weight * values[name] for name, weight in FIXED.items())
        rows[crc32(client.encode()) % PARTS].append(([1.0, *(values[name] for name in names)], fixed, same, share))
    unseen = []
    for part in range(PARTS):
        weights = fit([row for other in range(PARTS) if other != part for row in rows[other]])
        unseen += [(logit(weights, row), row[2]) for row in rows[part] if row[3] == 1.0]
    line = sorted((value for value, same in unseen if same), reverse=True)[int(AIM * sum(s for _v, s in unseen))]
    for shift in (line + 0.6, line + 0.3, line, line - 0.3):
        held = [same for value, same in unseen if value >= shift]
        all_same = sum(same for _value, same in unseen)
        print(
            f"line {shift:+.2f}: unseen clients: recall {sum(held) / all_same:.3f} "
            f"precision {sum(held) / len(held):.3f}"
        )
    weights = fit([row for part in rows.values() for row in part])
    named = {"base": weights[0] - line, **FIXED, **dict(zip(names, weights[1:], strict=True))}
    path = Path(module.__file__).with_name("weights.toml")
    lines = [
        "# Fitted by `python -m benchmarks.repeats.fitting`; not edited by hand.",
        f"texts = {count}",
        "",
        "[weights]",
        *(f"{name} = {value:.3f}" for name, value in named.items()),
        "",
        "# In how many of the texts a pair of characters stands; those in fewer are rare.",
        "[common]",
        *(f'"{gram}" = {n}' for gram, n in common.items()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def bare(read: Any) -> Any:
    """Without claim and policy, which two clients never share."""
    return replace(read, things=read.things | {"claim": frozenset(), "policy": frozenset()})


def logit(weights: list[float], row: Row) -> float:
    values, fixed, _same, _share = row
    return fixed + sum(weight * value for weight, value in zip(weights, values, strict=True))


def fit(rows: list[Row]) -> list[float]:
    """The weights that make the labels likeliest, less a penalty on their squares."""
    size = len(rows[0][0])
    weights = [0.0] * size
    for _round in range(ROUNDS):
        slope = [-PENALTY * weight if at else 0.0 for at, weight in enumerate(weights)]
        curve = [
            [PENALTY if at == to and at else 1e-9 if at == to else 0.0 for to in range(size)] for at in range(size)
        ]
        for row in rows:
            values, _fixed, same, share = row
            chance = 1 / (1 + exp(-max(-30.0, min(30.0, logit(weights, row)))))
            spread = share * chance * (1 - chance)
            live = [at for at, value in enumerate(values) if value]
            for at in live:
                slope[at] += share * (same - chance) * values[at]
                for to in live:
                    curve[at][to] += spread * values[at] * values[to]
        step = solved(curve, slope)
        weights = [weight + by for weight, by in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by elimination with pivoting."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            if factor:
                rows[below] = [b - factor * a for a, b in zip(rows[at], rows[below], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows[at][to] * found[to] for to in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found


if __name__ == "__main__":
    main()
