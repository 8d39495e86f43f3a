"""Telling people what happened to their own sign-in. The kit has the bell and lies above; it registers itself here."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from .models import Role, Staff

MOMENT = "staff.security"
Tell = Callable[..., None]
_tell: list[Tell] = []


def set_teller(tell: Tell) -> None:
    """Say how people are told; called from the kit's AppConfig.ready()."""
    _tell[:] = [tell]


def tell_security(staff: Staff, title: str, now: datetime, *, also: Iterable[int] = (), **args: Any) -> None:
    """Tell somebody, in the action's transaction, that his way in changed: only he knows whether it was himself."""
    if _tell:
        _tell[0]([staff.pk, *also], title, args, staff, now, moment=MOMENT)


def administrators(now: datetime) -> list[int]:
    """The ids of everybody who is an administrator now."""
    held = Role.objects.filter(Role.at(now), kind=Role.Kind.ADMINISTRATOR, staff__is_active=True)
    return sorted(set(held.values_list("staff_id", flat=True)))
