from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "chengnuo.visits"
    label = "visits"
    verbose_name = _("上门服务")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
