"""The product's API, version 1: the routers of the rooms that bring one."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from ninja import Router

from chengnuo.kit.api_edge import make_api

from .apps import API_ROOMS

PARTS = (
    "site.desk_api",
    "site.reports.api",
    "kit.desk_api",
    "kit.lists_api",
    "kit.approvals.api",
    "kit.procedure.api",
    "kit.outward.api",
    "kit.api_search",
    "kit.webhooks.api",
    "kit.phrases.api",
    "people.api_access",
)


def routers() -> Iterator[Router]:
    """`router` of the site's and the kit's parts, and of the `api.py` of each installed room."""
    for part in PARTS:
        yield import_module(f"chengnuo.{part}").router
    for room in API_ROOMS:
        if apps.is_installed(f"chengnuo.{room}") and find_spec(f"chengnuo.{room}.api"):
            yield import_module(f"chengnuo.{room}.api").router


api = make_api(routers())
