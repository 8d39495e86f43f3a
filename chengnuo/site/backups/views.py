"""设置 → 备份: how the company stands, every backup and attempt, and one made now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chengnuo.kit.jobs import start
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.outward.hold import release
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when
from chengnuo.ledger.errors import Refusal

from ..models import Backup
from .access import require_may_back_up, visible_backups
from .making import KIND, TITLE
from .state import state


def _result(backup: Backup) -> SafeString:
    if not backup.is_good:
        return format_html('<span class="red">{}</span>', backup.get_state_display())
    return chip(backup.get_state_display(), "closed")


def _proof(backup: Backup) -> str:
    if not backup.is_good:
        return ""
    return _("已试还原") if backup.is_proved else _("已读回")


def _note(backup: Backup) -> str:
    if not backup.is_good:
        return backup.error
    lost = _("缺%(count)s个文件") % {"count": backup.lost} if backup.lost else ""
    gone = _("%(at)s 清理") % {"at": when(backup.gone_at)} if backup.gone_at else ""
    return "，".join(filter(None, (lost, gone)))


BACKUPS = Listing(
    "backups",
    [
        Column("made_at", gettext_lazy("时间"), lambda one: when(one.made_at), sort="made_at", is_fixed=True),
        Column("state", gettext_lazy("结果"), _result),
        Column("proof", gettext_lazy("核对"), _proof),
        Column("size", gettext_lazy("大小"), lambda one: one.size_words if one.is_good else "", is_number=True),
        Column("seconds", gettext_lazy("用时"), lambda one: _seconds(one), is_number=True, shape="aside"),
        Column("how", gettext_lazy("方式"), lambda one: one.get_how_display(), shape="aside"),
        Column("who", gettext_lazy("发起人"), lambda one: one.asked_by.name if one.asked_by else "", shape="aside"),
        Column("file", gettext_lazy("文件"), lambda one: one.file, shape="aside"),
        Column("rows", gettext_lazy("行数"), lambda one: f"{one.rows:,}", is_number=True, is_default=False),
        Column("files", gettext_lazy("文件数"), lambda one: f"{one.files:,}", is_number=True, is_default=False),
        Column("key", gettext_lazy("密钥"), lambda one: one.key_id, is_default=False),
        Column("note", gettext_lazy("说明"), _note, shape="rest"),
    ],
    sort="-made_at",
    edge=lambda one: "" if one.is_good else "edge-red",
)


def _seconds(backup: Backup) -> str:
    return _("%(seconds)s秒") % {"seconds": backup.seconds} if backup.is_good else ""


@require_GET
def backups(request: Asked) -> HttpResponse:
    require_may_back_up(request.user, request.now)
    rows = visible_backups(request.user, request.now).select_related("asked_by")
    context = {"list": BACKUPS.shown(request, rows), "backup": state(request.now), "may_manage": True}
    return render(request, "site/backups.html", context)


@require_POST
@posted_once
def let_out(request: Asked) -> HttpResponse:
    """恢复收发: what was restored is the company now."""
    require_may_back_up(request.user, request.now)
    release(by=request.user, now=request.now)
    return redirect("site:backups")


@require_POST
@posted_once
def back_up(request: Asked) -> HttpResponse:
    """立即备份: a work that the worker carries out."""
    require_may_back_up(request.user, request.now)
    found = state(request.now)
    if found.plan is None:
        raise Refusal("backup_not_set_up", found.wrong or _("还没有设置备份文件夹和密钥"))
    job = start(KIND, TITLE, args={"prove": "prove" in request.POST}, by=request.user, now=request.now)
    return redirect(job)
