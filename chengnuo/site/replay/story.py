"""A folder of recorded days, read as acts in order of time. Its README says what every field means."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Unreadable(Exception):
    """The folder holds no story; the text says where it breaks off."""


@dataclass(frozen=True)
class Act:
    """Something done at an instant on the call with the source's `id`: `call` registers it, the rest follows it.

    `key` is the same whenever the story is played.
    """

    at: datetime
    name: str
    call: Row
    row: Row
    key: str


@dataclass(frozen=True)
class Story:
    clients: list[Row]
    acts: list[Act]

    @property
    def begins(self) -> datetime:
        return min(datetime.fromisoformat(act.call["at"]) for act in self.acts)


def read(folder: Path) -> Story:
    """The clients and all acts in order of time. Raises Unreadable."""
    clients, calls = _lines(folder / "clients.jsonl"), _lines(folder / "calls.jsonl")
    try:
        acts = sorted((act for call in calls for act in _acts(call)), key=lambda act: act.at)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{folder / 'calls.jsonl'}: {error!r}") from error
    if not acts:
        raise Unreadable(f"{folder / 'calls.jsonl'} holds no call")
    return Story(clients, acts)


def _acts(call: Row) -> Iterator[Act]:
    """A call is registered when it is over; what followed has its own time."""
    yield Act(datetime.fromisoformat(call["hung_up_at"]), "call", call, call, f"replay:{call['id']}")
    for number, row in enumerate(call["later"], 1):
        yield Act(datetime.fromisoformat(row["at"]), row["act"], call, row, f"replay:{call['id']}:{number}")


def _lines(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error
