from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "chengnuo.letters"
    label = "letters"
    verbose_name = _("信函服务")

    def ready(self) -> None:
        from . import extensions, rules, works  # noqa: F401
