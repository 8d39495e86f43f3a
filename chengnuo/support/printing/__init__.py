"""支持申请报告: the six parts, the clients' business, what headquarters found, what was granted and spent (3.2.9)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document, stamp
from chengnuo.people.models import Staff

from ..models import SupportRequest

TEMPLATE = "support/printing/report.typ"


def support_report(
    one: SupportRequest, told: Mapping[str, Any], *, by: Staff, now: datetime, absolute: Callable[[str], str]
) -> Document:
    """The report of a request that the person sees; `told` are the clients and their business that he may read. A form
    is the company's paper: it is Chinese for whoever reads the screen in another language, too."""
    with translation.override("zh-hans"):
        return Document(
            TEMPLATE,
            _("支持申请报告"),
            number=one.number,
            address=absolute(one.get_absolute_url()),
            by=by,
            now=now,
            unit=one.unit.name,
            clause=one.clause,
            body=_body(one, told),
        )


def _body(one: SupportRequest, told: Mapping[str, Any]) -> dict[str, Any]:
    hidden = [_("另有%s家不在可见范围") % told["hidden"]] if told["hidden"] else []
    return {
        "unit": one.unit.name,
        "state": str(one.get_state_display()),
        "kind": str(one.get_kind_display()),
        "title": one.title,
        "owner": one.owner.name if one.owner else "—",
        "submitted": stamp(one.submitted_at) if one.submitted_at else "—",
        "clients": "、".join([*told["clients"].values(), *hidden]) or "—",
        "objective": one.objective or "—",
        "activity": one.activity or "—",
        "time": _("%(since)s 至 %(until)s") % {"since": one.starts_on or "—", "until": one.ends_on or "—"},
        "scheme": one.scheme or "—",
        "budget": [{"name": row["name"], "amount": f"{Decimal(row['amount']):,.2f}"} for row in one.budget],
        "amount": f"{one.amount:,.2f}",
        "needed": one.needed or "—",
        "opinion": one.opinion or "—",
        "past": [{**row, "years": [str(year) for year in row["years"]]} for row in told["past"]],
        "conclusion": one.conclusion or "—",
        "proposed": f"{one.proposed_amount:,.2f}" if one.proposed_amount is not None else "—",
        "terms": one.proposed_terms or _("照准"),
        "decided": _decided(one),
        "granted": f"{one.granted_amount:,.2f}" if one.granted_amount is not None else "—",
        "sha256": one.approved_sha256[:16] or "—",
        "done": f"{one.done_on} {one.done_how}" if one.done_on else "—",
        "spendings": [
            {"day": str(row.spent_on), "what": row.what, "amount": f"{row.amount:,.2f}"}
            for row in one.spendings.filter(voided_at=None)
        ],
        "result": one.result or "—",
    }


def _decided(one: SupportRequest) -> str:
    if one.decided_at is None or one.decided_by is None:
        return "—"
    decision = _("部分批准") if one.granted_in_part else _("批准") if one.is_granted else _("未批准")
    return f"{one.decided_by.name} {stamp(one.decided_at)} {decision}"
