"""Drawing up a round, starting and ending it; who is on its list and who is not, and why (4.3.1, 4.3.A)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from chengnuo.clients.access import sees
from chengnuo.clients.models import Client
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers, guards
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..access import may_call, units_for_rounds
from ..choosing import MOST, Criteria, chosen, to_visit
from ..models import CallScript, Round, RoundClient, RoundState, Sorting, Stand
from .words import said

CLAUSE = "4.3.A"
S = RoundState


@covers(CLAUSE, RECORD)
def open_round(
    *,
    unit: Unit,
    aim: str,
    script: CallScript,
    starts_on: date,
    ends_on: date,
    criteria: Criteria,
    sorted_by: str = Sorting.TIER,
    scheme: str = "",
    owner: Staff | None = None,
    by: Staff,
    now: datetime,
) -> Round:
    """Draw up a round: its clients are chosen by the filter and sorted; those who must be visited stand on it as left
    out, each with the reason (4.3.1).

    Raises Forbidden for another's branch, Invalid for a filter that means nobody or more than a round holds.
    """
    aim = said(aim, 120, _("写明这次电话为什么打"), _("最多%s字"), clause=CLAUSE, field="aim")
    if ends_on < starts_on:
        raise Invalid("period", clause=CLAUSE, ends_on=_("“至”在“自”之后或同一天"))
    if not units_for_rounds(by, now).filter(pk=unit.pk).exists():
        raise Forbidden(_("电话服务由本机构和客户服务中心安排"), clause=CLAUSE)
    if sorted_by not in Sorting.values:
        raise Invalid("sorting", clause=CLAUSE, sorted_by=_("没有这种次序"))
    if owner is not None and (not owner.is_active or owner.unit_id != unit.pk):
        raise Invalid("not_of_unit", clause=CLAUSE, owner=_("负责人须是本机构在职人员"))
    clients = chosen(by, unit, criteria, sorted_by, now)
    if not clients:
        raise Invalid("nobody", clause=CLAUSE, kind=_("没有符合条件的客户，放宽条件"))
    if len(clients) > MOST:
        raise Invalid("too_many", clause=CLAUSE, kind=_("一次最多%s个客户，收紧条件或分几次") % MOST)
    with transaction.atomic():
        one = Round(
            unit=unit,
            aim=aim,
            scheme=scheme.strip()[:2000],
            script=script,
            owner=owner or by,
            starts_on=starts_on,
            ends_on=ends_on,
            sorted_by=sorted_by,
            chosen_by=criteria.as_json(),
            drawn_up_at=now,
        )
        one.number = number(Round.REGISTER, unit.code, now)
        one.save()
        rows = _listed(one, clients, 1, now)
        data = {"number": one.number, "script": script.pk, "chosen_by": one.chosen_by, "clients": len(rows)}
        record("round.drawn_up", one, also=rows, by=by, now=now, data=data, texts={"aim": aim, "scheme": one.scheme})
    return one


@guards("4.3.1")
def add_client(one: Round, client: Client, *, by: Staff, now: datetime) -> RoundClient:
    """Put another client at the end of the list. Raises Refusal 409 for one who must be visited (4.3.1), who is on the
    list already, or when the round has ended; Forbidden for another branch's round or client."""
    with acting(one, client=client) as fresh:
        _require(fresh, by, now)
        _require_live(fresh)
        if client.unit_id != fresh.unit_id or not sees(by, client, now):
            raise Forbidden(_("只列本机构的客户"), clause=CLAUSE)
        _require_no_visit(client, now)
        if fresh.clients.filter(client=client).exists():
            raise Refusal("listed", _("这个客户已在名单上"), clause=CLAUSE)
        last = fresh.clients.aggregate(last=Max("place"))["last"] or 0
        if last >= MOST:
            raise Refusal("full", _("一次最多%s个客户，另立一次") % MOST, clause=CLAUSE)
        (row,) = _listed(fresh, [client], last + 1, now)
        fresh.version += 1
        fresh.save()
        record("round.client_added", fresh, also=[row, client], by=by, now=now, data={"client": client.pk})
    return row


