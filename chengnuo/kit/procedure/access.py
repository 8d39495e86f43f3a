"""Who may propose a figure and import a calendar. Everybody may read the procedure."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.errors import Forbidden
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, reach

K = Role.Kind


def may_propose(user: Staff, now: datetime) -> bool:
    """The centre keeps the figures of the procedure and proposes their change."""
    return reach(user, now).is_a(*CENTRE)


def may_import(user: Staff, now: datetime) -> bool:
    return reach(user, now).is_a(K.ADMINISTRATOR, K.CENTRE_HEAD)


def require_may_import(user: Staff, now: datetime) -> None:
    """Raises Forbidden (403) for who is neither administrator nor head of the centre."""
    if not may_import(user, now):
        raise Forbidden(_("日历由系统管理员或客服中心负责人导入"), clause="4.0")


def visible_duties(user: Staff, now: datetime) -> QuerySet[Obligation]:
    return visible_obligations(reach(user, now), now)
