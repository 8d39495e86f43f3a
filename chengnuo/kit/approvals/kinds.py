"""What can be asked for. A room registers its kind of request; the kernel knows nothing of its content."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.kit.models import Approval
from chengnuo.people.models import Staff

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of the difference: a name, what it was, what it becomes, and what that changes by."""

    name: str
    before: str
    after: str
    change: str = ""


@dataclass(frozen=True)
class Difference:
    """What an approver compares: the one figure with its own difference, lines, and against what they are held."""

    lines: list[Line]
    against: str = ""
    figure: Line | None = None
    cause: str = ""
    note: str = ""
    """A second line under the figure's change: its share of something."""
    is_money: bool = False
    """The figure is a sum in yuan: told in words too."""


OnApproved = Callable[[Approval, Snapshot, Staff, "int | None", datetime], None]
OnEnded = Callable[[Approval, Snapshot, Staff, datetime], None]


def _nothing(_approval: Approval, _snapshot: Snapshot, _by: Staff, _now: datetime) -> None:
    """A request whose subject does not wait for it."""


@dataclass(frozen=True)
class Kind:
    """A kind of request. `on_approved` carries it out, in the transaction of the last approval; what it refuses
    undoes the decision. `on_ended` lets the subject follow where the request was returned to its asker, refused or
    withdrawn. `waiting` says what waiting costs, beside the duty's own due time."""

    key: str
    label: str
    on_approved: OnApproved
    difference: Callable[[Approval, Snapshot], Difference]
    waiting: Callable[[Approval, Snapshot], str] = field(default=lambda _approval, _snapshot: "")
    on_ended: OnEnded = _nothing


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Called from AppConfig.ready(). Raises ValueError when the key is taken by another kind."""
    if _kinds.setdefault(kind.key, kind) != kind:
        raise ValueError(f"approval kind {kind.key} is taken")


def kind_of(key: str) -> Kind:
    """Raises LookupError for a kind that no room has registered."""
    return _kinds[key]
