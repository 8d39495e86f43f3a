"""Planning a visit, agreeing it with the client, preparing it (4.1.A–4.1.C)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.basis import AT_THE_CLIENTS, Basis, basis_values, planned_for
from chengnuo.clients.cases import opened, take_on
from chengnuo.clients.models import Client, Contact, Site
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_plan
from ..models import State, Visit
from .given import LONGEST_NAME, check_ahead, check_preparation, reason, told, working_on

KINDS = (*AT_THE_CLIENTS, "care", "renewal", "advice", "other")
"""What a plan may promise that a visit carries out."""


def open_visit(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    purpose: str = "",
    wanted_at: datetime | None = None,
    is_urgent: bool = False,
) -> Visit:
    """An appointment wished for in a call becomes a planned visit (3.1.4, 4.1.A)."""
    visit = Visit(
        owner=owner,
        contact=getattr(call, "contact", None),
        site=_only_site(getattr(call, "client", None)),
        purpose=(purpose or getattr(call, "content", ""))[:500],
        wanted_at=wanted_at,
        is_urgent=is_urgent,
        basis=Basis.MATTER,
    )
    return opened(visit, "visit.planned", call=call, by=by, now=now, texts={"purpose": visit.purpose})  # type: ignore[no-any-return]


@covers("4.1.A", RECORD)
@covers("3.2.4", RECORD)
def plan_visit(
    client: Client,
    *,
    owner: Staff,
    purpose: str,
    wanted_at: datetime,
    basis: str,
    planned_id: int | None = None,
    basis_reason: str = "",
    contact: Contact | None = None,
    site: Site | None = None,
    is_urgent: bool = False,
    preparation: Sequence[str] = (),
    by: Staff,
    now: datetime,
) -> Visit:
    """Plan a visit to a client: when, where, what for, by whom, and by which plan item or why outside (4.1.A, 3.2.4).

    Raises Forbidden for who serves nobody in the client's branch, Invalid for a time that has passed, another client's
    contact or site, an owner of another branch, or no basis.
    """
    purpose = reason(purpose, "purpose", _("写明去办什么"), clause="4.1.A")
    check_ahead("wanted_at", wanted_at, now)
    check_preparation(preparation)
    with acting(client, client=client) as client:
        if not may_plan(by, client, now):
            raise Forbidden(_("只有客户所属机构的人能安排上门"), clause="4.1.A")
        if contact is not None and not client.positions.filter(contact=contact, is_active=True).exists():
            raise Invalid("contact_unknown", clause="4.1.A", contact=_("这个客户没有这位联系人"))
        if site is not None and site.client_id != client.pk:
            raise Invalid("site_unknown", clause="4.1.A", site=_("这个客户没有这个场所"))
        if owner.unit_id != client.unit_id or not owner.is_active:
            raise Invalid("not_of_unit", clause="4.1.A", owner=_("由本机构在职人员上门"))
        offered = planned_for(client, KINDS, by, now) if basis == Basis.PLANNED else []
        visit = Visit(
            unit=client.unit,
            client=client,
            client_unit=client.unit,
            owner=owner,
            entered_at=now,
            entered_by=by,
            taken_on_at=now,
            state=State.PLANNED,
            contact=contact,
            site=site,
            purpose=purpose,
            wanted_at=wanted_at,
            is_urgent=is_urgent,
            preparation=[{"text": text, "done": False, "why": ""} for text in preparation] or None,
            **basis_values(basis, planned_id, basis_reason, offered),
        )
        visit.number = number(Visit.REGISTER, client.unit.code, now)
        visit.save()
        record(
            "visit.planned",
            visit,
            by=by,
            now=now,
            also=[client],
            data={"number": visit.number, "owner": owner.pk, "basis": basis, "planned": visit.planned_id},
            texts={"purpose": purpose, "reason": visit.basis_reason},
        )
    return visit


@covers("4.1.B", RECORD)
def confirm_visit(
    visit: Visit, *, agreed_at: datetime, agreed_with: str, other_wishes: str = "", by: Staff, now: datetime
) -> None:
    """Agree time and business with the client first, and ask what else he wishes (4.1.B). Raises Invalid for a time
    that has passed."""
    if agreed_at <= now:
        raise Invalid("time_past", clause="4.1.B", agreed_at=_("约定时间已过，改一个以后的时间"))
    _check_who(agreed_with)
    take_on(
        visit,
        by=by,
        now=now,
        verb="confirm",
        changes={"agreed_at": agreed_at},
        texts={"agreed_with": agreed_with, "other_wishes": other_wishes},
    )


@covers("4.1.B", RECORD)
def move_visit(visit: Visit, *, agreed_at: datetime, agreed_with: str, why: str = "", by: Staff, now: datetime) -> None:
    """Agree another time, before the agreed one has come, with the client's word (4.1.B).

    Raises Invalid for a time that has passed or nobody who agreed, Refusal 409 when the time has come or somebody is
    there.
    """
    check_ahead("agreed_at", agreed_at, now)
    _check_who(agreed_with)
    with working_on(visit, by=by, now=now) as fresh:
        if fresh.arrived_at is not None or (fresh.agreed_at and fresh.agreed_at <= now):
            raise Refusal("visit_due", _("约定时间已到，不能再改约；登记到达，或登记未成行"), clause="4.1.B")
        move(fresh, "move")
        if agreed_at == fresh.agreed_at:
            raise Invalid("same_time", clause="4.1.B", agreed_at=_("新时间和现在的一样"))
        was, fresh.agreed_at, fresh.agreed_with = fresh.agreed_at, agreed_at, agreed_with.strip()
        fresh.times_moved = (fresh.times_moved or 0) + 1
        told(
            fresh,
            "visit.moved",
            by=by,
            now=now,
            data={"agreed_at": [was, agreed_at]},
            texts={"agreed_with": fresh.agreed_with, "reason": why},
        )


@covers("4.1.C", RECORD)
def prepare_visit(visit: Visit, *, items: Sequence[str], done: Collection[int], by: Staff, now: datetime) -> None:
    """Say what material the visit needs and which of it is ready, by its place in the list (4.1.C).

    Raises Refusal 409 once the visit has been paid: then what was left undone has its reason.
    """
    check_preparation(items)
    with working_on(visit, by=by, now=now) as fresh:
        if not fresh.is_ahead:
            raise Refusal("illegal_move", _("已拜访或已取消，准备清单不再改"), clause="4.1.C")
        fresh.preparation = [
            {"text": text, "done": place in done, "why": ""} for place, text in enumerate(items)
        ] or None
        ready = sum(place in done for place in range(len(items)))
        told(
            fresh,
            "visit.prepared",
            by=by,
            now=now,
            data={"ready": ready, "items": len(items)},
            texts={"items": "\n".join(items)},
        )


def _only_site(client: Client | None) -> Site | None:
    """Where a client has one place, that is where he is visited."""
    sites = list(client.sites.all()[:2]) if client is not None else []
    return sites[0] if len(sites) == 1 else None


def _check_who(agreed_with: str) -> None:
    if not agreed_with.strip() or len(agreed_with) > LONGEST_NAME:
        raise Invalid("who_missing", clause="4.1.B", agreed_with=_("写明与谁约定"))
