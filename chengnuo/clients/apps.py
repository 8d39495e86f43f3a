from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "chengnuo.clients"
    label = "clients"
    verbose_name = _("客户")

    def ready(self) -> None:
        from chengnuo.kit.shell import MenuEntry, register_menu

        from . import explained, found, told
        from .importing import works

        told.register()
        explained.register()
        found.register()
        works.register()
        register_menu(MenuEntry("clients", _("客户"), "clients:list", order=110, icon="building", go="k"))
