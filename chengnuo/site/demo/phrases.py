"""The demo company's phrases, told by phrases.toml: each entered by whoever may."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from chengnuo.kit.models import Phrase
from chengnuo.kit.phrases.actions import add_phrase

from .company import Company

ROWS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))["phrase"]


def write(company: Company, at: datetime) -> None:
    """Enter them all, once."""
    for row in ROWS:
        words = {name: row.get(name, "") for name in ("title", "text", "room")}
        if "who" in row:
            add_phrase(**words, by=company.staff[row["who"]], now=at)
        elif code := row.get("unit"):
            manager = company.holder(code, "manager")
            add_phrase(**words, scope=Phrase.Scope.UNIT, unit=company.units[code], by=manager, now=at)
        else:
            add_phrase(**words, scope=Phrase.Scope.COMPANY, by=company.staff["wanghaiyan"], now=at)
