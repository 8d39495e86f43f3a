"""What this room adds to the rooms below: the words of its events, who sees its records, what is planned."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import register_planned
from chengnuo.clients.given import register_given
from chengnuo.kit.records import register_visible
from chengnuo.kit.timeline import Told, register_verb

from .access import visible_emergency_plans, visible_planned_services, visible_plans
from .given import services_given
from .planned import must_visit, planned_for


def _service(told: Told) -> str:
    words = told.texts.get("how") or told.texts.get("reason") or ""
    return f"{told.data['title']} {words}".strip()


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
