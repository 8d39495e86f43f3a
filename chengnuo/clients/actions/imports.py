"""Entering the clients of a workbook: all of them or none, by the actions that enter one."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.kit.times import in_sentence
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_import, visible_imports
from ..importing.checking import Checked, Ready, check
from ..models import Client, Import
from .clients import enter_client
from .holdings import activate_agreement, draft_agreement, expire_agreement, sign_agreement

LOCKED = 0x494D504F
"""Key of the advisory lock under which one import after the other is checked and written: "IMPO"."""
SOURCE = "import"
EVERY = 20


class NotClean(Refusal):
    """Faults, or clients who may be on record already: nothing was written. `checked` has them."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("import_not_clean", _("核对后资料有了变化，什么都没有写入；重新上传核对"))
        self.checked = checked


def refuse_repeated(content: bytes, *, by: Staff, now: datetime) -> str:
    """The content's hash. Raises Refusal 409 naming the first import of the same content, to who may see it."""
    sha256 = hashlib.sha256(content).hexdigest()
    first = Import.objects.filter(sha256=sha256).select_related("by").first()
    if first is None:
        return sha256
    if not visible_imports(by, now).filter(pk=first.pk).exists():
        raise Refusal("imported_before", _("这份文件别人已导入过，问客服中心"))
    words = _("这份文件%(at)s已由%(who)s导入过（%(name)s，%(clients)s个客户），不再导入") % {
        "at": in_sentence(first.at, now=now),
        "who": first.by.name,
        "name": first.name,
        "clients": f"{first.clients:,}",
    }
    raise Refusal("imported_before", words)


def import_clients(
    content: bytes,
    name: str,
    *,
    although_similar: bool = False,
    by: Staff,
    now: datetime,
    tell: Callable[[int, int, str], None],
) -> Import:
    """Enter everything in the workbook, in one transaction.

    It is checked again first: what somebody entered since the check stands in the way. The event of each client says
    in its `source` the import and who had entered him (`import:12|王芳`), and as its time the day he was first entered.
    Raises Forbidden, Refusal 409 for a content imported before, Invalid 422 for no such workbook, NotClean 409.
    """
    if not may_import(by, now):
        raise Forbidden(_("导入客户由分公司负责人和客服中心办理"))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKED])
            sha256 = refuse_repeated(content, by=by, now=now)
            checked = check(content, by=by, now=now, tell=tell)
            if checked.faults or (checked.similar and not although_similar):
                raise NotClean(checked)
            one = _record(Import(name=name[:120], sha256=sha256, by=by, at=now, **checked.counts))
            for nth, ready in enumerate(checked.clients):
                if nth % EVERY == 0:
                    tell(nth, len(checked.clients), _n("写入"))
                _enter(ready, one, by=by, now=now)
    except IntegrityError as clash:
        raise Refusal("imported_before", _("这份文件刚由别人导入，刷新后查看")) from clash
    return one


def _record(one: Import) -> Import:
    one.save()
    data = {"sha256": one.sha256, "clients": one.clients, "policies": one.policies}
    record("clients.imported", one, by=one.by, now=one.at, data=data, texts={"name": one.name})
    return one


def _enter(ready: Ready, one: Import, *, by: Staff, now: datetime) -> Client:
    """One client of the workbook. A refusal says which row it is about."""
    source = f"{SOURCE}:{one.pk}|{ready.row.values['author']}"
    assert ready.unit is not None  # Checked: a client without a branch is a fault.
    try:
        client = enter_client(
            unit=ready.unit,
            values=ready.own,
            contacts=ready.contacts,
            sites=ready.sites,
            policies=ready.policies,
            ticks=ready.ticks,
            reason=ready.row.values["reason"],
            manager=ready.manager,
            although_similar=True,
            happened_at=ready.happened_at,
            source=source,
            by=by,
            now=now,
        )
        for values, signed_on in ready.agreements:
            _agree(client, values, signed_on, source, by, now)
    except Refusal as refusal:
        words = _("“客户”页第%(row)s行：%(words)s") % {"row": ready.row.number, "words": refusal.message}
        raise Refusal(refusal.code, words, status=refusal.status) from refusal
    return client


def _agree(client: Client, values: dict[str, str], signed_on: str, source: str, by: Staff, now: datetime) -> None:
    """An agreement in the state that its days say: drafted, signed, in force, expired."""
    agreement = draft_agreement(client, values=values, source=source, by=by, now=now)
    if not signed_on:
        return
    agreement = sign_agreement(agreement, signed_on=date.fromisoformat(signed_on), source=source, by=by, now=now)
    today = now.astimezone(ZONE).date()
    if agreement.starts_on <= today:
        agreement = activate_agreement(agreement, source=source, by=by, now=now)
        if agreement.ends_on < today:
            expire_agreement(agreement, source=source, by=by, now=now)
