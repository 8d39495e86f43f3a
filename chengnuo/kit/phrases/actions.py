"""Adding, changing and removing phrases."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal, Stale
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..models import Phrase
from .access import require_may_write
from .rules import MOST, clean_room, clean_text, clean_title


def add_phrase(
    *,
    title: str,
    text: str,
    room: str = "",
    scope: str = Phrase.Scope.OWN,
    unit: Unit | None = None,
    by: Staff,
    now: datetime,
) -> Phrase:
    """Keep a text for one's own forms, for those of a unit or for everybody's.

    Raises Forbidden (403), Invalid (422), Refusal 409 beyond 200 of one scope.
    """
    if (scope == Phrase.Scope.UNIT) != (unit is not None):
        raise Invalid("unit", unit=_("机构的常用语写明机构，别的不写"))
    phrase = Phrase.of(scope, person=by, unit=unit, at=now)
    require_may_write(by, phrase, now)
    phrase.title, phrase.text, phrase.room = clean_title(title), clean_text(text), clean_room(room)
    beside = Phrase.objects.filter(owner=phrase.owner, unit=phrase.unit, removed_at__isnull=True)
    if beside.count() >= MOST:
        raise Refusal("too_many_phrases", _("已有%s条，先删去不用的") % MOST)
    with acting(phrase):
        phrase.save()
        data = {"scope": phrase.scope, "unit": phrase.unit_id, "room": phrase.room}
        record("phrase.added", phrase, by=by, now=now, data=data, texts={"title": phrase.title, "text": phrase.text})
    return phrase


def change_phrase(
    phrase: Phrase, *, title: str, text: str, room: str = "", by: Staff, now: datetime, version: int | None = None
) -> Phrase:
    """Write it anew; whose it is stays. Raises Forbidden (403), Invalid (422), Stale 409 when it is no longer the
    version that was seen, Refusal 409 when it was removed."""
    require_may_write(by, phrase, now)
    title, text, room = clean_title(title), clean_text(text), clean_room(room)
    with acting(phrase) as fresh:
        _is_there(fresh)
        if version is not None and fresh.version != version:
            raise Stale(fresh)
        was = {"title.old": fresh.title, "text.old": fresh.text}
        fresh.title, fresh.text, fresh.room = title, text, room
        fresh.version += 1
        fresh.save()
        record(
            "phrase.changed", fresh, by=by, now=now, data={"room": room}, texts={**was, "title": title, "text": text}
        )
        return fresh


def remove_phrase(phrase: Phrase, *, by: Staff, now: datetime) -> Phrase:
    """Offer it no longer; what was written with it stays. Raises Forbidden (403), Refusal 409 when it was removed."""
    require_may_write(by, phrase, now)
    with acting(phrase) as fresh:
        _is_there(fresh)
        fresh.removed_at = now
        fresh.version += 1
        fresh.save()
        record("phrase.removed", fresh, by=by, now=now)
        return fresh


def _is_there(phrase: Phrase) -> None:
    if phrase.removed_at is not None:
        raise Refusal("phrase_removed", _("这条常用语已删除"))
