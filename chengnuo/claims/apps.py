from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "chengnuo.claims"
    label = "claims"
    verbose_name = _("协赔")

    def ready(self) -> None:
        from . import extensions, rules  # noqa: F401
