"""What the administrator may ask about the hotline: calls and promises, who registers, handles, rosters and prints."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from chengnuo.people.access_explained import register_kind, register_right
from chengnuo.people.models import Staff

from .access import (
    may_handle,
    may_register,
    may_roster,
    may_take,
    may_withdraw_alone,
    printable_units,
    visible_calls,
    visible_promises,
)
from .models import Call, Promise


def register() -> None:
    """Called once, from AppConfig.ready()."""
    register_kind(
        "hotline.call",
        _("来电"),
        visible_calls,
        acts=[("handle", _("回拨、答复、开单、作废"), may_handle), ("take", _("填写来电"), may_take)],
        find=lambda number: Call.objects.filter(number=number),
    )
    register_kind(
        "hotline.promise",
        _("承诺"),
        visible_promises,
        acts=[
            ("handle", _("答复、改期、撤回、交接"), may_handle),
            ("withdraw_alone", _("未经客户同意撤回"), may_withdraw_alone),
        ],
        find=lambda number: Promise.objects.filter(call__number=number).order_by("pk"),
    )
    register_right("call.register", _("登记来电"), lambda user, unit, now: may_register(user, now), is_everywhere=True)
    register_right(
        "promise.handle", _("处理来电、办理承诺"), lambda user, unit, now: may_handle(user, Promise(unit_id=unit), now)
    )
    register_right(
        "promise.withdraw_alone",
        _("未经客户同意撤回承诺"),
        lambda user, unit, now: may_withdraw_alone(user, Promise(unit_id=unit), now),
    )
    register_right("roster.arrange", _("排值班"), may_roster)
    register_right("register.print", _("打印登记簿和值班表"), _prints)


def _prints(user: Staff, unit: int, now: datetime) -> bool:
    return printable_units(user, now).filter(pk=unit).exists()
