"""Backups are the administrator's."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.people.access import may_manage
from chengnuo.people.models import Staff

from ..models import Backup


def require_may_back_up(user: Staff, now: datetime) -> None:
    """Raises Forbidden (403) for who is no administrator."""
    if not may_manage(user, now):
        raise Forbidden(_("备份由系统管理员管理"))


def visible_backups(user: Staff, now: datetime) -> QuerySet[Backup]:
    return Backup.objects.all() if may_manage(user, now) else Backup.objects.none()
