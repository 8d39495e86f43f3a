"""What this room adds to the rooms below: words of its events, its menu entry, its panel, its register's count."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import AT_THE_CLIENTS, register_services
from chengnuo.clients.basis import Room as ServiceRoom
from chengnuo.clients.case_pages import register_room
from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.served import finished_case, register_finishing
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.kit.times import in_column

from .access import may_plan, visible_visits, visible_wishes
from .models import Outcome, Visit

VERBS = {
    "visit.planned": _("预约上门"),
    "visit.confirmed": _("与客户约定时间"),
    "visit.handed_on": _("转派"),
}


def _moved(told: Told) -> str:
    _was, to = told.data["agreed_at"]
    words = {"when": in_column(datetime.fromisoformat(to)), "who": told.texts.get("agreed_with", "")}
    return " ".join(filter(None, (gettext("改到%(when)s，与%(who)s约定") % words, told.texts.get("reason", ""))))


def _arrived(told: Told) -> str:
    late = told.data.get("late")
    return gettext("迟到%s分") % late if late else ""


def _surveyed(told: Told) -> str:
    label = str(Outcome(told.data["outcome"]).label)
    who = told.texts.get("signer") or told.texts.get("reason") or told.texts.get("note", "")
    return " ".join(filter(None, (label, who)))


register_room(Visit, visible_visits, VERBS, clause="4.1", order=401, go="v", label=_("上门服务"))
register_verb("visit.moved", _("改约"), "contact", _moved)
register_verb("visit.prepared", _("准备资料"), "system", lambda told: f"{told.data['ready']} / {told.data['items']}")
register_verb("visit.arrived", _("到达客户处"), "contact", _arrived)
register_verb("visit.done", _("上门拜访"), "contact", lambda told: told.texts.get("did", ""))
register_verb("visit.lateness_explained", _("写明迟到原因"), "system")
register_verb("visit.unagreed_explained", _("写明未约定的原因"), "system")
register_verb("visit.missed", _("未成行"), "contact")
register_verb("visit.cancelled", _("取消拜访"), "contact")
register_verb("visit.survey_signed", _("调查表签章"), "contact", _surveyed)
register_verb("visit.survey_unsigned", _("调查表未签"), "contact", _surveyed)
register_verb("visit.survey_asked_again", _("再请签章"), "contact")
register_verb("visit.survey_printed", _("打印调查表"))
register_verb("visit.followed_up", _("审核调查表"))
register_verb("visit.filed", _("拜访资料归档"))
register_verb("wish.settled", _("办结客户要求"), "contact")
register_verb("wish.told", _("告知进展"), "contact")
register_verb("wish.passed_on", _("转交客户要求"))
register_verb("plan_table.printed", _("打印访问计划表"))
register_verb("visit_feed.made", _("生成拜访日历地址"))
register_verb("visit_feed.revoked", _("停用拜访日历地址"))
register_visible(
    "visits.wish",
    lambda user, now, pks: set(visible_wishes(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)),
)
register_finishing("visits.visit", finished_case(_("上门服务"), lambda visit: (visit.contact_id, visit.agreed_with)))


def _panel(request: Asked, client: Client) -> str | None:
    """The visits that lie ahead and the last ones, with the way to plan another."""
    user, now = request.user, request.now
    visits = list(visible_visits(user, now).filter(client=client).select_related("owner").order_by("-pk")[:6])
    may = may_plan(user, client, now)
    if not visits and not may:
        return None
    return render_to_string("visits/_panel.html", {"client": client, "visits": visits, "may": may}, request)


register_panel("visits", 40, _panel)
register_services(ServiceRoom(_("上门服务"), visible_visits, "arrived_at", AT_THE_CLIENTS, "visits:new"))
