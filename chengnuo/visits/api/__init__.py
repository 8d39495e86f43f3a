"""The API of visits, cut by aspect. The same actions, visible sets and rights as the pages."""

from ninja import Router

from . import acts, feeds, figures, visits, wishes

router = Router(tags=["visits"])
for _part in (visits, acts, wishes, figures, feeds):
    router.add_router("", _part.router)
