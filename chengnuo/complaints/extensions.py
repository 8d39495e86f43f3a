"""What this room adds to the rooms below: words of its events, its menu entry, its approval, its register's count."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.served import finished_case, register_finishing
from chengnuo.kit.approvals.kinds import register_kind
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import Told, register_verb

from .access import may_enter, visible_complaints, visible_decisions, visible_referrals, visible_repeats
from .actions.extending import KIND
from .models import Cause, Complaint, Outcome, PauseKind
from .printing import PAPERS

VERBS = {
    "complaint.received": _("收到投诉"),
    "complaint.registered": _("登记受理投诉"),
    "complaint.handed_on": _("转派"),
}


def _nothing(_told: Told) -> str:
    return ""


def _text(*keys: str) -> Callable[[Told], str]:
    return lambda told: " ".join(filter(None, (told.texts.get(key, "") for key in keys)))


def _causes(told: Told) -> str:
    return "、".join(str(Cause(one).label) for one in told.data["causes"])


def _declared(told: Told) -> str:
    return f"{Cause(told.data['cause']).label} {told.texts['because']}"


def _decided(told: Told) -> str:
    return str(Outcome(told.data["outcome"]).label)


def _paused(told: Told) -> str:
    return f"{PauseKind(told.data['kind']).label} {told.texts['because']}"


for verb, words, detail in (
    ("complaint.replied", _("答复进展"), _text("whom", "said")),
    ("complaint.notified", _("决定告知客户"), _text("whom")),
    ("complaint.extended", _("延长期限并告知"), _text("whom")),
    ("complaint.pause_told", _("停表告知"), _text("whom")),
    ("complaint.followed_up", _("跟踪"), _text("whom", "result")),
    ("complaint.review_asked", _("申请核查"), _text("whom", "because")),
    ("complaint.withdrawn", _("客户撤回"), _text("whom", "because")),
    ("complaint.regulator_answered", _("答复转办单位"), _text("answer")),
):
    register_verb(verb, words, "contact", detail)
for verb, words, detail in (
    ("complaint.assessed", _("评估"), _text("finding", "complex_because")),
    ("complaint.at_branch", _("机构处理"), _nothing),
    ("complaint.printed", _("打印"), lambda told: str(PAPERS[told.data["form"]].title)),
    ("complaint.stated", _("改投诉事项"), _text("account")),
    ("complaint.claim_named", _("涉及协赔案件"), lambda told: told.data["claim"]),
    ("complaint.declared", _("定为重大或疑难"), _declared),
    ("complaint.escalated", _("到客户服务中心"), _causes),
    ("complaint.cause_added", _("上报原因增加"), _causes),
    ("complaint.handed_to_centre", _("转客户服务中心处理"), _nothing),
    ("complaint.reported_to_centre", _("报客服中心"), _text("asks")),
    ("complaint.acknowledged", _("中心确认收到"), _nothing),
    ("complaint.instructed", _("分管领导指示"), _text("text")),
    ("complaint.released", _("交回机构"), _text("reason")),
    ("complaint.returned_to_branch", _("回到机构处理"), _nothing),
    ("complaint.investigated", _("开始调查"), _text("plan")),
    ("complaint.noted", _("查到的情况"), _text("found")),
    ("complaint.paused", _("停表"), _paused),
    ("complaint.resumed", _("恢复调查"), _text("result")),
    ("complaint.recused", _("回避"), _text("because")),
    ("complaint.extension_approved", _("延长获批"), _nothing),
    ("complaint.drafted", _("起草决定"), _nothing),
    ("complaint.decided", _("作出决定"), _decided),
    ("complaint.told_chairman", _("结果报董事长"), _text("summary")),
    ("complaint.closed", _("结案"), _text("root_cause", "measure")),
    ("complaint.filed", _("归档"), _nothing),
    ("complaint.mediated", _("转调解"), _text("at")),
    ("complaint.litigated", _("转诉讼或仲裁"), _text("at")),
    ("complaint.repeat_found", _("找出同一事项"), _nothing),
    ("complaint.repeat_named", _("认定重复投诉"), _text("because")),
    ("complaint.repeat_confirmed", _("确认重复投诉"), _nothing),
    ("complaint.repeat_rejected", _("不是同一事项"), _text("because")),
    ("complaint.matter", _("归入同一事项"), _nothing),
    ("complaint.merged", _("并入同一事项"), _text("because")),
    ("complaint.took_over", _("接办并入的投诉"), _nothing),
):
    register_verb(verb, words, "system", detail)
for name, visible in (
    ("complaints.referral", visible_referrals),
    ("complaints.decision", visible_decisions),
    ("complaints.repeat", visible_repeats),
):
    register_visible(
        name,
        lambda user, now, pks, visible=visible: set(  # type: ignore[misc]
            visible(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)
        ),
    )


def _panel(request: Asked, client: Client) -> str | None:
    """His last complaints, with the way to enter one."""
    user, now = request.user, request.now
    rows = visible_complaints(user, now).filter(client=client).select_related("owner")
    complaints = list(rows.order_by("-pk")[:6])
    may = may_enter(user, client.unit_id, now)
    if not complaints and not may:
        return None
    return render_to_string("complaints/_panel.html", {"client": client, "complaints": complaints, "may": may}, request)


register_kind(KIND)
register_panel("complaints", 36, _panel)
register_room(Complaint, visible_complaints, VERBS, clause="3.6", order=306, go="c", label=_("投诉"))
register_finishing(
    "complaints.complaint", finished_case(_("投诉"), lambda complaint: (complaint.contact_id, complaint.complainant))
)
