from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    name = "chengnuo.rounds"
    label = "rounds"
    verbose_name = _("电话服务")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
