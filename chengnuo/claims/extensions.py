"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.models import Client
from chengnuo.clients.past import Past, Topic, register_past
from chengnuo.clients.served import finished_case, register_finishing
from chengnuo.people.models import Staff

from .access import visible_claims
from .models import Claim

VERBS = {
    "claim.reported": _("接受报案"),
    "claim.registered": _("登记报案"),
    "claim.estimated": _("记估损"),
    "claim.handed_on": _("转派"),
}


def _losses(client: Client, since: datetime, user: Staff, now: datetime) -> list[Past]:
    """His losses, each at its highest estimate (yuan, gross of the deductible)."""
    rows = (
        visible_claims(user, now).filter(client=client, entered_at__gte=since).annotate(most=Max("estimates__amount"))
    )
    sums = list(rows.values_list("most", flat=True))
    return [Past(Topic.LOSSES, _("出险报案"), len(sums), sum((one for one in sums if one is not None), Decimal(0)))]


register_room(Claim, visible_claims, VERBS, clause="3.4", order=304, go="x", label=_("协赔"))
register_past("claims", 304, _losses)
register_finishing("claims.claim", finished_case(_("协赔"), lambda claim: (None, claim.reporter)))
