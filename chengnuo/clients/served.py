"""Finished services, told by each room for its own records: whom to ask how it was (2.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as StrPromise

from chengnuo.ledger.models import Kept
from chengnuo.ledger.trail import Draft

from .cases import Case


@dataclass(frozen=True)
class Service:
    """A service that a client has received. `name` is who spoke for him, as told; `keeper_id` whose work it was."""

    number: str
    unit_id: int
    client_id: int | None
    client_unit_id: int | None
    contact_id: int | None
    name: str
    keeper_id: int | None


@dataclass(frozen=True)
class Finishing:
    """How a kind of record comes to be a finished service.

    `service` is what was done, None while the record is not finished; `finishes` tells the event that finished it,
    `undone_by` are the verbs of events after which it is none any more.
    """

    label: "str | StrPromise"
    service: Callable[[Any], Service | None]
    finishes: Callable[[Any, Draft], bool]
    undone_by: tuple[str, ...] = ()


_kinds: dict[str, Finishing] = {}


def register_finishing(type_: str, kind: Finishing) -> None:
    """Say when a record of this type (`hotline.promise`) is a finished service; called from AppConfig.ready()."""
    _kinds[type_] = kind


def finishings() -> dict[str, Finishing]:
    """Every kind of record that can be a finished service, by its type."""
    return dict(_kinds)


def finishing_of(record: Kept) -> Finishing | None:
    return _kinds.get(record._meta.label_lower)


def service_of(record: Kept) -> Service | None:
    """The record as a finished service, if it is one."""
    kind = finishing_of(record)
    return kind.service(record) if kind else None


def finished_case(label: "str | StrPromise", spoke: Callable[[Any], tuple[int | None, str]]) -> Finishing:
    """A case is finished by the event that moves it into one of its `SERVED` states. `spoke` gives the contact and the
    name of who spoke for the client; the event's `data["state"]` is the state before and after."""

    def service(case: Case) -> Service | None:
        if case.state not in case.SERVED:
            return None
        contact_id, name = spoke(case)
        who = (case.client_id, case.client_unit_id, contact_id, name)
        return Service(case.number, case.unit_id, *who, keeper_id=case.owner_id)

    def finishes(case: Case, event: Draft) -> bool:
        moved = event.data.get("state")
        return isinstance(moved, list) and moved[0] not in case.SERVED and moved[-1] in case.SERVED

    return Finishing(label, service, finishes)
