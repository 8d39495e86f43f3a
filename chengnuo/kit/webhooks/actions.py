"""Registering webhooks, changing them, their secrets, trying out, sending again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chengnuo.ledger import books
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal, Stale
from chengnuo.ledger.trail import LISTENED, record
from chengnuo.people.models import Staff, Unit
from chengnuo.people.rules import clean_name

from ..models import SendingState, Webhook, WebhookDelivery
from ..outward import keys
from ..timeline import verbs as known_verbs
from .access import require_may_set_up
from .addresses import clean_url
from .bodies import bodies
from .health import fail_waiting
from .rules import OVERLAP
from .sending import ask_at_once
from .signing import new_secret

S = SendingState
MOST = 50
AT_ONCE = 5000


def register_webhook(
    *, name: str, url: str, verbs: Sequence[str], unit: Unit | None, by: Staff, now: datetime
) -> tuple[Webhook, str]:
    """Let another system hear of these verbs from now on, of one unit's records or of all. Returns the row and the
    secret, which is never to be seen again. Raises Forbidden (403), Invalid (422), Refusal 409 beyond fifty."""
    require_may_set_up(by, now)
    if Webhook.objects.count() >= MOST:
        raise Refusal("too_many_webhooks", _("已有%s个外发接口，先改用停用的") % MOST)
    hook = Webhook(name=clean_name(name)[:60], url=clean_url(url), verbs=_known(verbs), unit=unit, owner=by)
    hook.made_at = now
    secret = new_secret()
    with acting(hook):
        hook.secret = keys.keep(secret)
        hook.save()
        books.changed(LISTENED)
        data = {"verbs": hook.verbs, "unit": unit.pk if unit else None}
        record("webhook.registered", hook, by=by, now=now, data=data, texts={"name": hook.name, "url": hook.url})
    return hook, secret


def change_webhook(
    hook: Webhook,
    *,
    name: str,
    url: str,
    verbs: Sequence[str],
    unit: Unit | None,
    by: Staff,
    now: datetime,
    version: int | None = None,
) -> Webhook:
    """Change where it goes and what it hears; what waits goes to the new address. Raises Forbidden (403), Invalid
    (422), Stale 409 when it is no longer the version that was seen."""
    require_may_set_up(by, now)
    url, verbs = clean_url(url), _known(verbs)
    with acting(hook) as fresh:
        if version is not None and fresh.version != version:
            raise Stale(fresh)
        was = fresh.url
        fresh.name, fresh.url, fresh.verbs, fresh.unit = clean_name(name)[:60], url, verbs, unit
        fresh.next_at = fresh.told_at = None
        fresh.version += 1
        fresh.save()
        books.changed(LISTENED)
        data = {"verbs": verbs, "unit": unit.pk if unit else None}
        texts = {"name": fresh.name, "url.old": was, "url.new": url}
        record("webhook.changed", fresh, by=by, now=now, data=data, texts=texts)
        return fresh


def _known(verbs: Sequence[str]) -> list[str]:
    every = known_verbs()
    if not verbs:
        raise Invalid("no_verbs", verbs=_("至少选一种事件"))
    if unknown := sorted(set(verbs) - every.keys()):
        raise Invalid("unknown_verbs", verbs=_("没有这种事件：%s") % unknown[0][:60])
    return [verb for verb in every if verb in set(verbs)]


def switch_webhook(hook: Webhook, *, on: bool, by: Staff, now: datetime) -> Webhook:
    """Let it hear, or not: while it is off nothing is kept for it, and what waited is marked as lost, to be sent again
    by hand. Doing what is done changes nothing. Raises Forbidden (403)."""
    require_may_set_up(by, now)
    with acting(hook) as fresh:
        if fresh.is_on == on:
            return fresh
        fresh.is_on = on
        fresh.failing_since = fresh.next_at = fresh.told_at = None
        fresh.tries, fresh.error = 0, ""
        fresh.version += 1
        fresh.save()
        lost = 0 if on else fail_waiting(fresh, _("接口已停用"))
        books.changed(LISTENED)
        verb = "webhook.switched_on" if on else "webhook.switched_off"
        record(verb, fresh, by=by, now=now, data={"lost": lost})
        return fresh


def replace_secret(hook: Webhook, *, at_once: bool, by: Staff, now: datetime) -> tuple[Webhook, str]:
    """Give it another secret, shown once. For 24 hours what is sent is signed with both, so that the receiver changes
    over without a gap; `at_once` drops the old one, where it has become known. Raises Forbidden (403)."""
    require_may_set_up(by, now)
    secret = new_secret()
    with acting(hook) as fresh:
        before, fresh.old_secret = fresh.old_secret, "" if at_once else fresh.secret
        fresh.secret = keys.keep(secret, instead_of=fresh.secret if at_once else before)
        if at_once and before:
            keys.drop(before)
        fresh.old_until = None if at_once else now + OVERLAP
        fresh.version += 1
        fresh.save()
        record("webhook.secret_replaced", fresh, by=by, now=now, data={"old_until": fresh.old_until})
        return fresh, secret


def try_out(hook: Webhook, *, by: Staff, now: datetime) -> WebhookDelivery:
    """Send a trial event by the same way as all others; the log tells what came of it. Raises Forbidden (403),
    Refusal 409 while it is off."""
    require_may_set_up(by, now)
    with acting(hook) as fresh:
        _is_on(fresh)
        Webhook.objects.filter(pk=fresh.pk).update(next_at=None)
        draft = record("webhook.tried_out", fresh, by=by, now=now)
        where = {"verb": draft.verb, "subject_type": draft.subject.type, "subject_pk": draft.subject.pk}
        row, _is_new = WebhookDelivery.objects.get_or_create(
            hook=fresh,
            event_id=draft.id,
            defaults={**where, "body": bodies([draft])[0].text, "made_at": now, "since": now, "next_at": now},
        )
        ask_at_once()
        return row


@transaction.atomic
def send_again(hook: Webhook, deliveries: Sequence[int] | None, *, by: Staff, now: datetime) -> int:
    """Let deliveries that are done go once more with their own id and body; None means all that failed, at most 5,000.

    A receiver that keeps ids ignores what it has had. Returns how many. Raises Forbidden (403), Refusal 409 when there
    is none, or while the webhook is off.
    """
    require_may_set_up(by, now)
    with acting(hook) as fresh:
        _is_on(fresh)
        done = WebhookDelivery.objects.filter(hook=fresh)
        if deliveries is None:
            done = done.filter(state=S.FAILED)
        else:
            done = done.filter(state__in=(S.FAILED, S.SENT), pk__in=deliveries[:AT_ONCE])
        picked = list(done.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)[:AT_ONCE])
        if not picked:
            raise Refusal("nothing_to_send", _("没有可重发的，刷新后看最新情况"))
        rows = WebhookDelivery.objects.filter(pk__in=picked)
        rows.update(state=S.WAITING, since=now, next_at=now, attempts=0, status=None, answer="", error="")
        Webhook.objects.filter(pk=fresh.pk).update(next_at=None, told_at=None)
        record("webhook.sent_again", fresh, by=by, now=now, data={"count": len(picked), "deliveries": picked[:100]})
        ask_at_once()
        return len(picked)


def _is_on(hook: Webhook) -> None:
    if not hook.is_on:
        raise Refusal("webhook_off", _("这个外发接口已停用，先启用"))
