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


def panels_for(request: Asked, client: Client) -> list[str]:
    """The cards of this client for who asks, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
    return [html for panel in ordered if (html := panel.render(request, client))]
