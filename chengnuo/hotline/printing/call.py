"""来电记录: one call, with its promises and what became of them, what was opened from it, and every attempt (3.1.3)."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.kit.documents import Document, stamp
from chengnuo.kit.records import named
from chengnuo.kit.timeline import Entry, timeline
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.links import linked
from chengnuo.people.models import Staff

from ..access import visible_promises
from ..models import Call, CallState, Promise, PromiseAct
from . import words

TEMPLATE = "hotline/printing/call.typ"
MOST_EVENTS = 200
CLIENT = "clients.client"


@words.in_chinese
def call_record(call: Call, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """The record of a call that the person sees, as it stands. What other rooms know of it is told as its page tells
    it to him: nothing that he may not see, no text kept private, no whole number."""
    promises = (
        visible_promises(by, now)
        .filter(call=call)
        .select_related("keeper", "made_by")
        .prefetch_related("acts__by")
        .order_by("pk")
    )
    names = named(by, now, tied := [other for other, _why in linked(call)])
    entries = timeline(call, by, now, limit=MOST_EVENTS)
    return Document(
        TEMPLATE,
        _("来电记录"),
        number=call.number,
        address=absolute(call.get_absolute_url()),
        by=by,
        now=now,
        unit=call.unit.name,
        clause="3.1.3",
        body={
            "unit": call.unit.name,
            "state": str(call.get_state_display()),
            "void_because": call.void_because if call.state == CallState.VOID else "",
            "times": _times(call),
            "who": call.who or "—",
            "phone": call.masked_caller or "—",
            "client": call.client.name if call.client else "—",
            "client_unit": call.client_unit.name if call.client_unit else "—",
            "kinds": "、".join(call.kind_labels) or "—",
            "channel": str(call.get_channel_display()),
            "operator": call.operator.name if call.operator else "—",
            "content": call.content or _("没有内容"),
            "answer": _answer(call),
            "promises": [_promise(one, now) for one in promises],
            "cases": [names[one].number for one in tied if one in names],
            "events": [_event(entry, call.number) for entry in sorted(entries, key=lambda one: (one.at, one.id))],
            "is_cut": len(entries) == MOST_EVENTS,
        },
    )


def _times(call: Call) -> words.Data:
    return {
        "rang": _second(call.rang_at),
        "answered": _second(call.answered_at) or _("未接"),
        "hung_up": _second(call.hung_up_at) or "—",
        "lasted": call.duration,
        "called_back": _second(call.called_back_at) or "—",
        "entered": _second(call.entered_at),
    }


def _second(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if moment else ""


def _answer(call: Call) -> str:
    if call.no_reply_because:
        return _("无需答复：%s") % call.get_no_reply_because_display()
    return call.answer or "—"


def _promise(promise: Promise, now: datetime) -> words.Data:
    return {
        "to_whom": promise.to_whom,
        "what": promise.what,
        "made": stamp(promise.made_at),
        "first": stamp(promise.first_by),
        "by": stamp(promise.by),
        "keeper": promise.keeper.name,
        "fate": words.fate(promise, now),
        "acts": [_act(act) for act in promise.acts.all()],
    }


def _act(act: PromiseAct) -> words.Data:
    moved = ""
    if act.old_by and act.new_by:
        moved = _("%(old)s 改为 %(new)s") % {"old": stamp(act.old_by), "new": stamp(act.new_by)}
    agreed = " ".join(filter(None, (act.agreed_who, act.agreed_how)))
    return {
        "at": stamp(act.at),
        "by": act.by.name if act.by else "",
        "kind": str(act.get_kind_display()),
        "text": "，".join(filter(None, (moved, act.text, _("客户方同意：%s") % agreed if agreed else ""))),
    }


def _event(entry: Entry, number: str) -> words.Data:
    others = [other for other in entry.others if other.ref.type != CLIENT and other.number != number]
    numbers = "、".join(other.number for other in others)
    return {
        "at": stamp(entry.at),
        "who": entry.who or _("系统"),
        "label": entry.label,
        "detail": words.lines(entry.detail, numbers, entry.late),
    }
