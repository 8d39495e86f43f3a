"""客户服务方案: what the client gets. As final only in exactly the approved content; else as a draft (3.2.3)."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from chengnuo.kit.approvals.standing import approval_of
from chengnuo.kit.documents import Document, stamp
from chengnuo.kit.measures import in_words
from chengnuo.kit.models import Approval
from chengnuo.people.models import Staff

from ..models import ServicePlan, Situation
from ..snapshot import KIND, snapshot_of

TEMPLATE = "plans/printing/plan.typ"


def plan_form(plan: ServicePlan, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """The plan as it stands. Sums in yuan, in figures and in words."""
    with override("zh-hans"):
        approval = approval_of(KIND, plan, snapshot_of(plan))
        items = plan.items.filter(is_removed=False).select_related("owner", "site").order_by("line")
        return Document(
            TEMPLATE,
            _("客户服务方案"),
            number=_("%(number)s 第%(edition)s版") % {"number": plan.number, "edition": plan.edition},
            address=absolute(plan.get_absolute_url()),
            by=by,
            now=now,
            unit=plan.client_unit.name,
            clause="3.2.3",
            body={
                "is_final": approval is not None,
                "client": plan.client.name,
                "period": f"{plan.starts_on} — {plan.ends_on}",
                "agreement": plan.agreement.number if plan.agreement else "—",
                "owner": plan.owner.name,
                "cause": plan.cause or "—",
                "five": [
                    {"name": str(Situation(one["key"]).label), "text": one["text"] or _("没有")}
                    for one in plan.situation
                ],
                "items": [
                    {
                        "line": str(item.line),
                        "kind": str(item.get_kind_display()),
                        "title": item.title,
                        "where": item.site.name if item.site else "",
                        "times": str(item.times),
                        "period": f"{item.starts_on} — {item.ends_on}",
                        "owner": item.owner.name,
                        "budget": f"{item.budget:,.2f}" if item.budget else "—",
                    }
                    for item in items
                ],
                "budget": f"{plan.budget:,.2f}",
                "budget_words": in_words(plan.budget),
                "approved": _signed(approval),
                "fingerprint": approval.fingerprint if approval else "",
                "delivered": stamp(plan.delivered_at) or "",
                "received_by": plan.received_by,
            },
        )


def _signed(approval: Approval | None) -> list[dict[str, str]]:
    """Who approved, in order; who signed for somebody else is printed with 代."""
    if approval is None:
        return []
    steps = approval.steps.filter(decision="approve").select_related("decided_by", "on_behalf_of").order_by("order")
    return [
        {
            "role": one.asked_whom,
            "name": _("%(name)s（代%(principal)s）") % {"name": one.decided_by, "principal": one.on_behalf_of}
            if one.on_behalf_of
            else str(one.decided_by),
            "at": stamp(one.decided_at),
        }
        for one in steps
    ]
