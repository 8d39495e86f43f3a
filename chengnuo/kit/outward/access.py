"""Channels, the table of who is told and the log are the administrator's; addresses are one's own."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.people.access import may_manage
from chengnuo.people.models import Staff

from ..models import Address, Delivery, Outlet, Telling


def require_may_set_up(user: Staff, now: datetime) -> None:
    """Raises Forbidden (403) for who is no administrator."""
    if not may_manage(user, now):
        raise Forbidden(_("通知渠道由系统管理员设置"))


def visible_outlets(user: Staff, now: datetime) -> QuerySet[Outlet]:
    return Outlet.objects.all() if may_manage(user, now) else Outlet.objects.none()


def visible_tellings(user: Staff, now: datetime) -> QuerySet[Telling]:
    return Telling.objects.all() if may_manage(user, now) else Telling.objects.none()


def visible_addresses(user: Staff, now: datetime) -> QuerySet[Address]:
    """Only one's own."""
    return Address.objects.filter(staff=user)


def visible_deliveries(user: Staff, now: datetime) -> QuerySet[Delivery]:
    """The administrator sees where and whether; what a notice says is its receiver's alone."""
    return Delivery.objects.all() if may_manage(user, now) else Delivery.objects.none()
