"""The clients' API, cut by aspect. The same actions, masks and visible sets as the pages."""

from ninja import Router

from . import clients, contacts, holdings, imports, numbers

router = Router(tags=["clients"])
for _part in (clients, contacts, holdings, numbers, imports):
    router.add_router("", _part.router)
