"""Complaints by API, cut by aspect: facts and course, the centre, the decision and after, earlier ones (3.6, 5.3)."""

from ninja import Router

from . import centre, course, ending, facts, repeats

router = Router(tags=["complaints"])
for _part in (facts, course, centre, ending, repeats):
    router.add_router("", _part.router)
