"""Complaints on paper: the record, the decision letter, the report to the chairman. The words are Chinese whoever
prints them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.case_papers import Paper, yuan
from chengnuo.clients.cases import Channel
from chengnuo.kit.documents import stamp
from chengnuo.kit.documents.record import WIDE, Part, sheet, table, words
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal

from .actions.escalating import require_instruction
from .causes import times_complained
from .clocks import clock
from .models import Complaint, Decision


def _head(complaint: Complaint, now: datetime) -> Part:
    due = clock(complaint, now)
    return sheet(
        (_("客户"), complaint.client.name if complaint.client else _("不是客户")),
        (_("投诉人"), f"{complaint.complainant} {complaint.complainant_phone}"),
        (_("收到"), stamp(complaint.received_at)),
        (_("渠道"), dict(Channel.choices).get(complaint.channel, complaint.channel)),
        (_("类别"), complaint.get_category_display()),
        (_("涉及金额"), yuan(complaint.amount)),
        (_("承办"), f"{complaint.unit.name} {complaint.owner.name}"),
        (_("监管期限"), f"{due.last_day} 24:00"),
        (_("状态"), complaint.state_label),
        (_("第几次投诉"), times_complained(complaint)),
        (_("投诉事项"), complaint.account, WIDE),
    )


def _record(complaint: Complaint, now: datetime) -> list[Part]:
    above = [
        [one.number, "、".join(one.cause_labels), stamp(one.known_at), stamp(one.reported_at), one.instruction or "—"]
        for one in complaint.referrals.order_by("pk")
    ]
    heads = (_("编号"), _("原因"), _("得知"), _("上报"), _("领导指示"))
    decisions = [part for one in complaint.decisions.order_by("pk") for part in _decision_parts(one)]
    return [
        _head(complaint, now),
        table(_("报客服中心"), heads, (3, 3, 3, 3, 5), above, _("没有上报")),
        *decisions,
        sheet(
            (_("告知客户"), stamp(complaint.notified_at)),
            (_("报董事长"), stamp(complaint.chairman_told_at)),
            (_("根本原因"), complaint.root_cause, WIDE),
            (_("整改措施"), complaint.measure, WIDE),
            title=_("办结"),
        ),
    ]


def _decision_parts(one: Decision) -> list[Part]:
    title = _("核查决定") if one.is_review else _("处理决定")
    rows: list[tuple[Any, ...]] = [
        (_("结论"), one.get_outcome_display()),
        (_("决定"), f"{one.decided_by.name} {stamp(one.decided_at)}" if one.decided_by else _("草稿")),
        *((one._meta.get_field(name).verbose_name, getattr(one, name), WIDE) for name in Decision.PARTS),  # type: ignore[union-attr]
        (_("后续途径"), "、".join(one.way_labels), WIDE),
    ]
    return [sheet(*rows, title=title)]


def _letter(complaint: Complaint, _now: datetime) -> list[Part]:
    one = complaint.decisions.exclude(decided_at=None).order_by("pk").last()
    if one is None:
        raise Refusal("not_decided", _("作出决定之后才能打印决定书"), clause="3.6.1")
    if one.told_at is None and not one.is_review:
        require_instruction(complaint)
    whom = complaint.on_behalf_of or complaint.complainant or (complaint.client.name if complaint.client else "")
    said = {"whom": whom, "day": f"{complaint.received_at.astimezone(ZONE).date()}", "number": complaint.number}
    return [
        words("", _("%(whom)s：您于 %(day)s 的投诉（%(number)s）已经查明并作出决定，现告知如下。") % said),
        words(_("一、查明的事实"), one.findings),
        words(_("二、依据"), one.basis),
        words(_("三、理由"), one.reasons),
        words(_("四、结论与处理"), f"{one.get_outcome_display()}。{one.remedy}"),
        words(_("五、您可以采取的途径"), _ways(one)),
    ]


def _ways(one: Decision) -> str:
    told = {
        "review": _("对决定有异议的，可自收到之日起30日内向本公司申请核查"),
        "mediation": _("可申请行业调解组织调解"),
        "arbitration": _("有仲裁约定的，可申请仲裁"),
        "court": _("可向人民法院起诉"),
    }
    return "；".join(told[name] for name in one.ways_on) + "。"


def _for_chairman(complaint: Complaint, now: datetime) -> list[Part]:
    if complaint.notified_at is None:
        raise Refusal("not_told", _("告知客户之后才能打印结果报告"), clause="5.3")
    return _record(complaint, now)


PAPERS = {
    "record": Paper(
        gettext_lazy("投诉处理记录"), "3.6.1", _record, (gettext_lazy("承办人"), gettext_lazy("机构负责人"))
    ),
    "decision": Paper(gettext_lazy("投诉处理决定书"), "3.6.1", _letter, (), gettext_lazy("公司盖章")),
    "chairman": Paper(
        gettext_lazy("投诉处理结果报告"), "5.3", _for_chairman, (gettext_lazy("报告人"), gettext_lazy("董事长"))
    ),
}
