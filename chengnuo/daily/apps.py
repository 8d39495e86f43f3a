from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DailyConfig(AppConfig):
    name = "chengnuo.daily"
    label = "daily"
    verbose_name = _("日常服务")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
