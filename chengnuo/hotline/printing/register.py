"""《服务热线登记簿》 by branch and period (3.1.3)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document, stamp
from chengnuo.kit.records import Named, named
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.links import linked_of
from chengnuo.ledger.models import Ref, ref
from chengnuo.people.models import Staff, Unit

from ..access import visible_calls
from ..models import Call, CallState, Channel, Promise
from . import words

TEMPLATE = "hotline/printing/register.typ"
# Measured in docs/benchmarks/print.md: what the web process still waits for, and what a worker's memory holds.
MOST_AT_ONCE = 300
MOST_ROWS = 5000
LONG = 600
"""So many characters fill a third of a page: such a row may go on on the next one."""


def printed_rows(user: Staff, now: datetime, unit: Unit, since: date, until: date) -> list[Call]:
    """The calls of these local days on a line, the first first, as far as the person sees them. Raises Invalid (422)
    for more than MOST_ROWS: the paper would be no book but a pile."""
    rows = visible_calls(user, now).filter(
        unit=unit,
        channel=Channel.PHONE,  # The printed book is the telephone's; letters have a series of their own.
        rang_at__gte=datetime.combine(since, time(), ZONE),
        rang_at__lt=datetime.combine(until + timedelta(days=1), time(), ZONE),
    )
    promises = Promise.objects.select_related("keeper").order_by("pk")
    found = rows.select_related("client", "operator").prefetch_related(Prefetch("promises", promises))
    shown = list(found.order_by("rang_at", "pk")[: MOST_ROWS + 1])
    if len(shown) > MOST_ROWS:
        raise Invalid("too_many_rows", until=_("超过%s条，缩短期间再打印") % MOST_ROWS)
    return shown


@words.in_chinese
def register_form(
    rows: Sequence[Call],
    *,
    unit: Unit,
    since: date,
    until: date,
    by: Staff,
    now: datetime,
    absolute: Callable[[str], str],
) -> Document:
    """The register's form of these rows. `absolute` makes an address of this site out of a path."""
    cases = _cases(rows, by, now)
    query = urlencode({"unit": str(unit.pk), "since": str(since), "until": str(until)})
    return Document(
        TEMPLATE,
        _("服务热线登记簿"),
        number=f"{Call.REGISTER}-{unit.code}-{since:%Y%m%d}-{until:%Y%m%d}",
        address=absolute(f"{reverse('hotline:list')}?{query}"),
        by=by,
        now=now,
        unit=unit.name,
        clause="3.1.3",
        body={
            "unit": unit.name,
            "period": words.period(since, until),
            "rows": [_row(place, call, cases.get(ref(call), []), now) for place, call in enumerate(rows, start=1)],
            "void": sum(call.state == CallState.VOID for call in rows),
        },
    )


def _row(place: int, call: Call, cases: Sequence[Named], now: datetime) -> words.Data:
    promises = list(call.promises.all())
    reply = words.lines(
        call.answer,
        _("无需答复：%s") % call.get_no_reply_because_display() if call.no_reply_because else "",
        *map(words.promised, promises),
    )
    is_void = call.state == CallState.VOID
    # With a promise on file the call is closed (2.3): what the client waits for is the promise.
    fates = [words.fate(one, now) for one in promises]
    done = words.lines(
        *(fates if fates and not is_void else [words.outcome(call)]),
        *(_("转%s") % case.number for case in cases),
    )
    return {
        "place": place,
        "number": call.number,
        "at": stamp(call.rang_at).replace("\u00a0", "\n"),
        "caller": words.caller(call),
        "client": call.client.name if call.client else "",
        "kinds": "\n".join(call.kind_labels),
        "content": call.content or (_("未接来电") if call.was_missed else ""),
        "reply": reply,
        "done": done,
        "operator": call.operator.name if call.operator and (call.answered_at or call.called_back_at) else "",
        "is_void": is_void,
        "is_long": _length(call.content) > LONG or _length(reply) > LONG,
    }


def _length(text: str) -> int:
    """The characters of a text as they fill lines."""
    return len(text) + 20 * text.count("\n")


def _cases(rows: Sequence[Call], by: Staff, now: datetime) -> dict[Ref, list[Named]]:
    """What was opened from the calls or belongs to them, as far as the person sees it: by the call."""
    tied = linked_of(rows)
    names = named(by, now, {other for others in tied.values() for other in others})
    return {call: [names[other] for other in others if other in names] for call, others in tied.items()}
