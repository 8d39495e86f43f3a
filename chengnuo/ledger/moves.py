"""Which state may follow which. One table per record type draws the buttons and the diagram and feeds the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _

from .errors import Refusal


@dataclass(frozen=True)
class Move:
    """A verb that leads from some states to one. `label` is the button; `clause` what it is done under."""

    verb: str
    from_: Sequence[str]
    to: str
    label: "str | StrPromise"
    clause: str = ""


class Moving(Protocol):
    state: str

    @property
    def MOVES(self) -> Sequence[Move]: ...


def moves_from(record: Moving) -> list[Move]:
    """The moves that the record's state allows."""
    return [move for move in record.MOVES if record.state in move.from_]


def move(record: Moving, verb: str) -> Move:
    """Make the move under the caller's lock; the caller saves and records. Raises Refusal 409 when it is illegal."""
    found = next((one for one in moves_from(record) if one.verb == verb), None)
    if found is None:
        known = next((one for one in record.MOVES if one.verb == verb), None)
        if known is None:
            raise LookupError(f"{type(record).__name__} knows no move {verb}")
        raise Refusal(
            "illegal_move",
            _("现在的状态不能“%(label)s”，刷新后看最新情况") % {"label": known.label},
            clause=known.clause or None,
        )
    record.state = found.to
    return found


def diagram(moves: Sequence[Move]) -> Mapping[str, list[tuple[str, str]]]:
    """State → (label, next state), for the drawing."""
    drawn: dict[str, list[tuple[str, str]]] = {}
    for one in moves:
        for state in one.from_:
            drawn.setdefault(state, []).append((str(one.label), one.to))
    return drawn
