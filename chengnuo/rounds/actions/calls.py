"""Calling by the plan (4.3.B): who is next, what came of the call, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.clients.basis import Basis, basis_values, planned_for
from chengnuo.clients.models import Contact
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.calendar import Basis as Days
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.plans.actions import carry_out

from ..access import may_call
from ..choosing import to_visit
from ..models import CallDemand, Outcome, Round, RoundCall, RoundClient, RoundState, Stand
from .planning import leave_out
from .words import said

CLAUSE = "4.3.B"
PLANNED = ("call",)
CLOCKS_DIFFER = timedelta(minutes=2)
LONGEST = 20_000
MOST_DEMANDS = 10


@dataclass(frozen=True)
class NewCall:
    """What came of a call. `dialogue` is what was said on both sides, needed where the client was reached."""

    outcome: str
    spoke_with: str = ""
    contact: Contact | None = None
    dialogue: str = ""
    opinion: str = ""
    suggestion: str = ""
    demands: Sequence[str] = ()
    is_important: bool = False
    planned_id: int | None = None
    at: datetime | None = None


def claim_next(one: Round, *, by: Staff, now: datetime) -> RoundClient | None:
    """The next client for this caller, his alone for a while; None when nobody is to be called now.

    Two callers never get the same one: the row is locked and marked in one step, and whoever reads it at the same
    moment passes over it. Who has become one that must be visited is left out on the way (4.3.1).
    """
    while (row := _claimed(one, by, now)) is not None:
        reason = to_visit([row.client], now).get(row.client_id)
        if reason is None:
            return row
        leave_out(row, reason=reason[:300], by=by, now=now)
    return None


def _claimed(one: Round, by: Staff, now: datetime) -> RoundClient | None:
    if not may_call(by, one, now):
        raise Forbidden(_("电话由本机构和客户服务中心的人打"), clause=CLAUSE)
    free = Q(held_until=None) | Q(held_until__lte=now) | Q(held_by=by)
    with transaction.atomic():
        _require_running(Round.objects.get(pk=one.pk))
        rows = RoundClient.objects.filter(free, round=one, state=Stand.WAITING, next_at__lte=now)
        locked = rows.select_for_update(skip_locked=True, no_key=True).order_by("place", "pk")
        row = locked.filter(held_by=by, held_until__gt=now).first() or locked.first()
        if row is not None:
            row.held_by, row.held_until = by, _after(now, "round.hold")
            row.save(update_fields=["held_by", "held_until"])
        return row


def claim(row: RoundClient, *, by: Staff, now: datetime) -> RoundClient:
    """Take this client on the screen, before his turn. Raises Refusal 409 while a colleague has him."""
    if not may_call(by, row, now):
        raise Forbidden(_("电话由本机构和客户服务中心的人打"), clause=CLAUSE)
    with acting(row) as fresh:
        _require_running(Round.objects.get(pk=fresh.round_id))
        _require_free(fresh, by, now)
        fresh.held_by, fresh.held_until = by, _after(now, "round.hold")
        fresh.save(update_fields=["held_by", "held_until"])
    return fresh


def let_go(row: RoundClient, *, by: Staff, now: datetime) -> None:
    """Put a client back whom one has on the screen and does not call now."""
    RoundClient.objects.filter(pk=row.pk, held_by=by).update(held_by=None, held_until=None)


@guards("3.2.6")
@guards(CLAUSE)
@covers(CLAUSE, RECORD)
def record_call(row: RoundClient, call: NewCall, *, by: Staff, now: datetime) -> RoundCall:
    """Write down a call of a round that runs, to a client on its list who is still to be called.

    One who was not reached comes back after a pause, at most so often as the parameter says; then he is listed as not
    reached. Raises Invalid for a conversation without its dialogue (3.2.6), Refusal 409 for a call outside the plan
    or of a client whom a colleague has on the line, Forbidden for another branch.
    """
    at = _checked(call, now)
    with acting(row, client=row.client) as fresh:
        fresh.client = row.client
        if not may_call(by, fresh, now):
            raise Forbidden(_("电话由本机构和客户服务中心的人打"), clause=CLAUSE)
        one = Round.objects.get(pk=fresh.round_id)
        _require_running(one)
        _require_free(fresh, by, now)
        reached = call.outcome == Outcome.REACHED
        fresh.attempts += 1
        _advance(fresh, call.outcome, now)
        fresh.version += 1
        fresh.save()
        made = RoundCall(
            on_list=fresh,
            nth=fresh.attempts,
            unit_id=fresh.unit_id,
            client=row.client,
            client_unit_id=row.client.unit_id,
            contact=call.contact,
            spoke_with=(call.spoke_with.strip() or (call.contact.name if call.contact else ""))[:60],
            owner=by,
            at=at,
            outcome=call.outcome,
            dialogue=call.dialogue.strip(),
            opinion=call.opinion.strip(),
            suggestion=call.suggestion.strip(),
            is_important=call.is_important and reached,
            **_basis(one, fresh, call, by, now),
        )
        made.on_list.round = one
        made.save()
        demands = _demands(made, call.demands if reached else (), by, at)
        record(
            "roundcall.made",
            made,
            also=[fresh, row.client, *demands],
            by=by,
            now=now,
            happened_at=at,
            data={"number": made.number, "outcome": made.outcome, "state": fresh.state, "demands": len(demands)},
            texts={
                "content": made.dialogue,
                "opinion": made.opinion,
                "suggestion": made.suggestion,
                "spoke_with": made.spoke_with,
            },
        )
        if made.planned_id is not None:
            day = at.astimezone(ZONE).date()
            carry_out(made.planned_id, service=made, done_on=day, by=by, now=now)
    return made


def file_call(call: RoundCall, *, filed_as: str, by: Staff, now: datetime) -> RoundCall:
    """Say where the important material of a call was filed (4.3.D). Raises Refusal 409 when there is none to file."""
    filed_as = said(filed_as, 200, _("写明归到哪份档案"), _("最多%s字"), clause="4.3.D", field="filed_as")
    with acting(call) as fresh:
        if not may_call(by, fresh, now):
            raise Forbidden(_("由本机构和客户服务中心的人归档"), clause="4.3.D")
        if not fresh.is_important or fresh.filed_at is not None:
            raise Refusal("nothing_to_file", _("没有要归档的资料，或已归档"), clause="4.3.D")
        fresh.filed_at, fresh.filed_as = now, filed_as
        fresh.version += 1
        fresh.save()
        record("roundcall.filed", fresh, by=by, now=now, texts={"note": filed_as})
    return fresh


def _checked(call: NewCall, now: datetime) -> datetime:
    at = call.at or now
    if at > now + CLOCKS_DIFFER:
        raise Invalid("time_ahead", clause=CLAUSE, at=_("时间还没到"))
    if at < now - timedelta(days=31):
        raise Invalid("time_far", clause=CLAUSE, at=_("早于一个月前，查一下日期"))
    if call.outcome not in Outcome.values:
        raise Invalid("outcome", clause=CLAUSE, outcome=_("选通话结果"))
    if call.outcome == Outcome.REACHED and not call.dialogue.strip():
        raise Invalid("no_dialogue", clause="3.2.6", dialogue=_("写下对话，没有对话不能完成"))
    for name in ("dialogue", "opinion", "suggestion"):
        if len(getattr(call, name)) > LONGEST:
            raise Invalid("text_long", clause=CLAUSE, **{name: _("最多%s字") % LONGEST})
    if len(call.demands) > MOST_DEMANDS or any(len(one.strip()) > 500 for one in call.demands):
        raise Invalid("demands", clause="4.3.C", demands=_("最多10项要求，每项最多500字"))
    return at


def _require_running(one: Round) -> None:
    if one.state != RoundState.RUNNING:
        raise Refusal("not_running", _("这次电话服务还没有开始或已经结束"), clause=CLAUSE)


def _require_free(row: RoundClient, by: Staff, now: datetime) -> None:
    if row.state != Stand.WAITING:
        raise Refusal("not_waiting", _("这个客户已经打过或不在名单上"), clause=CLAUSE)
    if row.held_until and row.held_until > now and row.held_by_id != by.pk:
        raise Refusal("held", _("同事正在给这个客户打电话"), clause=CLAUSE)


def _advance(row: RoundClient, outcome: str, now: datetime) -> None:
    """Where a client stands after a call; one not reached waits for the next attempt."""
    row.held_by = row.held_until = None
    if outcome != Outcome.UNREACHED:
        row.state = Stand(outcome)
    elif row.attempts >= int(rulebook().parameter("round.attempts", now).value):
        row.state = Stand.UNREACHED
    else:
        row.next_at = _after(now, "round.pause")


def _after(start: datetime, key: str) -> datetime:
    book = rulebook()
    version = book.parameter(key, start)
    return book.calendar.add(start, version.value, Days(version.unit)).at


def _basis(one: Round, row: RoundClient, call: NewCall, by: Staff, now: datetime) -> dict[str, Any]:
    """By which planned call it was made, else by this round (3.2.4); a call that reached nobody carries nothing out."""
    if call.outcome == Outcome.REACHED and call.planned_id is not None:
        offered = planned_for(row.client, PLANNED, by, now)
        return basis_values(Basis.PLANNED, call.planned_id, "", offered)
    return basis_values(Basis.OTHER, None, f"{one.number} {one.aim}", ())


def _demands(made: RoundCall, texts: Sequence[str], by: Staff, at: datetime) -> list[CallDemand]:
    rows = [
        CallDemand(
            call=made,
            unit_id=made.unit_id,
            client_id=made.client_id,
            client_unit_id=made.client_unit_id,
            what=text.strip(),
            owner=by,
            made_at=at,
            last_word_at=at,
        )
        for text in texts
        if text.strip()
    ]
    return CallDemand.objects.bulk_create(rows)
