"""Claims on paper: the cover of the file with its list of documents, the loss report to the centre, the reminder to the
insurer. The words are Chinese whoever prints them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.case_papers import Paper, yuan
from chengnuo.kit.documents import stamp
from chengnuo.kit.documents.record import WIDE, Part, new_page, sheet, table, words
from chengnuo.ledger.errors import Refusal

from .clocks import insurer_clocks, late_clocks
from .models import Claim


def _head(claim: Claim) -> Part:
    policy = claim.policy
    return sheet(
        (_("客户"), claim.client.name if claim.client else _("未登记来电人")),
        (_("保险公司"), claim.insurer),
        (_("保单"), policy.no if policy else _("没有保单")),
        (_("险种"), claim.get_line_display()),
        (_("出险时间"), stamp(claim.occurred_at)),
        (_("报案时间"), stamp(claim.reported_at)),
        (_("报案人"), f"{claim.reporter} {claim.reporter_phone}"),
        (_("承办"), f"{claim.unit.name} {claim.owner.name}"),
        (_("出险地点"), claim.place),
        (_("出险原因"), claim.cause),
        (_("伤亡"), _("死亡%(d)s人，重伤%(i)s人") % {"d": claim.deaths, "i": claim.serious_injuries}),
        (_("状态"), claim.state_label),
        (_("经过"), claim.account, WIDE),
    )


def _estimates(claim: Claim) -> Part:
    rows = [
        [yuan(one.amount), one.basis, one.said_by, stamp(one.true_at), stamp(one.entered_at)]
        for one in claim.estimates.order_by("pk")
    ]
    heads = (_("估损（元）"), _("依据"), _("何人所估"), _("估损时间"), _("登记"))
    return table(_("历次估损"), heads, (3, 4, 4, 3, 3), rows, _("没有估损"))


def _cover(claim: Claim, _now: datetime) -> list[Part]:
    papers = [
        [place, one.name, one.get_state_display(), one.why or ""]
        for place, one in enumerate(claim.papers.order_by("pk"), start=1)
    ]
    money = [
        [one.get_kind_display(), yuan(one.amount), one.paid_on, one.payee]
        for one in claim.payments.filter(voided_because="").order_by("pk")
    ]
    return [
        _head(claim),
        sheet(
            (_("核定金额"), yuan(claim.decided_amount)),
            (_("已付"), yuan(claim.paid)),
            (_("核定理由"), claim.decided_because, WIDE),
            title=_("结果"),
        ),
        _estimates(claim),
        table(_("款项"), (_("款项"), _("金额（元）"), _("到账日"), _("收款人")), (3, 3, 3, 5), money, _("没有款项")),
        table(_("索赔资料目录"), (_("序号"), _("资料"), _("状态"), _("说明")), (1, 6, 2, 4), papers, _("没有资料")),
    ]


def _report(claim: Claim, _now: datetime) -> list[Part]:
    one = claim.escalations.order_by("pk").last()
    if one is None:
        raise Refusal("not_escalated", _("没有要报客服中心的情况"), clause="3.4.3")
    return [
        _head(claim),
        sheet(
            (_("上报原因"), "、".join(one.cause_labels)),
            (_("同一事故估损"), yuan(one.amount)),
            (_("得知"), stamp(one.known_at)),
            (_("上报"), stamp(one.reported_at) if one.reported_at else _("待报")),
            (_("情况"), one.facts, WIDE),
            (_("已采取的措施"), one.measures, WIDE),
            (_("请中心"), one.asks, WIDE),
            title=_("上报"),
        ),
        _estimates(claim),
        table(
            _("中心的指导"),
            (_("指导"), _("办到哪天"), _("办理")),
            (6, 2, 5),
            [[step.text, step.due_on or "—", step.done_how or _("待办")] for step in one.guidance.order_by("pk")],
            _("还没有指导"),
        ),
    ]


def _reminder(claim: Claim, now: datetime) -> list[Part]:
    late = [one for one in insurer_clocks(claim) if one.done_at is None]
    if not late:
        raise Refusal("no_clock", _("没有在走的保险公司时限"), clause="3.4.2")
    rows = [[one.label, one.article, stamp(one.since), stamp(one.due), _said(one.is_late(now))] for one in late]
    said = {"insurer": claim.insurer or _("保险公司"), "number": claim.policy.no if claim.policy else "—"}
    return [
        words("", _("%(insurer)s：贵公司保单 %(number)s 项下赔案，下列时限请予办理并书面答复。") % said),
        _head(claim),
        table(_("时限"), (_("事项"), _("依据"), _("起算"), _("届满"), _("现状")), (3, 3, 3, 3, 2), rows),
    ]


def reminders(claims: Iterable[Claim], now: datetime) -> list[Part]:
    """One letter an insurer, each on a sheet of its own: its clocks that ran out, of all these claims.

    Raises Refusal 409 where none did."""
    of: dict[str, list[list[Any]]] = {}
    for claim in claims:
        policy = claim.policy.no if claim.policy else "—"
        for one in late_clocks(claim, now):
            line = [claim.number, policy, claim.client or "", one.label, one.article, stamp(one.due)]
            of.setdefault(str(claim.insurer), []).append(line)
    if not of:
        raise Refusal("no_clock", _("选中的赔案没有超过的保险公司时限"), clause="3.4.2")
    heads = (_("赔案"), _("保单"), _("客户"), _("事项"), _("依据"), _("届满"))
    parts: list[Part] = []
    for insurer, rows in sorted(of.items()):
        said = _("%s：贵公司下列赔案的时限已经届满，请予办理并书面答复。") % (insurer or _("保险公司"))
        parts += [new_page(), words("", said), table(_("已届满的时限"), heads, (4, 4, 5, 2, 3, 3), rows)]
    return parts[1:]


def _said(is_late: bool) -> str:
    return str(_("已超过") if is_late else _("未到"))


PAPERS = {
    "cover": Paper(
        gettext_lazy("赔案卷宗封面与目录"), "3.7.0", _cover, (gettext_lazy("立卷人"), gettext_lazy("检查人"))
    ),
    "report": Paper(
        gettext_lazy("重大赔案上报表"), "3.4.3", _report, (gettext_lazy("上报人"), gettext_lazy("机构负责人"))
    ),
    "reminder": Paper(gettext_lazy("催办函"), "3.4.2", _reminder, (), gettext_lazy("公司盖章")),
}
