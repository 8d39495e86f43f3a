"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.served import finished_case, register_finishing

from .access import visible_claims
from .models import Claim

VERBS = {
    "claim.reported": _("接受报案"),
    "claim.registered": _("登记报案"),
    "claim.estimated": _("记估损"),
    "claim.handed_on": _("转派"),
}

register_room(Claim, visible_claims, VERBS, clause="3.4", order=304, go="x", label=_("协赔"))
register_finishing("claims.claim", finished_case(_("协赔"), lambda claim: (None, claim.reporter)))
