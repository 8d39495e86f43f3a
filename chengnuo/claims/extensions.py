"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.past import Topic, Words, register_past
from chengnuo.clients.served import finished_case, register_finishing
from chengnuo.ledger.clock import ZONE

from .access import visible_claims
from .models import Claim

VERBS = {
    "claim.reported": _("接受报案"),
    "claim.registered": _("登记报案"),
    "claim.estimated": _("记估损"),
    "claim.handed_on": _("转派"),
}


def _losses(client_ids: Collection[int], since: datetime, until: datetime) -> Words:
    """The losses of a year, each at its highest estimate (yuan, gross of the deductible)."""
    rows = Claim.objects.filter(client__in=client_ids, entered_at__gte=since, entered_at__lt=until)
    sums: Counter[tuple[int, int]] = Counter()
    for client, at, most in rows.annotate(most=Max("estimates__amount")).values_list("client_id", "entered_at", "most"):
        sums[client, at.astimezone(ZONE).year] += most or 0
    return {key: f"{amount:,.2f}" for key, amount in sums.items() if amount}


register_room(Claim, visible_claims, VERBS, clause="3.4", order=304, go="x", label=_("协赔"), topic=Topic.LOSSES)
register_past("claims.sums", 304, _("估损（元）"), _losses, Topic.LOSSES)
register_finishing("claims.claim", finished_case(_("协赔"), lambda claim: (None, claim.reporter)))
