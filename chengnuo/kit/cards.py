"""What higher rooms put on the page of a record that is not theirs: `{% record_cards call %}` shows it."""

from collections.abc import Callable

from chengnuo.ledger.models import Kept

from .requests import Asked

Render = Callable[[Asked, Kept], str | None]
_cards: dict[str, Render] = {}


def register_card(key: str, render: Render) -> None:
    """Put a card beside every record's page; called from AppConfig.ready().

    `render` gives safe HTML for who asks and sees the record, or None for no card.
    """
    _cards[key] = render


def cards_for(request: Asked, record: Kept) -> list[str]:
    """The cards of this record for who asks, in the order of their keys."""
    return [html for _key, render in sorted(_cards.items()) if (html := render(request, record))]
