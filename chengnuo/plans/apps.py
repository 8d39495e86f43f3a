from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "chengnuo.plans"
    label = "plans"
    verbose_name = _("服务方案")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
