"""What the administrator may ask about clients: who sees which, who enters, imports, changes and unmasks."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.people.access_explained import register_kind, register_right
from chengnuo.people.models import Staff

from .access import may_change, may_tick, may_unmask, units_for_entry, units_for_import, visible_clients
from .models import Client


def register() -> None:
    """Called once, from AppConfig.ready()."""
    register_kind(
        "clients.client",
        _("客户"),
        visible_clients,
        acts=[("change", _("改资料"), may_change), ("unmask", _("查看完整电话和证件号"), may_unmask)],
        find=_by_key,
    )
    register_right("client.enter", _("登记客户"), _enters)
    register_right("client.import", _("从Excel导入客户"), _imports)
    register_right(
        "client.change", _("改客户资料"), lambda user, unit, now: may_change(user, Client(unit_id=unit), now)
    )
    register_right(
        "client.unmask",
        _("查看完整电话和证件号"),
        lambda user, unit, now: may_unmask(user, Client(unit_id=unit), now),
    )
    register_right(
        "client.tick", _("认定重点、大额、高风险客户"), lambda user, unit, now: may_tick(user, now), is_everywhere=True
    )


def _enters(user: Staff, unit: int, now: datetime) -> bool:
    return units_for_entry(user, now).filter(pk=unit).exists()


def _imports(user: Staff, unit: int, now: datetime) -> bool:
    return units_for_import(user, now).filter(pk=unit).exists()


def _by_key(number: str) -> Iterable[Kept]:
    """A client has no number: `#12` is the one whose page is /clients/12/."""
    key = number.removeprefix("#")
    is_key = number.startswith("#") and key.isascii() and key.isdecimal() and len(key) < 19
    return Client.objects.filter(pk=int(key)) if is_key else ()
