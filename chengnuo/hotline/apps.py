from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    name = "chengnuo.hotline"
    label = "hotline"
    verbose_name = _("服务热线")

    def ready(self) -> None:
        from chengnuo.clients.panels import register_dialler
        from chengnuo.kit.shell import register_bar

        from . import duty_extensions, duty_rules, explained, extensions, found, printing, rules  # noqa: F401
        from .views.ringing import bar, dials_for

        explained.register()
        found.register()
        register_bar(bar)
        register_dialler("hotline:dial_contact", dials_for)
