"""How a webhook does: when it rests, who hears of it, when it is switched off."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.ledger import books
from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import LISTENED, record
from chengnuo.people.models import Role

from ..models import SendingState, Webhook, WebhookDelivery
from ..notices import notify
from .rules import A_DAY, FEWEST_TRIES, TELL_AFTER, hook_pause, is_over, is_told

S = SendingState


@transaction.atomic
def failed(hook: Webhook, words: str, now: datetime, *, was_answered: bool, is_lost: bool) -> None:
    """Let the webhook rest, and say so once: after a quarter of an hour without a success, or when an event is lost.
    After a day of tries what is as old is lost; after three days without a success it is switched off."""
    hook.failing_since = min(hook.failing_since or now, now)
    hook.tries, hook.error = hook.tries + 1, words[:300]
    rest = hook_pause(hook.tries, was_answered=was_answered)
    hook.next_at = now + rest if rest else None
    if hook.tries >= FEWEST_TRIES:
        old = WebhookDelivery.objects.filter(hook=hook, state=S.WAITING, since__lte=now - A_DAY)
        is_lost |= bool(old.update(state=S.FAILED, error=hook.error))
    if (is_lost or now - hook.failing_since >= TELL_AFTER) and not is_told(hook.told_at, now):
        hook.told_at = now
        _tell(hook, _n("外发接口%(name)s发不出去：%(words)s"), now)
    _save(hook)
    if is_over(hook.failing_since, hook.tries, now):
        _switch_off(hook, now)


def well(hook: Webhook, now: datetime) -> None:
    """It works: nothing is remembered of the failure, and what waited for it goes at once."""
    if hook.next_at is not None:
        WebhookDelivery.objects.filter(hook=hook, state=S.WAITING).update(next_at=now)
    if hook.failing_since and now - hook.failing_since >= TELL_AFTER:
        hook.told_at = None
    hook.failing_since = hook.next_at = None
    hook.tries, hook.error, hook.succeeded_at = 0, "", now
    _save(hook)


def _switch_off(hook: Webhook, now: datetime) -> None:
    with acting(hook) as fresh:
        if not fresh.is_on:
            return
        fresh.is_on = False
        fresh.version += 1
        fresh.save(update_fields=["is_on", "version"])
        lost = fail_waiting(fresh, _("三天只失败，接口已停用"))
        books.changed(LISTENED)
        record("webhook.switched_off", fresh, by=None, now=now, data={"tries": hook.tries, "lost": lost})
        _tell(fresh, _n("外发接口%(name)s三天只失败，已停用：%(words)s"), now)


def fail_waiting(hook: Webhook, words: str) -> int:
    """What waits for a webhook that is off can be sent again later, and only by a person."""
    return WebhookDelivery.objects.filter(hook=hook, state=S.WAITING).update(state=S.FAILED, error=words[:300])


def _tell(hook: Webhook, title: str, now: datetime) -> None:
    """Whoever set it up, while he administers; else every administrator."""
    held = Role.objects.filter(Role.at(now), kind=Role.Kind.ADMINISTRATOR, staff__is_active=True)
    admins = list(held.order_by("staff_id").values_list("staff_id", flat=True).distinct())
    people = [hook.owner_id] if hook.owner_id in admins else admins
    notify(people, title, {"name": hook.name, "words": hook.error}, hook, now, moment="webhook.failing")


def _save(hook: Webhook) -> None:
    Webhook.objects.filter(pk=hook.pk).update(**{name: getattr(hook, name) for name in Webhook.HEALTH})
