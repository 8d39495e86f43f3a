"""重大险情应急预案: what is done when it happens, to be hung up where it may (3.2.7)."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from chengnuo.kit.documents import Document, stamp
from chengnuo.people.models import Staff

from ..models import EmergencyPlan

TEMPLATE = "plans/printing/emergency.typ"


def emergency_form(plan: EmergencyPlan, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """The emergency plan with its contacts, steps and drills."""
    with override("zh-hans"):
        return Document(
            TEMPLATE,
            _("重大险情应急预案"),
            number=plan.number,
            address=absolute(plan.get_absolute_url()),
            by=by,
            now=now,
            unit=plan.unit.name,
            clause="3.2.7",
            body={
                "client": plan.client.name,
                "site": f"{plan.site.name} {plan.site.address}" if plan.site else _("全部场所"),
                "state": str(plan.get_state_display()),
                "scenario": plan.scenario,
                "contacts": plan.contacts,
                "steps": plan.steps,
                "since": stamp(plan.in_force_at) or "—",
                "review_on": str(plan.review_on),
                "drill_every": str(plan.drill_every),
                "drills": [
                    {"on": str(one.held_on), "who": one.taken_part, "found": one.found}
                    for one in plan.drills.all()[:20]
                ],
            },
        )
