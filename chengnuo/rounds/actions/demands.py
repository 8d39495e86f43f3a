"""What a client asked for in a call: handled, passed on, and told how it stands meanwhile (4.3.C)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import CallDemand
from .words import said

CLAUSE = "4.3.C"
LONGEST = 5000


def handle(demand: CallDemand, *, text: str, by: Staff, now: datetime) -> CallDemand:
    """It was done, and the client was told so. Raises Invalid without those words, Refusal 409 when it is done."""
    text = _text(text, _("写下办了什么、怎么答复客户"))
    with _on(demand, by, now) as fresh:
        was = fresh.state
        move(fresh, "handle")
        fresh.handled_at = fresh.last_word_at = now
        fresh.answer = text
        return _saved(fresh, "calldemand.handled", by, now, text, state=[was, fresh.state])


def tell_interim(demand: CallDemand, *, text: str, by: Staff, now: datetime) -> CallDemand:
    """The client heard the reason why it is not done yet, or how it stands."""
    text = _text(text, _("写下告诉了客户什么"))
    with _on(demand, by, now) as fresh:
        if not fresh.is_open:
            raise Refusal("handled", _("这项要求已办结"), clause=CLAUSE)
        fresh.last_word_at = now
        return _saved(fresh, "calldemand.told", by, now, text)


def pass_on(demand: CallDemand, *, to: Staff, department: str, text: str = "", by: Staff, now: datetime) -> CallDemand:
    """Give it to who has to do with it, in whatever department. The client's clock goes on (4.3.C)."""
    department = said(department, 60, _("写明转到哪个部门"), _("最多%s字"), clause=CLAUSE, field="department")
    if not to.is_active:
        raise Invalid("has_left", clause=CLAUSE, to=_("只能转给在职人员"))
    with _on(demand, by, now) as fresh:
        was, owner = fresh.state, fresh.owner_id
        move(fresh, "pass_on")
        fresh.owner, fresh.department = to, department
        changes: dict[str, Any] = {"state": [was, fresh.state], "owner": [owner, to.pk]}
        return _saved(fresh, "calldemand.passed_on", by, now, text.strip()[:LONGEST], department, **changes)


@contextmanager
def _on(demand: CallDemand, by: Staff, now: datetime) -> Iterator[CallDemand]:
    with acting(demand, client=demand.client) as fresh:
        fresh.client = demand.client  # Read afresh under the same lock.
        if not may_handle(by, fresh, now):
            raise Forbidden(_("这项要求不归你办"), clause=CLAUSE)
        yield fresh


def _text(text: str, missing: str) -> str:
    return said(text, LONGEST, missing, _("最多%s字"), clause=CLAUSE, field="text")


def _saved(
    fresh: CallDemand, verb: str, by: Staff, now: datetime, text: str, department: str = "", **data: Any
) -> CallDemand:
    fresh.version += 1
    fresh.save()
    words = {"note": text, "department": department}
    record(verb, fresh, also=[fresh.client], by=by, now=now, data=data, texts=words)
    return fresh
