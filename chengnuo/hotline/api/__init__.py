"""The hotline's API, cut by aspect. The same actions, visible sets and rights as the pages."""

from ninja import Router

from . import (
    attendance,
    callers,
    calls,
    feeds,
    lines,
    mail,
    patterns,
    prints,
    promises,
    ringing,
    roster,
    swaps,
    systems,
)

router = Router(tags=["hotline"])
for _part in (
    calls,
    callers,
    promises,
    ringing,
    lines,
    roster,
    swaps,
    patterns,
    attendance,
    feeds,
    prints,
    mail,
    systems,
):
    router.add_router("", _part.router)
