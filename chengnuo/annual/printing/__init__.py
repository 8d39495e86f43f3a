"""年度服务计划: what a branch submits to headquarters, with its timetable and what was decided (3.2.8)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.clients.basis import ServiceKind
from chengnuo.kit.documents import Document, stamp
from chengnuo.people.models import Staff

from ..models import AnnualPlan, Segment
from ..timetable import timetable

TEMPLATE = "annual/printing/plan.typ"


def annual_plan(plan: AnnualPlan, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """A plan that the person sees. It is the company's paper: Chinese for whoever reads the screen in another
    language, too."""
    with translation.override("zh-hans"):
        return Document(
            TEMPLATE,
            _("%(year)s年度服务计划") % {"year": plan.year},
            number=plan.number,
            address=absolute(plan.get_absolute_url()),
            by=by,
            now=now,
            unit=plan.unit.name,
            clause="3.2.8",
            body=_body(plan, now),
        )


def _body(plan: AnnualPlan, now: datetime) -> dict[str, Any]:
    decided = plan.decided_by
    return {
        "unit": plan.unit.name,
        "state": str(plan.get_state_display()),
        "submitted": stamp(plan.submitted_at) if plan.submitted_at else "—",
        "due": stamp(plan.call.due_at),
        "requirements": plan.call.requirements,
        "overall": plan.overall or "—",
        "scheme": plan.scheme or "—",
        "opinion": plan.opinion or "—",
        "amount": f"{plan.amount:,.2f}",
        "budget": [{"name": row["name"], "amount": f"{Decimal(row['amount']):,.2f}"} for row in plan.budget],
        "lines": [
            {
                "kind": str(ServiceKind(line["kind"]).label),
                "segment": str(Segment(line["segment"]).label),
                "months": [str(number) if number else "·" for number in line["months"]],
                "total": str(sum(line["months"])),
            }
            for line in plan.lines
        ],
        "last": [
            {"kind": str(ServiceKind(one["kind"]).label), "planned": str(one["planned"]), "done": str(one["done"])}
            for one in plan.last
        ],
        "subplans": [
            {"kind": one.label, "planned": str(one.planned), "done": str(one.done), "variance": f"{one.variance:+d}"}
            for one in timetable(plan, now)
        ],
        "conclusion": plan.conclusion or "—",
        "terms": plan.proposed_terms or _("照准"),
        "granted": f"{plan.granted_amount:,.2f}" if plan.granted_amount is not None else "—",
        "decided": f"{decided.name} {stamp(plan.decided_at)}" if decided and plan.decided_at else "—",
        "sha256": plan.approved_sha256[:16] or "—",
    }
