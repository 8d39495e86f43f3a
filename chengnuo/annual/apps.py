from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnualConfig(AppConfig):
    name = "chengnuo.annual"
    label = "annual"
    verbose_name = _("年度计划")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
