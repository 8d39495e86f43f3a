"""What this room adds to the rooms below: its events' words, its approvals, menu entry, search, a daily chore."""

from django.utils.translation import gettext_lazy as _

from chengnuo.kit.proposals.extensions import register_proposals
from chengnuo.kit.records import register_visible
from chengnuo.kit.shell import MenuEntry, register_menu
from chengnuo.kit.timeline import register_verb
from chengnuo.ledger.daily import on_daily

from .access import visible_calls, visible_plans
from .actions import ANNUAL, keep_plans_of_open_branches

register_proposals(
    ANNUAL,
    visible_plans,
    order=321,
    texts=lambda plan: [plan.title, plan.overall, plan.scheme, plan.opinion, plan.conclusion],
)
register_verb("annual.called", _("布置年度计划"))
register_verb("annual.call_changed", _("改年度计划要求"))
register_verb("annual.arranged", _("排时间表"))
register_verb("annual.excused", _("免报年度计划"))
register_visible(
    "annual.annualcall",
    lambda user, now, pks: set(visible_calls(user, now).filter(pk__in=list(pks)).values_list("pk", flat=True)),
)
register_menu(
    MenuEntry(
        "annual",
        _("年度计划"),
        "annual:list",
        order=302,
        clause="3.2",
        owed=("annual.annualplan",),
    )
)
on_daily(keep_plans_of_open_branches)
