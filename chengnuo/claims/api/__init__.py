"""Claims by API, cut by aspect: facts, the way of a claim, documents and money, what passed with the centre (3.4)."""

from ninja import Router

from . import centre, facts, papers, stages

router = Router(tags=["claims"])
for _part in (facts, stages, papers, centre):
    router.add_router("", _part.router)
