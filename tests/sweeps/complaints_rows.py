"""Who may open what of complaints: rows of the access table, the twins of the pages, and the records they ask for."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chengnuo.clients.models import Client
from chengnuo.complaints import actions
from chengnuo.complaints.models import Complaint, Repeat
from chengnuo.kit.approvals.actions import decide
from tests.cast import Cast
from tests.hotline.world import do
from tests.sweeps.rows import ALL, BY_BRANCH, BY_CENTRE, HANDLED, PASSED_ON, SEEN, SERVES, Row, id_, pk

INSTRUCTS = "403 403 404 403 404 403 403 200 403 404"
BOTH = [
    "assess",
    "notify",
    "chairman",
    "reply",
    "note",
    "state",
    "declare",
    "answer-regulator",
    "name-repeat",
    "merge",
    "recuse",
    "ask-review",
    "mediate",
    "litigate",
]
BRANCH = [
    "investigate",
    "decide",
    "draft",
    "follow-up",
    "close",
    "file",
    "pause",
    "tell-pause",
    "resume",
    "ask-extension",
    "extend",
    "withdraw",
]
PAGES = [
    Row("complaints:list", ALL),
    Row("complaints:page", SEEN, kwargs=pk("complaint")),
    Row("complaints:take_on", BY_BRANCH, kwargs=pk("complaint")),
    Row("complaints:hand_on", PASSED_ON, kwargs=pk("complaint")),
    Row("complaints:hand_on_several", ALL, query="?pick=@complaint"),
    Row("complaints:urge_several", ALL, query="?pick=@complaint"),
    Row("complaints:new", ALL),
    Row("complaints:new", "200 200 404 403 404 200 200 403 403 404", query="?client=@client"),
    Row("complaints:new", SERVES, query="?client=none"),
    Row("complaints:near", ALL, "post", post={"account": "慢"}),
    Row("complaints:near", SEEN, "post", post={"account": "慢", "client": "@client"}),
    *(Row(f"complaints:{name}", HANDLED, kwargs=pk("complaint_registered")) for name in BOTH),
    *(Row(f"complaints:{name}", BY_BRANCH, kwargs=pk("complaint_registered")) for name in BRANCH),
    Row("complaints:print", SEEN, "post", kwargs=pk("complaint", form="record")),
    Row("complaints:report", BY_BRANCH, kwargs=pk("raised")),
    *(Row(f"complaints:{name}", BY_CENTRE, kwargs=pk("raised")) for name in ("acknowledge", "release")),
    Row("complaints:instruct", INSTRUCTS, kwargs=pk("raised")),
    Row("complaints:confirm", HANDLED, kwargs=pk("repeat")),
    Row("complaints:reject", BY_CENTRE, kwargs=pk("repeat")),
]

SAID = {"account": "会议室空调坏了", "complainant": "陈月琴", "category": "other"}
TOLD = {"told_at": "@now", "channel": "phone", "whom": "陈月琴"}
WHOLE = {
    "outcome": "upheld",
    "findings": "属实",
    "basis": "标准",
    "reasons": "超时",
    "remedy": "致歉",
    "ways_on": ["review", "mediation", "arbitration", "court"],
}
API = [
    Row("api:list_complaints", ALL),
    Row("api:get_complaint", SEEN, kwargs=id_("complaint")),
    Row("api:register_complaint", BY_BRANCH, "post", id_("complaint"), {}),
    Row("api:hand_on_complaint", PASSED_ON, "post", id_("complaint"), {"to_id": "@zhoumin"}),
    Row(
        "api:enter_complaint",
        HANDLED.replace("200", "201"),
        "post",
        post={**SAID, "client_id": "@client", "received_at": "@now"},
    ),
    Row("api:find_near_complaints", SEEN, query="?account=慢&client_id=@client"),
    *(
        Row(f"api:{name}", HANDLED, "post", id_(f"complaint_{stage}"), post)
        for name, stage, post in (
            ("assess_complaint", "registered", {"finding": "清楚"}),
            ("state_complaint", "registered", SAID),
            ("declare_complaint", "registered", {"cause": "harm", "because": "当地报纸登了"}),
            ("note_of_complaint", "registered", {"found": "录音一段", "true_at": "@now"}),
            (
                "reply_to_complainant",
                "registered",
                {"said": "在查", "spoken_at": "@now", "channel": "phone", "whom": "陈"},
            ),
            ("recuse_from_complaint", "registered", {"staff_id": "@xuning", "because": "亲属"}),
            ("answer_regulator", "forwarded", {"answer": "办结", "answered_at": "@now"}),
            ("name_complaint_repeat", "investigating", {"other_id": "@complaint_registered", "because": "同一件"}),
            ("merge_complaint", "again", {"other_id": "@complaint_forwarded", "because": "同一件"}),
            ("notify_complainant", "decided", TOLD),
            ("tell_chairman_of_complaint", "told", {"summary": "已办结"}),
            ("ask_complaint_review", "told", {"whom": "陈月琴", "because": "不服", "asked_at": "@now"}),
            ("mediate_complaint", "told", {"at": "调解中心"}),
            ("litigate_complaint", "told", {"at": "苏州中院"}),
        )
    ),
    *(
        Row(f"api:{name}", BY_BRANCH, "post", id_(f"complaint_{stage}"), post)
        for name, stage, post in (
            ("investigate_complaint", "assessed", {"plan": "听录音"}),
            ("draft_complaint_decision", "investigating", {}),
            ("decide_complaint", "investigating", WHOLE),
            ("pause_complaint", "investigating", {"kind": "mediation", "because": "调解"}),
            ("tell_complaint_pause", "paused", {"told_at": "@now", "told_whom": "陈月琴"}),
            ("resume_complaint", "paused", {"result": "报告到了"}),
            ("ask_complaint_extension", "investigating", {"because": "等报告"}),
            ("extend_complaint", "extensible", TOLD),
            ("follow_up_complaint", "told", {"result": "满意", "whom": "陈月琴"}),
            ("close_complaint", "reported", {"root_cause": "没台账", "measure": "建台账"}),
            ("file_complaint", "closed", {}),
            (
                "withdraw_complaint",
                "registered",
                {"whom": "陈月琴", "channel": "phone", "because": "算了", "said_at": "@now"},
            ),
        )
    ),
    Row("api:print_complaint", SEEN, "post", id_("complaint") | {"form": "record"}, {}),
    Row(
        "api:report_complaint_to_centre",
        BY_BRANCH,
        "post",
        id_("raised"),
        {"facts": "火", "measures": "安抚", "asks": "指导"},
    ),
    Row("api:acknowledge_complaint_report", BY_CENTRE, "post", id_("raised_reported"), {}),
    Row("api:instruct_on_complaint", INSTRUCTS, "post", id_("raised_reported"), {"text": "三日办结"}),
    Row("api:release_complaint", BY_CENTRE, "post", id_("raised_reported"), {"because": "小事"}),
    Row("api:confirm_complaint_repeat", HANDLED, "post", id_("repeat"), {}),
    Row("api:reject_complaint_repeat", BY_CENTRE, "post", id_("repeat"), {"because": "两件事"}),
]
NAMED = {
    "list": "list_complaints",
    "page": "get_complaint",
    "take_on": "register_complaint",
    "hand_on": "hand_on_complaint",
    "hand_on_several": "hand_on_complaint",
    "urge_several": "urge_duty",
    "new": "enter_complaint",
    "near": "find_near_complaints",
    "assess": "assess_complaint",
    "notify": "notify_complainant",
    "chairman": "tell_chairman_of_complaint",
    "reply": "reply_to_complainant",
    "note": "note_of_complaint",
    "state": "state_complaint",
    "declare": "declare_complaint",
    "answer-regulator": "answer_regulator",
    "name-repeat": "name_complaint_repeat",
    "merge": "merge_complaint",
    "recuse": "recuse_from_complaint",
    "ask-review": "ask_complaint_review",
    "mediate": "mediate_complaint",
    "litigate": "litigate_complaint",
    "investigate": "investigate_complaint",
    "decide": "decide_complaint",
    "draft": "draft_complaint_decision",
    "follow-up": "follow_up_complaint",
    "close": "close_complaint",
    "file": "file_complaint",
    "pause": "pause_complaint",
    "tell-pause": "tell_complaint_pause",
    "resume": "resume_complaint",
    "ask-extension": "ask_complaint_extension",
    "extend": "extend_complaint",
    "withdraw": "withdraw_complaint",
    "report": "report_complaint_to_centre",
    "acknowledge": "acknowledge_complaint_report",
    "instruct": "instruct_on_complaint",
    "release": "release_complaint",
    "confirm": "confirm_complaint_repeat",
    "reject": "reject_complaint_repeat",
    "print": "print_complaint",
}
TWINS = {f"complaints:{page}": operation for page, operation in NAMED.items()}


def made(cast: Cast, client: Client, now: datetime) -> dict[str, Any]:
    """A complaint at each stage that an operation asks for; one owed to the centre, one reported to it, one repeat."""
    zhou = {"by": cast.zhoumin, "now": now}
    words = iter(
        [
            "电梯广告难看",
            "合同章盖歪",
            "年会没请人",
            "停车费太高",
            "手册缺几页",
            "网站字太小",
            "茶水间没杯子",
            "雨伞架倒了",
            "门禁卡失灵",
            "宣传册印糊",
            "饮水机漏电",
            "展架歪斜",
            "花盆挡道",
        ]
    )
    told = {"told_at": now, "channel": "phone", "whom": "陈月琴"}

    def taken_in(**more: Any) -> Complaint:
        given = {"account": next(words), "complainant": "陈月琴", **more}
        grievance = actions.Grievance(**given)
        return do(actions.enter_complaint, client, grievance, received_at=now - timedelta(hours=3), **zhou)

    def assessed() -> Complaint:
        return do(actions.assess, taken_in(), finding="清楚", **zhou)

    def investigated() -> Complaint:
        return do(actions.investigate, assessed(), plan="听录音", **zhou)

    def decided() -> Complaint:
        return do(actions.decide, investigated(), actions.Draft(**WHOLE), **zhou)

    def notified() -> Complaint:
        return do(actions.notify_complainant, decided(), **told, **zhou)

    def reported() -> Complaint:
        return do(actions.tell_chairman, notified(), summary="办结", **zhou)

    registered, forwarded = taken_in(), taken_in(regulator="江苏监管局")
    again = taken_in(account=forwarded.account)
    paused = do(actions.pause, investigated(), "appraisal", because="鉴定", **zhou)
    extensible = assessed()
    approval = do(actions.ask_extension, extensible, because="等报告", **zhou)
    step = approval.steps.get()
    do(decide, step, "approve", sha256=approval.sha256, by=cast.chenlixing, now=now)
    closed = do(actions.close, reported(), root_cause="没台账", measure="建台账", **zhou)
    raised = taken_in(amount=Decimal(200_000), account="邻厂烟囱冒黑烟")
    waiting = taken_in(amount=Decimal(200_000), account="水表倒转读数怪")
    report = actions.Report("情况", "措施", "请求")
    do(actions.report_to_centre, waiting.referrals.get(), report, **zhou)
    return {
        "complaint_registered": registered.pk,
        "complaint_forwarded": forwarded.pk,
        "complaint_again": again.pk,
        "complaint_assessed": assessed().pk,
        "complaint_investigating": investigated().pk,
        "complaint_paused": paused.pk,
        "complaint_extensible": extensible.pk,
        "complaint_decided": decided().pk,
        "complaint_told": notified().pk,
        "complaint_reported": reported().pk,
        "complaint_closed": closed.pk,
        "raised": raised.referrals.get().pk,
        "raised_reported": waiting.referrals.get().pk,
        "repeat": Repeat.objects.get(complaint=again, earlier=forwarded).pk,
    }
