"""What backups add to the rooms below: words of their events, who hears of a failure, the card on the first page."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.models import Channel
from chengnuo.kit.outward.tellings import register_moment
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.shell import register_desk_card
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.people.access import may_manage

from .access import visible_backups
from .state import state

ORDER = 900


def register() -> None:
    """Called once, from AppConfig.ready()."""
    register_verb("backup.made", _("备份"), "system", _file)
    register_verb("backup.failed", _("备份未成"), "system")
    register_verb("backup.let_go", _("清理旧备份"), "system")
    register_visible(
        "site.backup",
        lambda user, now, pks: set(visible_backups(user, now).filter(pk__in=pks).values_list("pk", flat=True)),
        address=lambda _backup: reverse("site:backups"),
    )
    register_moment("backup.failed", _("备份未成"), _("系统管理员"), channels=tuple(Channel.values))
    register_desk_card(ORDER, card)


def card(request: Asked) -> str:
    """The age of the last good backup, for the administrator."""
    if not may_manage(request.user, request.now):
        return ""
    return render_to_string("site/_backup_card.html", {"backup": state(request.now)}, request)


def _file(told: Told) -> str:
    return told.texts.get("file", "")
