"""What higher rooms put on a client's page: running cases, calls, promises."""

from collections.abc import Callable
from dataclasses import dataclass

from chengnuo.kit.requests import Asked

from .models import Client

Render = Callable[[Asked, Client], str | None]


@dataclass(frozen=True)
class Panel:
    key: str
    order: int
    render: Render


_panels: dict[str, Panel] = {}


def register_panel(key: str, order: int, render: Render) -> None:
    """Put a card on every client's page, those of lower `order` first; called from AppConfig.ready().

    `render` gives safe HTML for who asks, from his `visible_*` alone, or None for no card. Its number of queries
    must not grow with its rows.
    """
    _panels[key] = Panel(key, order, render)


_dialler: list[tuple[str, Callable[[Asked], bool]]] = []


def register_dialler(url_name: str, may: Callable[[Asked], bool]) -> None:
    """Say which address dials a contact's number (by the keys of his position and of the number), and for whom."""
    _dialler[:] = [(url_name, may)]


def dialler_for(request: Asked) -> str:
    """The name of the address that dials, or nothing where there is none for who asks."""
    return next((name for name, may in _dialler if may(request)), "")


def panels_for(request: Asked, client: Client) -> list[str]:
    """The cards of this client for who asks, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
    return [html for panel in ordered if (html := panel.render(request, client))]
