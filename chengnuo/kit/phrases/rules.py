"""What a phrase may be."""

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from ..characters import forbidden, plain
from ..models import Phrase
from ..shell import chapters
from .filling import NAMES, unknown

MOST = 200
"""So many of one person, of one unit, of the company."""


def rooms() -> dict[str, str]:
    """The rooms for which one can be written, by what people call them: the chapters of the procedure."""
    return {entry.key: str(entry.label) for entry in chapters()}


def clean_title(title: str) -> str:
    """On one line, without what cannot be seen. Raises Invalid (422) for none and for one too long."""
    title = plain(title)
    if not 0 < len(title) <= Phrase.TITLE:
        raise Invalid("title", title=_("标题写1到%s个字") % Phrase.TITLE)
    return title


def clean_text(text: str) -> str:
    """With one kind of line end. Raises Invalid (422) for none, too long a one, characters that no text has, and a name
    in brackets that nothing fills."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if wrong := forbidden(text):
        raise Invalid("text", text=wrong)
    if not 0 < len(text) <= Phrase.TEXT:
        raise Invalid("text", text=_("内容写1到%s个字") % Phrase.TEXT)
    if names := unknown(text):
        raise Invalid("unknown_name", text=_("没有【%(name)s】，可用%(known)s") % {"name": names[0], "known": known()})
    return text


def clean_room(room: str) -> str:
    """Raises Invalid (422) for a room that there is not."""
    if room and room not in rooms():
        raise Invalid("room", room=_("没有这个选项，重新选"))
    return room


def known() -> str:
    """The names that can be written in brackets."""
    return "".join(f"【{name}】" for name in NAMES)
