"""From notices to deliveries: one per channel on which the company or the person wants it."""

from datetime import datetime

from django.db import transaction

from ..models import Address, Delivery, Notice, Outlet
from .tellings import Told, table

BATCH = 500


def plan(now: datetime) -> int:
    """Make the deliveries of every notice that is to go out. Returns how many notices; safe to run twice at once."""
    planned = 0
    while batch := _batch(now):
        planned += batch
    return planned


def _batch(now: datetime) -> int:
    with transaction.atomic():
        waiting = Notice.objects.filter(is_to_go_out=True).order_by("pk").select_for_update(skip_locked=True)
        notices = list(waiting[:BATCH])
        if not notices:
            return 0
        known = table()
        outlets = list(Outlet.objects.filter(is_on=True).values_list("channel", flat=True))
        addresses: dict[int, list[Address]] = {}
        people = {notice.staff_id for notice in notices}
        for one in Address.objects.filter(staff__in=people, channel__in=outlets).exclude(value=""):
            addresses.setdefault(one.staff_id, []).append(one)
        Delivery.objects.bulk_create(
            [
                Delivery(
                    notice=notice,
                    staff_id=notice.staff_id,
                    channel=address.channel,
                    address=address.value,
                    made_at=now,
                    next_at=now,
                )
                for notice in notices
                for address in addresses.get(notice.staff_id, ())
                if is_wanted(notice, address, known.get(notice.moment))
            ],
            ignore_conflicts=True,
        )
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(is_to_go_out=False)
        return len(notices)


def is_wanted(notice: Notice, address: Address, told: Told | None) -> bool:
    """A person's own choice of kinds stands before the company's table."""
    if not address.follows_company:
        return notice.kind in address.kinds
    return told is not None and address.channel in told.channels