def leave_out(row: RoundClient, *, reason: str, by: Staff | None, now: datetime) -> RoundClient:
    """Take a client off the list of those still to be called, with the reason; he stays on paper as left out."""
    reason = said(reason, 300, _("写明为什么不列入"), _("最多%s字"), clause=CLAUSE, field="reason")
    with acting(row) as fresh:
        if by is not None and not may_call(by, fresh, now):
            raise Forbidden(_("电话服务由本机构和客户服务中心安排"), clause=CLAUSE)
        if fresh.state != Stand.WAITING:
            raise Refusal("not_waiting", _("这个客户已经打过或已不列入"), clause=CLAUSE)
        fresh.state, fresh.reason = Stand.LEFT_OUT, reason
        fresh.held_by = fresh.held_until = None
        fresh.version += 1
        fresh.save()
        data = {"state": [Stand.WAITING, fresh.state], "round": fresh.round_id}
        record("roundclient.left_out", fresh, by=by, now=now, data=data, texts={"reason": reason})
    return fresh


def start_round(one: Round, *, by: Staff, now: datetime) -> Round:
    """From here on its clients are called. Raises Refusal 409 with nobody to call."""
    with acting(one) as fresh:
        _require(fresh, by, now)
        if not fresh.clients.filter(state=Stand.WAITING).exists():
            raise Refusal("nobody", _("名单上没有要打的客户"), clause=CLAUSE)
        return _moved(fresh, "start_round", "round.started", by, now)


def finish_round(one: Round, *, because: str = "", by: Staff, now: datetime) -> Round:
    """End a round. Who was not called yet needs the reason (4.3.B)."""
    with acting(one) as fresh:
        _require(fresh, by, now)
        left = fresh.clients.filter(state=Stand.WAITING).count()
        if left and not because.strip():
            raise Invalid("left", clause="4.3.B", because=_("还有%s个客户没打，写明为什么结束") % left)
        return _ended(fresh, "finish_round", "round.finished", because, by, now, left=left)


def cancel_round(one: Round, *, because: str, by: Staff, now: datetime) -> Round:
    """Give a round up, with the reason; its number stays used."""
    because = said(because, 500, _("写明为什么取消"), _("最多%s字"), clause=CLAUSE, field="because")
    with acting(one) as fresh:
        _require(fresh, by, now)
        return _ended(fresh, "cancel", "round.cancelled", because, by, now)


def plan_printed(one: Round, *, rows: int, by: Staff, now: datetime) -> None:
    """《客户服务访问计划表》 of the round was printed (4.3.A)."""
    with acting(one) as fresh:
        record("round.printed", fresh, by=by, now=now, data={"number": fresh.number, "rows": rows})


def _listed(one: Round, clients: Sequence[Client], first: int, now: datetime) -> list[RoundClient]:
    reasons = to_visit(clients, now)
    rows = [
        RoundClient(
            round=one,
            client=client,
            unit_id=one.unit_id,
            place=place,
            next_at=now,
            state=Stand.LEFT_OUT if client.pk in reasons else Stand.WAITING,
            reason=reasons.get(client.pk, "")[:300],
        )
        for place, client in enumerate(clients, start=first)
    ]
    return RoundClient.objects.bulk_create(rows)


def _require(one: Round, by: Staff, now: datetime) -> None:
    if not may_call(by, one, now):
        raise Forbidden(_("电话服务由本机构和客户服务中心安排"), clause=CLAUSE)


def _require_live(one: Round) -> None:
    if one.state not in (S.DRAFT, S.RUNNING):
        raise Refusal("round_ended", _("这次电话服务已经结束"), clause=CLAUSE)


def _require_no_visit(client: Client, now: datetime) -> None:
    if reason := to_visit([client], now).get(client.pk):
        raise Refusal("must_be_visited", _("不能列入电话计划：%s") % reason, clause="4.3.1")


def _ended(one: Round, verb: str, event: str, because: str, by: Staff, now: datetime, **data: Any) -> Round:
    one.ended_at, one.ended_because = now, because.strip()[:500]
    return _moved(one, verb, event, by, now, reason=one.ended_because, **data)


def _moved(one: Round, verb: str, event: str, by: Staff, now: datetime, reason: str = "", **data: Any) -> Round:
    was = one.state
    move(one, verb)
    one.version += 1
    one.save()
    record(event, one, by=by, now=now, data={"state": [was, one.state], **data}, texts={"reason": reason})
    return one
