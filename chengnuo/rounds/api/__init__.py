"""Telephone rounds by API, cut by aspect. The same actions, visible sets and rights as the pages."""

from ninja import Router

from . import calls, rounds, scripts

router = Router(tags=["rounds"])
for _part in (rounds, calls, scripts):
    router.add_router("", _part.router)
