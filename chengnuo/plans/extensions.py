"""What this room adds to the rooms below: the words of its events, who sees its records, what is planned."""

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import register_planned
from chengnuo.clients.given import register_given
from chengnuo.kit.approvals.kinds import register_kind
from chengnuo.kit.records import register_visible
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.check import counts_numbers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.loop import on_round

from . import shown
from .access import visible_emergency_plans, visible_planned_services, visible_plans
from .actions import SERVICE_PLAN
from .given import services_given
from .models import EmergencyPlan, ServicePlan
from .planned import must_visit, planned_for
from .yearly import keep_up


def _service(told: Told) -> str:
    words = told.texts.get("how") or told.texts.get("reason") or ""
    return f"{told.data['title']} {words}".strip()


def _edition(told: Told) -> str:
    edition = _("第%s版") % told.data["edition"] if "edition" in told.data else ""
    return " ".join(filter(None, (edition, told.texts.get("cause"), told.texts.get("received_by"))))


def _reason(told: Told) -> str:
    return told.texts.get("reason") or told.texts.get("found") or told.texts.get("title") or ""


for verb, label, is_contact, detail in (
    ("plan.drafted", _("拟订服务方案"), False, _edition),
    ("plan.changed", _("改方案"), False, _reason),
    ("plan.item_set", _("改方案项目"), False, _reason),
    ("plan.item_removed", _("划去方案项目"), False, _reason),
    ("plan.submitted", _("方案报批"), False, _edition),
    ("plan.approved", _("方案获批"), False, _edition),
    ("plan.returned", _("方案退回"), False, _edition),
    ("plan.delivered", _("方案交付客户"), True, _edition),
    ("plan.activated", _("方案开始执行"), False, _edition),
    ("plan.broken_down", _("分解为日常服务"), False, _edition),
    ("plan.closed", _("方案结束"), False, _reason),
    ("plan.printed", _("打印服务方案"), False, _edition),
    ("emergency_plan.drafted", _("编制应急预案"), False, _reason),
    ("emergency_plan.changed", _("改应急预案"), False, _reason),
    ("emergency_plan.put_in_force", _("应急预案生效"), False, _reason),
    ("emergency_plan.drilled", _("应急演练"), True, _reason),
    ("emergency_plan.reviewed", _("复审应急预案"), False, _reason),
    ("emergency_plan.printed", _("打印应急预案"), False, _reason),
):
    register_verb(verb, label, "contact" if is_contact else "system", detail)
register_kind(SERVICE_PLAN)


def _numbers() -> list[tuple[str, str, int, int]]:
    """How many numbers each register of this room gave: one a plan, whatever its editions."""
    plans = ServicePlan.objects.filter(edition=1)
    return [
        (register, row["client_unit__code"], row["year"], row["rows"])
        for register, rows in (
            (ServicePlan.REGISTER, plans),
            (EmergencyPlan.REGISTER, EmergencyPlan.objects.all()),
        )
        for row in rows.annotate(year=ExtractYear("drafted_at", tzinfo=ZONE))
        .values("client_unit__code", "year")
        .annotate(rows=Count("pk"))
        .order_by()
    ]


counts_numbers(_numbers)
shown.register()
on_round(keep_up)
register_verb("plan.service_given", _("办理方案项目"), "contact", _service)
register_verb("plan.service_dropped", _("因突发事件不再办"), "system", _service)
for type_, rows in (
    ("plans.serviceplan", visible_plans),
    ("plans.emergencyplan", visible_emergency_plans),
    ("plans.plannedservice", visible_planned_services),
):
    register_visible(
        type_,
        lambda user, now, pks, rows=rows: set(  # type: ignore[misc]
            rows(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)
        ),
    )
register_planned(planned_for, must_visit)
register_given("plans", services_given)
