"""How a channel does: when it is tried again after it failed, and who hears of it."""

from datetime import datetime

from django.utils.translation import gettext_noop as _n

from chengnuo.people.models import Role

from ..models import Delivery, DeliveryState, Outlet
from ..notices import notify
from .rules import FEWEST_TRIES, GIVE_UP_AFTER, TELL_AFTER, pause


def failed(outlet: Outlet, words: str, now: datetime) -> None:
    """Pause the channel. After a quarter of an hour the administrators hear of it, once; after three days of trying
    what is as old is given up."""
    since = min(outlet.failing_since or now, now)
    outlet.failing_since, outlet.tries, outlet.error = since, outlet.tries + 1, words[:300]
    outlet.next_at = now + pause(outlet.tries)
    if outlet.told_at is None and now - since >= TELL_AFTER:
        outlet.told_at = now
        admins = Role.objects.filter(Role.at(now), kind=Role.Kind.ADMINISTRATOR, staff__is_active=True)
        people = list(admins.order_by("staff_id").values_list("staff_id", flat=True))
        args = {"channel": str(outlet), "words": outlet.error}
        notify(people, _n("%(channel)s发不出去：%(words)s"), args, outlet, now, moment="outlet.failing", goes_out=False)
    _save(outlet)
    if outlet.tries >= FEWEST_TRIES:
        old = Delivery.objects.filter(
            channel=outlet.channel, state=DeliveryState.WAITING, made_at__lte=now - GIVE_UP_AFTER
        )
        old.update(state=DeliveryState.GIVEN_UP, error=outlet.error)


def well(outlet: Outlet) -> None:
    """It works again: nothing is remembered of the failure."""
    if outlet.tries or outlet.failing_since:
        outlet.failing_since = outlet.next_at = outlet.told_at = None
        outlet.tries, outlet.error = 0, ""
        _save(outlet)


def _save(outlet: Outlet) -> None:
    Outlet.objects.filter(pk=outlet.pk).update(**{name: getattr(outlet, name) for name in Outlet.HEALTH})
