"""What the hotline adds to the rooms below: words of its events, its menu entry, its search, the client's page."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When
from django.db.models import Count as CountOf
from django.db.models.functions import ExtractYear
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.past import Past, Topic, register_past
from chengnuo.clients.running import FEW, Running, register_running, running
from chengnuo.kit.records import register_handles, register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.daily import on_daily
from chengnuo.ledger.loop import on_round
from chengnuo.ledger.models import ref
from chengnuo.people.models import Staff

from . import served
from .access import may_handle, visible_calls, visible_mails, visible_promises
from .actions import forget_old_words, let_rings_go_on, take_over_started_shifts
from .mail.fetching import ask_for_mail
from .models import Call, Channel, PromiseState
from .models.promises import RUNNING


def _past(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    calls = visible_calls(user, now).filter(client=client, rang_at__gte=since)
    promises = visible_promises(user, now).filter(client=client, made_at__gte=since)
    return [
        Past(Topic.SERVICES, _("来电"), calls.count()),
        Past(Topic.SERVICES, _("承诺"), promises.count()),
        Past(Topic.SERVICES, _("承诺未按首次时间答复"), promises.filter(state=PromiseState.KEPT_LATE).count()),
    ]


register_past("hotline", 301, _past)

CONTACT = {
    "call.registered": _("登记来电"),
    "call.missed": _("登记未接来电"),
    "call.rang": _("来电振铃"),
    "call.called_back": _("回拨"),
    "call.replied": _("补答复"),
    "mail.entered": _("来信立条目"),
    "mail.joined": _("来信"),
    "promise.answered": _("答复客户"),
    "promise.interim": _("告知进展"),
    "promise.moved": _("承诺改期"),
    "promise.withdrawn": _("撤回承诺"),
}
SYSTEM = {
    "call.kinds_changed": _("改类别"),
    "call.caller_known": _("认出来电人"),
    "call.voided": _("作废登记"),
    "call.number_shown": _("查看来电号码"),
    "call.printed": _("打印来电记录"),
    "register.printed": _("打印登记簿"),
    "roster.printed": _("打印值班表"),
    "directory.printed": _("打印全国值班电话"),
    "mail.noted": _("收到其他来信"),
    "mailbox.set": _("设置来信邮箱"),
    "promise.handed_over": _("交接承诺"),
    "call.answered": _("接听"),
    "call.not_taken": _("无人应答，转下一人"),
    "call.passed_on": _("转出"),
    "call.hung_up": _("挂断"),
    "call.rang_on": _("振铃转下一人"),
    "call.rang_out": _("无人接听，待回拨"),
    "call.recording_opened": _("打开录音"),
    "call.dialled": _("拨号"),
    "client.dialled": _("拨号"),
    "call.dial_failed": _("拨号没有送达"),
    "phone_system.made": _("接入电话系统"),
    "phone_system.changed": _("改拨号地址"),
    "phone_system.revoked": _("停用电话系统"),
    "shift.entered": _("排班"),
    "shift.cancelled": _("取消值班"),
    "shift.began": _("接班"),
}


def _call_words(told: Told) -> str:
    said = (told.texts.get(name) for name in ("content", "answer", "what"))
    return " → ".join(dict.fromkeys(filter(None, said)))


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
register_handles("hotline.call", may_handle)
register_visible("hotline.mailmessage", lambda user, now, pks: _seen(visible_mails(user, now), pks))
register_visible("hotline.promise", lambda user, now, pks: _seen(visible_promises(user, now), pks))


def _promises_running(user: Staff, client: Client, now: datetime) -> list[Running]:
    rows = visible_promises(user, now).filter(client=client, state__in=RUNNING).select_related("call").order_by("by")
    return [
        Running(
            ref(row),
            row.number,
            row.get_absolute_url(),
            row.what,
            gettext("承诺答复%(who)s") % {"who": row.to_whom},
            gettext("已承诺"),
            row.by,
            gettext("答复"),
            reverse("hotline:promise_answer", args=[row.pk]),
        )
        for row in rows[:FEW]
    ]


register_running("hotline", 900, _promises_running)


def _panel(request: Asked, client: Client) -> str:
    """正在办 and 最近来电 on the client's page."""
    user, now = request.user, request.now
    calls = visible_calls(user, now).filter(client=client).select_related("operator").order_by("-rang_at", "-pk")[:6]
    context = {"client": client, "running": running(user, client, now), "calls": calls}
    return render_to_string("hotline/_panel.html", context, request)


register_panel("hotline", 10, _panel)


@counts_numbers
def calls_by_series() -> Iterable[tuple[str, str, int, int]]:
    """The register's rows per branch and year of entry."""
    by_mail = When(channel=Channel.MAIL, then=Value(Call.MAIL_REGISTER))
    rows = (
        Call.objects.annotate(year=ExtractYear("entered_at", tzinfo=ZONE))
        .annotate(register=Case(by_mail, default=Value(Call.REGISTER)))
        .values("register", "unit__code", "year")
        .annotate(rows=CountOf("pk"))
        .order_by()
    )
    return [(row["register"], row["unit__code"], row["year"], row["rows"]) for row in rows]


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
        owed=("hotline.",),
    )
)
on_round(take_over_started_shifts)
on_round(let_rings_go_on)
on_daily(forget_old_words)
on_round(ask_for_mail)
served.register()
