"""Plans by API, cut by aspect: drafted, submitted, delivered, carried out; emergency plans (3.2)."""

from ninja import Router

from . import emergencies, plans, services

router = Router(tags=["plans"])
for _part in (plans, services, emergencies):
    router.add_router("", _part.router)
