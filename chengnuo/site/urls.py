"""Where everything is found: each room's own addresses, the API beside them, and the pages that say no."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from chengnuo.hotline.views.hook import hook
from chengnuo.kit.api_edge import api_urls

from .api import api
from .health import healthz

ROOMS = {
    "people": "",
    "kit": "",
    "kit.outward": "",
    "kit.webhooks": "",
    "kit.phrases": "",
    "kit.approvals": "approvals/",
    "kit.procedure": "procedure/",
    "ledger": "",
    "site": "",
    "site.reports": "reports/",
    "clients": "clients/",
    "hotline": "hotline/",
    "plans": "plans/",
    "visits": "visits/",
    "letters": "letters/",
    "claims": "claims/",
    "complaints": "complaints/",
    "satisfaction": "satisfaction/",
    "support": "support/",
    "annual": "annual/",
    "daily": "daily/",
    "rounds": "rounds/",
}


def pages(room: str) -> str | None:
    """The module that lists the pages of an installed room. A room opens to people when it brings one."""
    name = "chengnuo.site.pages" if room == "site" else f"chengnuo.{room}.urls"
    return name if apps.is_installed(f"chengnuo.{room.partition('.')[0]}") and find_spec(name) else None


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("settings/phone/", include("chengnuo.hotline.system_urls")),
    path("hooks/phone/", hook, name="phone_hook"),
    path("r/", include("chengnuo.satisfaction.link_urls")),
    path("api/v1/", api_urls(api)),
    *(path(prefix, include(module)) for room, prefix in ROOMS.items() if (module := pages(room))),
]

handler400 = "chengnuo.kit.errors.bad_request"
handler403 = "chengnuo.kit.errors.forbidden"
handler404 = "chengnuo.kit.errors.not_found"
handler500 = "chengnuo.kit.errors.fault"
