from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SatisfactionConfig(AppConfig):
    name = "chengnuo.satisfaction"
    label = "satisfaction"
    verbose_name = _("满意度")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
