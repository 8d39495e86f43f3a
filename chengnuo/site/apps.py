from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

API_ROOMS = (
    "people",
    "clients",
    "hotline",
    "plans",
    "visits",
    "claims",
    "complaints",
    "satisfaction",
    "support",
    "annual",
    "daily",
    "rounds",
    "letters",
)


class SiteConfig(AppConfig):
    name = "chengnuo.site"
    label = "site"
    verbose_name = _("站点")

    def ready(self) -> None:
        from chengnuo.kit.shell import MenuEntry, register_company, register_menu
        from chengnuo.kit.timeline import register_verb
        from chengnuo.ledger.loop import on_round
        from chengnuo.people.scopes import register_scope

        from .backups import extensions as backups
        from .backups import making
        from .reports import extensions as reports

        for room in API_ROOMS:
            if find_spec(f"chengnuo.{room}.api"):
                register_scope(room, apps.get_app_config(room).verbose_name)
        register_scope("reports", _("报表"))

        register_menu(MenuEntry("desk", _("工作台"), "site:desk", order=100, icon="home", go="d", owed=("",)))
        register_menu(MenuEntry("board", _("看板"), "site:board", order=110, icon="layout-board", go="b"))
        register_company(lambda: str(_("金诚国际")))
        register_verb("duty.urged", _("催办"))
        register_verb("outward.released", _("恢复收发"))
        backups.register()
        reports.register()
        on_round(making.ask_for_backup)
