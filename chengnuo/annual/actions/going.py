"""The way of an annual plan: what it must say, what the executive signs, when the year is over."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.approvals.kinds import Line, Snapshot
from chengnuo.kit.proposals.acts import Proposals

from ..models import AnnualPlan
from ..timetable import by_quarter


def _missing(plan: AnnualPlan) -> dict[str, str]:
    """Overall plan, scheme and budget are what is submitted, and the services that it is made of (3.2.8)."""
    parts = {
        "overall": _("缺总体服务计划"),
        "scheme": _("缺实施方案"),
        "budget": _("缺费用预算，至少一行"),
        "lines": _("缺服务项目，至少一行"),
    }
    return {name: words for name, words in parts.items() if not getattr(plan, name)}


def _content(plan: AnnualPlan) -> dict[str, Any]:
    """The months are the branch's to arrange; what is signed are the quarters."""
    return {
        "year": plan.year,
        "overall": plan.overall,
        "last": plan.last,
        "lines": [
            {
                "kind": line["kind"],
                "segment": line["segment"],
                "quarters": by_quarter(line["months"]),
                "note": line["note"],
            }
            for line in plan.lines
        ],
    }


def _lines(snapshot: Snapshot) -> list[Line]:
    """Each kind of service against what the branch did of it in the year before."""
    done = {one["kind"]: one["done"] for one in snapshot["last"]}
    planned: dict[str, int] = {}
    for line in snapshot["lines"]:
        planned[line["kind"]] = planned.get(line["kind"], 0) + sum(line["quarters"])
    return [
        Line(str(ServiceKind(kind).label), str(done.get(kind, 0)), str(number), f"{number - done.get(kind, 0):+d}")
        for kind, number in planned.items()
    ]


def _cause(snapshot: Snapshot) -> str:
    parts = (
        (_("总体计划"), snapshot["overall"]),
        (_("机构意见"), snapshot["opinion"]),
        (_("总部分析"), snapshot["conclusion"]),
        (_("只批准"), snapshot["terms"]),
    )
    return "\n".join(f"{name}：{text}" for name, text in parts if text)


ANNUAL = Proposals(
    noun="annual",
    model=AnnualPlan,
    label=gettext_lazy("年度计划"),
    missing=_missing,
    title=lambda plan: f"{plan.unit.name} {plan.title}",
    content=_content,
    lines=_lines,
    cause=_cause,
    waiting=lambda snapshot: _("%(year)s年1月1日起执行，批准前不能排时间表") % snapshot,
    too_early=lambda plan, day: _("十二月起才能登记全年实施情况") if day < date(plan.year, 12, 1) else None,
)
submit, take_back, send_back, report_back = ANNUAL.submit, ANNUAL.take_back, ANNUAL.send_back, ANNUAL.report_back
analyse, carry_out = ANNUAL.analyse, ANNUAL.carry_out
