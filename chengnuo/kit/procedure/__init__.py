"""The procedure on screen: clauses, figures, calendar, and why a duty is what it is."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, from KitConfig.ready()."""
    from chengnuo.kit.approvals.kinds import register_kind
    from chengnuo.kit.records import register_visible
    from chengnuo.kit.shell import MenuEntry, register_menu
    from chengnuo.ledger.models import ParameterVersion

    from .actions import PARAMETER_CHANGE

    register_kind(PARAMETER_CHANGE)
    # The procedure is everybody's to read.
    register_visible(ParameterVersion._meta.label_lower, lambda _user, _now, keys: keys)
    register_menu(MenuEntry("procedure", _("规程条款"), "procedure:clauses", order=515, icon="clipboard-text"))
