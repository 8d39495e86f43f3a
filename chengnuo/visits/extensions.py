"""What this room adds to the rooms below: words of its events, its menu entry, its register's count."""

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import register_room
from chengnuo.clients.served import finished_case, register_finishing

from .access import visible_visits
from .models import Visit

VERBS = {
    "visit.planned": _("预约上门"),
    "visit.confirmed": _("与客户约定时间"),
    "visit.handed_on": _("转派"),
}

register_room(Visit, visible_visits, VERBS, clause="4.1", order=401, go="v", label=_("上门服务"))
register_finishing("visits.visit", finished_case(_("上门服务"), lambda visit: (visit.contact_id, visit.agreed_with)))
