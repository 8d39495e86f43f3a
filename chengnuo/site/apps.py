from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "chengnuo.site"
    label = "site"
    verbose_name = _("站点")

    def ready(self) -> None:
        from chengnuo.kit.shell import MenuEntry, register_company, register_menu
        from chengnuo.kit.timeline import register_verb

        from .desk import live_count
        from .reports import extensions

        register_menu(MenuEntry("desk", _("工作台"), "site:desk", order=100, icon="home", go="d", count=live_count))
        register_company(lambda: str(_("金诚国际")))
        register_verb("duty.urged", _("催办"))
        extensions.register()
