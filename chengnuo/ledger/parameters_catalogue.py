"""What figures the procedure has, read once from `procedure/parameters.toml`. Their values in force are rows."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from .calendar import Basis
from .clauses import Bilingual

UNITS = (*Basis, "seconds", "days", "months", "percent", "yuan", "count", "marks")


@dataclass(frozen=True)
class ParameterKind:
    """A figure of the procedure: its clause, unit, first value and the bounds of what may be decided for it.

    `source` is "D" for a default of ours, otherwise the law or clause that names the figure.
    """

    key: str
    titles: Bilingual
    clause: str
    value: Decimal
    unit: str
    source: str
    minimum: Decimal
    maximum: Decimal
    in_force_from: date

    @property
    def title(self) -> str:
        """The figure's name in the active language."""
        return str(self.titles)

    @property
    def is_default(self) -> bool:
        return self.source == "D"

    @property
    def places(self) -> int:
        """Digits after the point that a value may have: money is in yuan and fen, everything else is whole."""
        return 2 if self.unit == "yuan" else 0

    def allows(self, value: Decimal) -> bool:
        """Whether a value may be decided: finite, within the bounds and with no more than `places` decimals."""
        return value.is_finite() and self.minimum <= value <= self.maximum and value == round(value, self.places)


@lru_cache(maxsize=1)
def parameter_kinds() -> Mapping[str, ParameterKind]:
    """Every figure by its key, in the file's order."""
    read = tomllib.loads((settings.PROCEDURE_DIR / "parameters.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            key: ParameterKind(
                key=key,
                titles=Bilingual(row["title_zh"], row["title_en"]),
                clause=row["clause"],
                value=Decimal(row["value"]),
                unit=row["unit"],
                source=row["source"],
                minimum=Decimal(row["minimum"]),
                maximum=Decimal(row["maximum"]),
                in_force_from=row.get("in_force_from", read["in_force_from"]),
            )
            for key, row in read["parameters"].items()
        }
    )
