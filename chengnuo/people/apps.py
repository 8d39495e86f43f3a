from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "chengnuo.people"
    label = "people"
    verbose_name = _("人员")

    def ready(self) -> None:
        from chengnuo.kit.shell import MenuEntry, register_menu
        from chengnuo.ledger.daily import on_daily
        from chengnuo.ledger.ladder import set_ladder

        from . import access_explained
        from .actions import forget_old_tries
        from .ladder import told

        access_explained.register()
        set_ladder(told)
        on_daily(forget_old_tries)
        register_menu(MenuEntry("settings", _("设置"), "people:settings", order=520, icon="settings"))
