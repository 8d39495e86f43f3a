"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.past import Past, Topic, register_past
from chengnuo.clients.served import finished_case, register_finishing
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.people.models import Staff

from .access import (
    may_enter,
    visible_claims,
    visible_escalations,
    visible_estimates,
    visible_guidance,
    visible_papers,
    visible_payments,
)
from .clocks import LABELS
from .models import Cause, Claim, ClaimPaper, Party, PaymentKind
from .models import State as S
from .printing import PAPERS

VERBS = {
    "claim.reported": _("接受报案"),
    "claim.registered": _("登记报案"),
    "claim.estimated": _("记估损"),
    "claim.handed_on": _("转派"),
}


def _people(told: Told) -> str:
    words = {"deaths": told.data["deaths"][1], "injured": told.data["serious_injuries"][1]}
    return gettext("死亡%(deaths)s人，重伤%(injured)s人") % words


def _causes(told: Told) -> str:
    return "、".join(str(Cause(one).label) for one in told.data["causes"])


def _text(*keys: str) -> Callable[[Told], str]:
    return lambda told: " ".join(filter(None, (told.texts.get(key, "") for key in keys)))


def _decided(told: Told) -> str:
    amount = told.data["amount"]
    label = str(S(told.data["state"][1]).label)
    return " ".join(filter(None, (label, f"{Decimal(amount):,.2f}" if amount else "", told.texts.get("because", ""))))


def _money(told: Told) -> str:
    return f"{PaymentKind(told.data['kind']).label} {Decimal(told.data['amount']):,.2f}"


def _spoke(told: Told) -> str:
    return f"{Party(told.data['party']).label} {told.texts['who']} {told.texts['said']}"


def _reminded(told: Told) -> str:
    return f"{LABELS[told.data['of']][0]} {told.data['article']} {told.texts['who']}"


def _paper(told: Told) -> str:
    state = told.data["state"][1]
    verb = next(one.label for one in ClaimPaper.MOVES if one.to == state)
    return " ".join(filter(None, (told.data["name"], str(verb), told.texts.get("why", ""))))


for verb, words, detail in (
    ("claim.casualties", _("登记伤亡"), _people),
    ("claim.difficult", _("定为疑难"), None),
    ("claim.occurrence_joined", _("并为同一事故"), None),
    ("claim.escalated", _("到客户服务中心"), _causes),
    ("claim.cause_added", _("上报原因增加"), _causes),
    ("claim.reported_to_centre", _("报客服中心"), _text("asks")),
    ("claim.acknowledged", _("中心确认收到"), None),
    ("claim.guided", _("中心给出指导"), _text("steps")),
    ("claim.guidance_done", _("办理指导"), _text("how")),
    ("claim.released", _("交回机构"), None),
):
    register_verb(verb, words, "system", detail)
for verb, words, detail in (
    ("claim.documents_told", _("告知所需资料"), _text("names")),
    ("claim.disputed", _("客户有争议"), _text("who", "because")),
    ("claim.advised", _("建议客户"), _text("text")),
    ("claim.agreed", _("客户同意赔付"), _text("who")),
    ("claim.given_up", _("客户放弃索赔"), _text("who", "because")),
    ("claim.spoke", _("沟通"), _spoke),
    ("claim.insurer_reminded", _("催办保险公司"), _reminded),
    ("claim.complained_of", _("客户就本案投诉"), None),
):
    register_verb(verb, words, "contact", detail)
for verb, words, detail in (
    ("claim.surveyed", _("查勘"), _text("surveyor", "found")),
    ("claim.submitted", _("交保险公司"), _text("to")),
    ("claim.asked_again", _("保险公司要求补资料"), _text("names")),
    ("claim.decided", _("保险公司核定"), _decided),
    ("claim.refusal_told", _("收到拒赔通知书"), None),
    ("claim.closed", _("结案"), _text("because")),
    ("claim.filed", _("归档"), None),
    ("claim.reopened", _("重开"), _text("because")),
    ("claim.printed", _("打印"), lambda told: str(PAPERS[told.data["form"]].title)),
    ("claim.stated", _("改案情"), _text("cause", "place", "account")),
    ("claim.limitation_secured", _("时效中断"), _text("how")),
    ("claim.weighed", _("评估：不是疑难或有争议"), _text("because")),
    ("claim.paid", _("登记赔款"), _money),
    ("claim.recovered", _("登记追偿或残值"), _money),
    ("claim.payment_voided", _("作废款项"), _text("because")),
    ("claim.documents_added", _("加索赔资料"), _text("names")),
    ("claim.document", _("索赔资料"), _paper),
    ("claim_documents.set", _("改索赔资料清单"), lambda told: "、".join(told.data["names"])),
):
    register_verb(verb, words, "system", detail)
for name, visible in (
    ("claims.escalation", visible_escalations),
    ("claims.guidance", visible_guidance),
    ("claims.claimpaper", visible_papers),
    ("claims.payment", visible_payments),
    ("claims.lossestimate", visible_estimates),
):
    register_visible(
        name,
        lambda user, now, pks, visible=visible: set(  # type: ignore[misc]
            visible(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)
        ),
    )


def _losses(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    """His losses, each at its highest estimate (yuan, gross of the deductible)."""
    rows = (
        visible_claims(user, now).filter(client=client, entered_at__gte=since).annotate(most=Max("estimates__amount"))
    )
    sums = list(rows.values_list("most", flat=True))
    return [Past(Topic.LOSSES, _("出险报案"), len(sums), sum((one for one in sums if one is not None), Decimal(0)))]


def _panel(request: Asked, client: Client) -> str | None:
    """His last claims, with the way to report a loss."""
    user, now = request.user, request.now
    claims = list(visible_claims(user, now).filter(client=client).select_related("owner").order_by("-pk")[:6])
    may = may_enter(user, client.unit_id, now)
    if not claims and not may:
        return None
    return render_to_string("claims/_panel.html", {"client": client, "claims": claims, "may": may}, request)


register_panel("claims", 34, _panel)
register_room(Claim, visible_claims, VERBS, clause="3.4", order=304, go="x", label=_("协赔"))
register_past("claims", 304, _losses)
register_finishing("claims.claim", finished_case(_("协赔"), lambda claim: (None, claim.reporter)))
