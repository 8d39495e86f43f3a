"""What the forms say of calls and promises, and the address of our site as their QR codes hold it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import stamp
from chengnuo.kit.times import weekday

from ..models import Call, CallState, Promise
from ..models.promises import RUNNING

P = ParamSpec("P")
R = TypeVar("R")


def in_chinese(make: Callable[P, R]) -> Callable[P, R]:
    """A form is the company's paper: it is Chinese for whoever reads the screen in another language, too."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override("zh-hans"):
            return make(*args, **kwargs)

    return made


def period(since: date, until: date) -> str:
    """`2026-09-28` or `2026-09-01 至 2026-09-30`."""
    if since == until:
        return since.isoformat()
    return _("%(since)s 至 %(until)s") % {"since": since.isoformat(), "until": until.isoformat()}


def named_day(day: date) -> str:
    return f"{day:%m-%d} {_('周%(weekday)s') % {'weekday': weekday(day)}}"


def caller(call: Call) -> str:
    """The caller with his number as the screen shows it, its middle hidden."""
    return "\n".join(filter(None, (call.caller_name, call.masked_caller))) or "—"


def promised(promise: Promise) -> str:
    """To whom, what and until when; the first time too, where it was moved."""
    said = _("承诺%(by)s前答复%(who)s：%(what)s（%(keeper)s承办）") % {
        "by": stamp(promise.by),
        "who": promise.to_whom,
        "what": promise.what,
        "keeper": promise.keeper.name,
    }
    return said if promise.by == promise.first_by else said + _("，首次承诺%s") % stamp(promise.first_by)


def fate(promise: Promise, now: datetime) -> str:
    """What became of a promise, at an instant."""
    label = str(promise.get_state_display())
    if promise.state in RUNNING:
        return label + (_("，已逾期") if promise.first_by < now else "")
    return " ".join(filter(None, (label, stamp(promise.answered_at or promise.withdrawn_at))))


def outcome(call: Call) -> str:
    """How the call itself stands."""
    if call.state == CallState.VOID:
        return _("作废：%s") % call.void_because
    said = str(call.get_state_display())
    return f"{said} {stamp(call.closed_at)}" if call.closed_at else said


def lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


Data = dict[str, Any]
