"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.served import finished_case, register_finishing

from .access import visible_complaints
from .models import Complaint

VERBS = {
    "complaint.received": _("收到投诉"),
    "complaint.registered": _("登记受理投诉"),
    "complaint.handed_on": _("转派"),
}

register_room(Complaint, visible_complaints, VERBS, clause="3.6", order=306, go="c", label=_("投诉"))
register_finishing(
    "complaints.complaint", finished_case(_("投诉"), lambda complaint: (complaint.contact_id, complaint.complainant))
)
