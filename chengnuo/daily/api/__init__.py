"""Daily service by API, cut by aspect. The same actions, visible sets and rights as the pages."""

from ninja import Router

from . import contacts, renewals

router = Router(tags=["daily"])
for _part in (contacts, renewals):
    router.add_router("", _part.router)
