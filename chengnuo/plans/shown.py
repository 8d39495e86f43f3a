"""Where plans show in the rooms below: the menu, a client's page, the search, what runs for him."""

from datetime import datetime, timedelta

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.past import Past, Topic, register_past
from chengnuo.clients.running import FEW, Running, register_running
from chengnuo.kit.requests import Asked
from chengnuo.kit.search import Hit, Kind, Words, register_search, shown
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import ref
from chengnuo.people.models import Staff

from .access import (
    may_plan_emergencies,
    may_write,
    visible_emergency_plans,
    visible_planned_services,
    visible_plans,
)
from .models import EmergencyState, PlanState, ServicePlan, ServiceState

ORDER = 302
OWED = ("plans.", "clients.agreement")
AHEAD = timedelta(days=31)
ON_A_PAGE = 6


def register() -> None:
    """Called once, when the room opens."""
    register_menu(MenuEntry("plans", _("服务方案"), "plans:list", order=ORDER, clause="3.2", go="p", owed=OWED))
    register_panel("plans", 20, _panel)
    register_running("plans", ORDER, _runs)
    register_past("plans", ORDER, _past)
    register_search(PLANS)


def _panel(request: Asked, client: Client) -> str | None:
    """The client's plan, what of it is due, and the emergency plans of who must have one."""
    user, now = request.user, request.now
    today = now.astimezone(ZONE).date()
    plans = list(visible_plans(user, now).filter(client=client).exclude(state=PlanState.CLOSED).order_by("-pk")[:4])
    services = visible_planned_services(user, now).filter(
        client=client, state=ServiceState.PLANNED, opens_on__lte=today + AHEAD
    )
    needs_emergency = client.high_risk or client.large
    emergencies = visible_emergency_plans(user, now).filter(client=client).exclude(state=EmergencyState.REPLACED)
    context = {
        "client": client,
        "plans": plans,
        "due": list(services.select_related("owner").order_by("due_on", "pk")[:ON_A_PAGE]) if plans else [],
        "now": now,
        "emergencies": list(emergencies[:ON_A_PAGE]) if needs_emergency else [],
        "may_write": may_write(user, now),
        "may_plan": may_plan_emergencies(user, client, now),
        "needs_emergency": needs_emergency,
    }
    return render_to_string("plans/_panel.html", context, request)


def _runs(user: Staff, client: Client, now: datetime) -> list[Running]:
    """Plans on their way to the client: who calls about one is told how far it is."""
    rows = visible_plans(user, now).filter(client=client).exclude(state__in=(PlanState.CLOSED, PlanState.ACTIVE))
    label = str(_("服务方案"))
    return [
        Running(ref(plan), plan.number, plan.get_absolute_url(), plan.title, label, plan.get_state_display())
        for plan in rows.order_by("-pk")[:FEW]
    ]


def _past(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    rows = visible_planned_services(user, now).filter(client=client, due_on__gte=since.astimezone(ZONE).date())
    today = now.astimezone(ZONE).date()
    return [
        Past(Topic.SERVICES, _("方案项目已办"), rows.filter(state=ServiceState.DONE).count()),
        Past(Topic.SERVICES, _("方案项目逾期未办"), rows.filter(state=ServiceState.PLANNED, due_on__lt=today).count()),
    ]


def _words(plan: ServicePlan) -> Words:
    return Words(
        texts=[plan.client.name],
        number=plan.number,
        unit=plan.unit_id,
        client_unit=plan.client_unit_id,
        client=plan.client_id,
        at=plan.drafted_at,
    )


def _hit(plan: ServicePlan) -> Hit:
    subtitle = f"{plan.title} {_('第%s版') % plan.edition} {plan.get_state_display()}"
    return Hit(plan.client.name, subtitle, plan.get_absolute_url(), plan.number)


PLANS: Kind = Kind(
    "serviceplan",
    ServicePlan,
    _("服务方案"),
    ORDER,
    reads=("number", "unit_id", "client_unit_id", "client_id", "drafted_at"),
    words=_words,
    hits=shown(visible_plans, _hit, "client"),
    related=("client",),
)
