"""The API of letters: rounds, letters, replies."""

from ninja import Router

from . import campaigns, letters

router = Router()
for part in (campaigns, letters):
    router.add_router("", part.router)
