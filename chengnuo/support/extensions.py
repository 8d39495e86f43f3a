"""What this room adds to the rooms below: its events' words, its approvals, menu entry, search, the client's page."""

from datetime import datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.models import Client
from chengnuo.clients.panels import register_panel
from chengnuo.clients.running import FEW, Running, register_running
from chengnuo.kit.proposals.extensions import register_proposals
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.kit.records import register_visible
from chengnuo.kit.requests import Asked
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import Told, register_verb
from chengnuo.ledger.models import ref
from chengnuo.people.models import Staff

from .access import visible_spendings, visible_support
from .actions import SUPPORT

FINISHED = (ProposalState.REJECTED, ProposalState.REPORTED)
ON_THE_PAGE = 5


def _spent(told: Told) -> str:
    words = told.texts.get("what") or told.texts.get("reason") or ""
    return gettext("%(amount)s元 %(words)s") % {"amount": f"{Decimal(told.data['amount']):,.2f}", "words": words}


register_proposals(
    SUPPORT,
    visible_support,
    order=320,
    texts=lambda one: [one.title, one.objective, one.activity, one.scheme, one.needed, one.opinion, one.conclusion],
)
register_verb("support.spent", _("登记支出"), "system", _spent)
register_verb("support.spending_voided", _("作废支出"), "system", _spent)
register_visible(
    "support.supportspending",
    lambda user, now, pks: set(visible_spendings(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)),
)


def _running(user: Staff, client: Client, now: datetime) -> list[Running]:
    rows = visible_support(user, now).filter(client_ids__contains=[client.pk]).exclude(state__in=FINISHED)
    return [
        Running(
            ref(row), row.number, row.get_absolute_url(), row.title, str(SUPPORT.label), str(row.get_state_display())
        )
        for row in rows.order_by("-pk")[:FEW]
    ]


def _panel(request: Asked, client: Client) -> str | None:
    """总部支持 on the client's page."""
    rows = visible_support(request.user, request.now).filter(client_ids__contains=[client.pk]).order_by("-pk")
    found = list(rows[:ON_THE_PAGE])
    return render_to_string("support/_panel.html", {"requests": found}, request) if found else None


register_running("support", 320, _running)
register_panel("support", 60, _panel)
register_menu(
    MenuEntry(
        "support",
        _("支持申请"),
        "support:list",
        order=302,
        clause="3.2",
        owed=("support.supportrequest",),
    )
)
