"""The product's API, version 1: the routers of the rooms that bring one."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from ninja import Router

from chengnuo.kit.api_edge import make_api

PARTS = ("kit.api_search",)
ROOMS = ("people", "clients", "hotline", "visits", "claims", "complaints")


def routers() -> Iterator[Router]:
    """`router` of the kit's parts, and of the `api.py` of each installed room."""
    for part in PARTS:
        yield import_module(f"chengnuo.{part}").router
    for room in ROOMS:
        if apps.is_installed(f"chengnuo.{room}") and find_spec(f"chengnuo.{room}.api"):
            yield import_module(f"chengnuo.{room}.api").router


api = make_api(routers())
