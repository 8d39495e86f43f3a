from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "chengnuo.people"
    label = "people"
    verbose_name = _("人员")

    def ready(self) -> None:
        from chengnuo.kit.shell import MenuEntry, register_menu
        from chengnuo.ledger.ladder import set_ladder

        from .ladder import told

        set_ladder(told)
        register_menu(MenuEntry("settings", _("设置"), "people:settings", order=520, icon="settings"))
