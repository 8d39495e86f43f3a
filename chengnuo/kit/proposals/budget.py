"""Budgets: lines of a name and an amount in yuan and fen."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

MOST_LINES = 30
MOST = Decimal("999999999.99")
NAME_LENGTH = 60
FEN = Decimal("0.01")


def cleaned(lines: Iterable[Mapping[str, Any]], clause: str) -> tuple[list[dict[str, str]], Decimal]:
    """The lines as they are stored, and their sum. Raises Invalid (422) for a line without name, an amount that is
    none, below zero or finer than a fen, and for too many lines."""
    kept, total = [], Decimal(0)
    for place, line in enumerate(lines, 1):
        name = str(line.get("name", "")).strip()
        if not 0 < len(name) <= NAME_LENGTH:
            raise _wrong(clause, _("第%(place)s行：写明用途，最多%(most)s字") % {"place": place, "most": NAME_LENGTH})
        amount = _amount(line.get("amount"))
        if amount is None:
            raise _wrong(clause, _("第%s行：金额写成元，最多两位小数") % place)
        kept.append({"name": name, "amount": format(amount, "f")})
        total += amount
    if len(kept) > MOST_LINES:
        raise _wrong(clause, _("预算最多%s行") % MOST_LINES)
    if total > MOST:
        raise _wrong(clause, _("预算合计太大"))
    return kept, total


def _amount(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    fits = amount.is_finite() and 0 <= amount <= MOST and amount == amount.quantize(FEN)
    return amount.quantize(FEN) if fits else None


def _wrong(clause: str, words: str) -> Invalid:
    return Invalid("budget", clause=clause, budget=words)
