"""What the reports add to the rooms below: their menu entries, the words of their events, their work."""

from django.utils.translation import gettext_lazy as _

from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import register_verb


def register() -> None:
    """Called once, from SiteConfig.ready()."""
    from . import exporting  # noqa: F401

    register_menu(MenuEntry("compliance", _("规程执行"), "reports:compliance", order=510, icon="clipboard-check"))
    register_menu(MenuEntry("reports", _("服务报表"), "reports:promises", order=505, icon="chart-bar"))
    register_verb("report.exported", _("导出报表"))
    register_verb("report.printed", _("打印报表"))
