"""Writing a request for support and changing its draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengnuo.clients.access import visible_clients
from chengnuo.kit.proposals.access import may_write
from chengnuo.kit.proposals.acts import LONGEST
from chengnuo.kit.proposals.budget import cleaned
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal, Stale
from chengnuo.ledger.links import link
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..models import SupportKind, SupportRequest

MOST_CLIENTS = 50
PARTS = ("objective", "activity", "scheme", "needed", "opinion")


@covers("3.5.10", RECORD)
@covers("3.2.9", RECORD)
def draft(
    unit: Unit, values: Mapping[str, Any], *, follows: SupportRequest | None = None, by: Staff, now: datetime
) -> SupportRequest:
    """Open a branch's request, numbered, as a draft. `follows` is the request whose money did not suffice.

    `values` are kind, title, clients (ids), the five texts of PARTS, starts_on, ends_on, budget (lines). Raises
    Forbidden outside the branch, Invalid for what cannot be; what is missing may be missing until it is submitted.
    """
    if not may_write(by, unit.pk, now):
        raise Forbidden(_("支持申请由机构的人写"), clause="3.2.9")
    if follows is not None and follows.unit_id != unit.pk:
        raise Invalid("not_of_unit", clause="3.2.9", follows=_("只能追加本机构的申请"))
    request = SupportRequest(unit=unit, owner=by, drafted_at=now, follows=follows)
    with transaction.atomic():
        for name, value in _checked(request, values, by, now).items():
            setattr(request, name, value)
        request.number = number(SupportRequest.REGISTER, unit.code, now)
        request.save()
        event = record(
            "support.drafted",
            request,
            by=by,
            now=now,
            data={"number": request.number, "kind": request.kind, "clients": request.client_ids},
            texts={"title": request.title},
        )
        if follows is not None:
            link(follows, request, "follows", event)
    return request


def edit(request: SupportRequest, values: Mapping[str, Any], version: int, *, by: Staff, now: datetime) -> None:
    """Change a draft. Raises Forbidden, Invalid, Refusal 409 when it is no draft, Stale when another changed it."""
    with acting(request) as fresh:
        if not may_write(by, fresh.unit_id, now):
            raise Forbidden(_("支持申请由机构的人写"), clause=fresh.clause)
        if fresh.state != ProposalState.DRAFT:
            raise Refusal("not_a_draft", _("已报总部，收回后再改"), clause=fresh.clause)
        if fresh.version != version:
            raise Stale(fresh, values)
        found = _checked(fresh, values, by, now)
        changed = {name: value for name, value in found.items() if getattr(fresh, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        texts = {name: str(value) for name, value in changed.items() if name in (*PARTS, "title")}
        data = {name: value for name, value in changed.items() if name not in texts}
        record("support.edited", fresh, by=by, now=now, data={"changes": data}, texts=texts)


def _checked(request: SupportRequest, given: Mapping[str, Any], by: Staff, now: datetime) -> dict[str, Any]:
    """The values as they are stored. A client who is named already may stay, though he has left the branch."""
    clause = "3.2.9"
    title = str(given.get("title", "")).strip()
    if not 0 < len(title) <= 80:
        raise Invalid("no_title", clause=clause, title=_("写一句事由，最多80字"))
    if given.get("kind") not in SupportKind.values:
        raise Invalid("no_kind", clause=clause, kind=_("选用于客户服务还是增值服务"))
    texts = {name: str(given.get(name, "")).strip() for name in PARTS}
    if long := [name for name, text in texts.items() if len(text) > LONGEST]:
        raise Invalid("too_long", clause=clause, **dict.fromkeys(long, _("最多%s字") % LONGEST))
    starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid("period", clause=clause, ends_on=_("结束日在开始日之后或同一天"))
    lines, amount = cleaned(given.get("budget") or [], clause)
    return {
        "title": title,
        "kind": given["kind"],
        "client_ids": _clients(request, given.get("clients") or [], by, now),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "budget": lines,
        "amount": amount,
        **texts,
    }


def _clients(request: SupportRequest, ids: Any, by: Staff, now: datetime) -> list[int]:
    asked = sorted(set(ids))
    new = set(asked) - set(request.client_ids)
    known = visible_clients(by, now).filter(pk__in=new, unit=request.unit_id).values_list("pk", flat=True)
    if new - set(known):
        raise Invalid("client_unknown", clause="3.2.9", clients=_("只能写本机构的客户"))
    if len(asked) > MOST_CLIENTS:
        raise Invalid("too_many_clients", clause="3.2.9", clients=_("最多%s家客户") % MOST_CLIENTS)
    return asked
