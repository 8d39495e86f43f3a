"""From events to deliveries, in the event's own transaction: nothing is sent that did not happen, nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from chengnuo.ledger import clock
from chengnuo.ledger.trail import Draft

from ..models import Webhook, WebhookDelivery
from .bodies import bodies


@dataclass(frozen=True)
class Ear:
    hook: int
    verbs: frozenset[str]
    unit: int | None


_kept: dict[int, tuple[Ear, ...]] = {}


def ears(stamp: int) -> tuple[Ear, ...]:
    """Who wants to hear what; read once and kept until the stamp grows. A stamp is never used twice, so what was read
    in a transaction that fell back is not taken for a later state."""
    found = _kept.get(stamp)
    if found is None:
        rows = Webhook.objects.filter(is_on=True).values_list("pk", "verbs", "unit_id")
        found = tuple(Ear(pk, frozenset(verbs), unit) for pk, verbs, unit in rows)
        _kept.clear()
        _kept[stamp] = found
    return found


def hear(drafts: Sequence[Draft], stamp: int) -> None:
    """Make the deliveries of these events. What a demo or a replay writes under its moved clock stays in the house."""
    if clock.moved() is not None:
        return
    listening = ears(stamp)
    wanted = [draft for draft in drafts if any(draft.verb in ear.verbs for ear in listening)]
    if not wanted:
        return
    made = clock.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            hook_id=ear.hook,
            event_id=draft.id,
            verb=draft.verb,
            subject_type=draft.subject.type,
            subject_pk=draft.subject.pk,
            number=body.number,
            body=body.text,
            made_at=made,
            since=made,
            next_at=made,
        )
        for draft, body in zip(wanted, bodies(wanted), strict=True)
        for ear in listening
        if draft.verb in ear.verbs and ear.unit in (None, body.unit_id)
    )
