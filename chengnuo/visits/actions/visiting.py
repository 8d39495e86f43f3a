"""Being there: arrived, carried out, or not (4.1.1, 4.1.B, 4.1.C)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengnuo.clients.basis import Basis
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.people.models import Staff
from chengnuo.plans import actions as plans

from ..models import Visit
from .given import LONGEST, Given, check_happened, reason, told, working_on


def arrive(visit: Visit, *, at: datetime, by: Staff, now: datetime, version: int | None = None) -> Visit:
    """Somebody is at the client's (4.1.1). The first arrival stands.

    Raises Refusal 409 when one is on record or the visit is over, Stale when it changed since it was read.
    """
    check_happened("at", at, now)
    with working_on(visit, by=by, now=now, version=version) as fresh:
        if not fresh.is_ahead or fresh.arrived_at is not None:
            raise Refusal("illegal_move", _("已登记到达或已了结，刷新后看最新情况"), clause="4.1.1")
        fresh.arrived_at = at
        told(fresh, "visit.arrived", by=by, now=now, happened_at=at, data={"arrived_at": at, "late": _late(fresh)})
    return fresh


@covers("4.1.C", RECORD)
def carry_out_visit(visit: Visit, given: Given, *, by: Staff, now: datetime, version: int | None = None) -> Visit:
    """The visit was paid: when, what was done, what of the preparation was not (4.1.1, 4.1.C). It carries out the plan
    item that it names, in the same transaction (3.2.4).

    What happened is recorded even against the procedure: a visit that was not agreed with the client, or late, is a
    breach with its reason (4.1.B, 4.1.1). Raises Invalid without the reason why it was not agreed, or for something
    left undone without one; Refusal 409 when it is over, Stale when it changed since it was read.
    """
    with working_on(visit, by=by, now=now, version=version) as fresh:
        was = fresh.state
        move(fresh, "carry_out")
        arrived_at = fresh.arrived_at or given.arrived_at
        _check(given, arrived_at, now)
        fresh.arrived_at, fresh.left_at, fresh.did, fresh.done_at = arrived_at, given.left_at, given.did.strip(), now
        fresh.preparation = _prepared(fresh, given.prepared)
        unagreed = fresh.agreed_at is None
        if unagreed:
            reason(given.unagreed_because, "unagreed_because", _("没有事先约定，写明原因"), clause="4.1.B")
        _carry_out_plan(fresh, by, now)
        told(
            fresh,
            "visit.done",
            by=by,
            now=now,
            happened_at=given.left_at,
            data={
                "state": [was, fresh.state],
                "arrived_at": arrived_at,
                "left_at": given.left_at,
                "late": _late(fresh),
                "undone": len(fresh.undone),
                "basis": fresh.basis,
            },
            texts={"did": fresh.did, **{f"undone{n}": one["why"] for n, one in enumerate(fresh.undone)}},
        )
        if unagreed:
            _explain(fresh, "unagreed", given.unagreed_because, by, now)
        if fresh.late_by and given.late_because.strip():
            _explain(fresh, "late", given.late_because, by, now)
    return fresh


def explain_visit(visit: Visit, *, late_because: str, by: Staff, now: datetime) -> Visit:
    """Say afterwards why somebody came late: the breach stays (4.1.1). Raises Refusal 409 where nobody did."""
    with working_on(visit, by=by, now=now) as fresh:
        if not fresh.late_by or fresh.late_because:
            raise Refusal("illegal_move", _("没有要写明原因的迟到"), clause="4.1.1")
        _explain(fresh, "late", late_because, by, now)
    return fresh


def miss_visit(visit: Visit, *, why: str, by: Staff, now: datetime) -> Visit:
    """The visit did not take place though it was to (4.1.1)."""
    return _end(visit, "miss", "visit.missed", why, by, now)


def cancel_visit(visit: Visit, *, why: str, by: Staff, now: datetime) -> Visit:
    """The visit is called off before its time, with the client's knowledge (4.1.B)."""
    return _end(visit, "cancel", "visit.cancelled", why, by, now)


def _end(visit: Visit, verb: str, event: str, why: str, by: Staff, now: datetime) -> Visit:
    why = reason(why, "why", _("写明原因"), clause="4.1.B")
    with working_on(visit, by=by, now=now) as fresh:
        was = fresh.state
        move(fresh, verb)
        fresh.ended_because = why
        told(fresh, event, by=by, now=now, data={"state": [was, fresh.state]}, texts={"reason": why})
    return fresh


def _explain(fresh: Visit, what: str, why: str, by: Staff, now: datetime) -> None:
    """The reason of a breach, as an event of its own: the duty that it answers is on record first."""
    field = f"{what}_because"
    why = reason(why, field, _("写明原因"), clause="4.1.B" if what == "unagreed" else "4.1.1")
    setattr(fresh, field, why)
    verb = {"unagreed": "visit.unagreed_explained", "late": "visit.lateness_explained"}[what]
    told(fresh, verb, by=by, now=now, texts={"reason": why})


def _check(given: Given, arrived_at: datetime, now: datetime) -> None:
    check_happened("arrived_at", arrived_at, now)
    check_happened("left_at", given.left_at, now)
    if given.left_at < arrived_at:
        raise Invalid("time_order", clause="4.1.1", left_at=_("离开不能早于到达"))
    if len(given.did) > LONGEST:
        raise Invalid("too_long", clause="4.1.1", did=_("最多%s个字") % LONGEST)


def _prepared(fresh: Visit, prepared: Sequence[tuple[bool, str]]) -> list[dict[str, Any]] | None:
    """The preparation as it was in the end: each item done, or left undone for a reason (4.1.C)."""
    items = fresh.preparation or []
    said = list(prepared) or [(one["done"], one["why"]) for one in items]
    if len(said) != len(items):
        raise Invalid("items_changed", clause="4.1.C", prepared=_("准备清单变了，刷新后再登记"))
    if any(not done and not why.strip() for done, why in said):
        raise Invalid("reason_missing", clause="4.1.C", prepared=_("没做的写明原因"))
    if any(len(why) > 200 for _done, why in said):
        raise Invalid("too_long", clause="4.1.C", prepared=_("最多%s个字") % 200)
    return [
        {"text": one["text"], "done": done, "why": "" if done else why.strip()}
        for one, (done, why) in zip(items, said, strict=True)
    ] or None


def _carry_out_plan(fresh: Visit, by: Staff, now: datetime) -> None:
    """Tick the plan item off. One that was done or dropped meanwhile is no reason to deny that the visit was paid: it
    was outside the plan then, and says so (3.2.4)."""
    if fresh.planned_id is None:
        return
    assert fresh.arrived_at is not None
    try:
        with transaction.atomic():
            day = fresh.arrived_at.astimezone(ZONE).date()
            plans.carry_out(fresh.planned_id, service=fresh, done_on=day, by=by, now=now)
    except Refusal as refusal:
        fresh.basis, fresh.planned_id = Basis.OTHER, None
        fresh.basis_reason = _("方案项目没能销项：%s") % refusal.message


def _late(fresh: Visit) -> int | None:
    """Whole minutes of lateness as the event tells them."""
    return int(fresh.late_by.total_seconds() // 60) if fresh.late_by is not None else None
