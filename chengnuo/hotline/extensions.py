"""What the hotline adds to the rooms below: words of its events, its menu entry, its search, the client's page."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.db.models.functions import ExtractYear
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.records import register_visible
from chengnuo.kit.shell import Count, MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.loop import on_round
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .access import visible_calls, visible_promises
from .actions import take_over_started_shifts
from .models import Call

CONTACT = {
    "call.registered": _("登记来电"),
    "call.missed": _("登记未接来电"),
    "call.called_back": _("回拨"),
    "call.replied": _("补答复"),
    "promise.answered": _("答复客户"),
    "promise.interim": _("告知进展"),
    "promise.moved": _("承诺改期"),
    "promise.withdrawn": _("撤回承诺"),
}
SYSTEM = {
    "call.kinds_changed": _("改类别"),
    "call.voided": _("作废登记"),
    "promise.handed_over": _("交接承诺"),
    "shift.entered": _("排班"),
    "shift.cancelled": _("取消值班"),
    "shift.began": _("接班"),
}


def _call_words(told: Told) -> str:
    return " → ".join(filter(None, (told.texts.get(name) for name in ("content", "answer", "what"))))


def _promise_words(told: Told) -> str:
    agreed = " ".join(filter(None, (told.texts.get("agreed_who"), told.texts.get("agreed_how"))))
    return "，".join(filter(None, (told.texts.get("text"), agreed)))


for _name, _label in CONTACT.items():
    register_verb(_name, _label, "contact", _promise_words if _name.startswith("promise") else _call_words)
for _name, _label in SYSTEM.items():
    register_verb(_name, _label, "system")


def _seen(rows: QuerySet, pks: Iterable[int]) -> set[int]:
    return set(rows.filter(pk__in=list(pks)).values_list("pk", flat=True))


register_visible("hotline.call", lambda user, now, pks: _seen(visible_calls(user, now), pks))
register_visible("hotline.promise", lambda user, now, pks: _seen(visible_promises(user, now), pks))


@counts_numbers
def calls_by_series() -> Iterable[tuple[str, str, int, int]]:
    """The register's rows per branch and year of entry."""
    rows = (
        Call.objects.annotate(year=ExtractYear("entered_at", tzinfo=ZONE))
        .values("unit__code", "year")
        .annotate(rows=CountOf("pk"))
        .order_by()
    )
    return [(Call.REGISTER, row["unit__code"], row["year"], row["rows"]) for row in rows]


def open_duties(request: HttpRequest) -> Count | None:
    """What is owed on calls and promises by this person; red when something is overdue."""
    user: Staff = request.user  # type: ignore[assignment]
    now: datetime = request.now
    mine = visible_obligations(reach(user, now), now).filter(
        owner_id=user.pk, state="open", subject_type__startswith="hotline."
    )
    due = list(mine.values_list("due", flat=True)[:100])
    return Count(len(due), any(one and one < now for one in due)) if due else None


register_menu(
    MenuEntry(
        "hotline",
        _("服务热线"),
        "hotline:list",
        order=301,
        clause="3.1",
        go="h",
        new_key="n",
        new_url_name="hotline:new",
        new_label=_("登记来电"),
        count=open_duties,
    )
)
on_round(take_over_started_shifts)
