"""Everything about one client, on one page."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chengnuo.kit.blobs import files_of
from chengnuo.kit.duties import duties_of_client
from chengnuo.kit.requests import Asked
from chengnuo.kit.timeline import timeline_of
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.moves import moves_from
from chengnuo.ledger.trail import looked

from ..access import may_change, may_tick, may_unmask
from ..credentials import masked_id
from ..models import TICKS, Agreement, Client, Phone, Policy
from ..panels import dialler_for, panels_for
from ..phones import masked
from ..rules import days_left, proposes_large, yearly_premium
from .asking import seen, today, who
from .lists import ticks

SHAPES = {"draft": "waiting", "signed": "work", "active": "work", "expired": "closed", "terminated": "closed"}


@require_GET
def page(request: Asked, pk: int) -> HttpResponse:
    user, now = who(request)
    client = seen(request, pk)
    looked(client, by=user, now=now)
    day = today(request)
    policies = list(client.policies.all())
    premium = yearly_premium(policies, day)
    enough = rulebook().parameter("client.large_premium", request.now).value
    context = {
        "client": client,
        "masked_id": masked_id(client.resident_id) if client.resident_id else "",
        "ticks": ticks(client),
        "tick_choices": [(name, label, getattr(client, name)) for name, label in TICKS.items()],
        "premium": premium,
        "enough": enough,
        "in_force": sum(policy.covers(day) for policy in policies),
        "policies": [_covered(policy, day) for policy in policies if policy.ends_on >= day],
        "ended": [_covered(policy, day) for policy in policies if policy.ends_on < day],
        "contacts": contacts_of(client),
        "sites": client.sites.all(),
        "agreements": [_agreed(agreement, day) for agreement in client.agreements.all()],
        "panels": panels_for(request, client),
        "dialler": dialler_for(request),
        "timeline": timeline_of(request, client),
        "files": files_of(client, user, now),
        "duties": duties_of_client(client.pk, user, now),
        "may_change": may_change(user, client, now),
        "may_tick": may_tick(user, now),
        "may_unmask": may_unmask(user, client, now),
        "proposes_large": proposes_large(client, premium, enough),
    }
    return render(request, "clients/page.html", context)


def contacts_of(client: Client) -> list[dict[str, Any]]:
    """Those who speak for him now, with their numbers masked: two queries."""
    positions = list(client.positions.filter(is_active=True).select_related("contact"))
    numbers: dict[int, list[dict[str, Any]]] = {}
    for phone in Phone.objects.filter(contact__in=[one.contact_id for one in positions], is_active=True):
        numbers.setdefault(phone.contact_id, []).append({"pk": phone.pk, "masked": masked(phone.number)})
    return [{"position": one, "phones": numbers.get(one.contact_id, [])} for one in positions]


def _covered(policy: Policy, day: date) -> dict[str, Any]:
    return {"policy": policy, "left": days_left(policy, day), "has_begun": policy.starts_on <= day}


def _agreed(agreement: Agreement, day: date) -> dict[str, Any]:
    return {
        "agreement": agreement,
        "shape": SHAPES[agreement.state],
        "moves": moves_from(agreement),
    }
