"""The way of a request: what its paper must say, what the executive signs, and the guard before the approval."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.business import business_of
from chengnuo.kit.approvals.kinds import Line, Snapshot
from chengnuo.kit.proposals.acts import Proposals
from chengnuo.ledger.clauses import guards
from chengnuo.people.models import Staff

from ..models import SupportKind, SupportRequest

FEW_CLIENTS = 3
FEW_FIGURES = 3


def _missing(request: SupportRequest) -> dict[str, str]:
    """None of the six parts is optional (3.2.9, 3.5.10), nor is what the branch thinks of it and for whom it is."""
    faults = {
        name: _("缺“%s”") % cast("models.Field[Any, Any]", SupportRequest._meta.get_field(name)).verbose_name
        for name in ("objective", "activity", "starts_on", "ends_on", "scheme", "needed", "opinion")
        if not getattr(request, name)
    }
    if not request.budget:
        faults["budget"] = _("缺预算，至少一行")
    if not request.client_ids:
        faults["clients"] = _("写明为哪些客户")
    return faults


def _title(request: SupportRequest) -> str:
    return _("支持申请：%s") % request.title


def _content(request: SupportRequest) -> dict[str, Any]:
    return {
        "kind": request.kind,
        "title": request.title,
        "objective": request.objective,
        "activity": request.activity,
        "starts_on": request.starts_on,
        "ends_on": request.ends_on,
        "needed": request.needed,
        "clients": [one["name"] for one in request.past],
        "past": request.past,
    }


def _lines(snapshot: Snapshot) -> list[Line]:
    return [Line(one["name"], f"{Decimal(one['amount']):,.2f}", "") for one in snapshot["budget"]]


def _cause(snapshot: Snapshot) -> str:
    parts = (
        (_("用于"), SupportKind(snapshot["kind"]).label),
        (_("客户"), "、".join(snapshot["clients"])),
        (_("业务历史"), _past(snapshot["past"])),
        (_("目的"), snapshot["objective"]),
        (_("活动"), snapshot["activity"]),
        (_("时间"), f"{snapshot['starts_on']} — {snapshot['ends_on']}"),
        (_("需要的支持"), snapshot["needed"]),
        (_("机构意见"), snapshot["opinion"]),
        (_("总部分析"), snapshot["conclusion"]),
        (_("只批准"), snapshot["terms"]),
    )
    return "\n".join(f"{name}：{text}" for name, text in parts if text)


def _past(past: list[dict[str, Any]]) -> str:
    """The first figures of the first clients, over three years; the rest stands in the paper."""
    return "；".join(
        f"{client['name']} " + "，".join(f"{line['label']}{line['total']}" for line in client["lines"][:FEW_FIGURES])
        for client in past[:FEW_CLIENTS]
    )


def _waiting(snapshot: Snapshot) -> str:
    return _("活动定于%(starts_on)s开始，批准前不能实施") % snapshot


SUPPORT = Proposals(
    noun="support",
    model=SupportRequest,
    label=gettext_lazy("支持申请"),
    missing=_missing,
    title=_title,
    content=_content,
    lines=_lines,
    cause=_cause,
    waiting=_waiting,
)
submit, take_back, send_back, report_back = SUPPORT.submit, SUPPORT.take_back, SUPPORT.send_back, SUPPORT.report_back


def analyse(
    request: SupportRequest, *, conclusion: str, amount: Decimal, terms: str = "", by: Staff, now: datetime
) -> SupportRequest:
    """The centre weighs a request with its clients' past business, which is kept as it stands now, and puts to the
    executive what it proposes to grant (3.2.9)."""
    past = business_of(request.client_ids, by, now)
    return SUPPORT.analyse(request, conclusion=conclusion, amount=amount, terms=terms, past=past, by=by, now=now)


carry_out = guards("3.2.9")(SUPPORT.carry_out)
