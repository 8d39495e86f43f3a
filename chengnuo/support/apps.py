from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "chengnuo.support"
    label = "support"
    verbose_name = _("支持申请")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
