"""Asking for a rating: by itself with the event that finishes a service, or once more by hand."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from chengnuo.clients.models import Client
from chengnuo.clients.served import Service, finishing_of
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import Rulebook, rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Staff

from .. import rules
from ..access import may_handle
from ..mailing import put_in_the_post
from ..models import RatingRequest, RequestState, Skipped
from ..tokens import hashed, new_salt, token_of

S = RequestState
LONGEST_REASON = 500


@covers("2.2", RECORD)
def ask_when_finished(records: Sequence[Kept], event: Draft, now: datetime) -> Sequence[RatingRequest]:
    """Follow the event that finishes a service: ask its client, or note why he is not asked (2.2). The event vouches
    for the row. The client's lock, which every such action holds, keeps a contact from being asked twice at once.

    An event that undoes the service takes an unanswered request back; what a client has said stays.
    """
    subject = records[0]
    kind = finishing_of(subject)
    if kind is None:
        return ()
    if event.verb in kind.undone_by:
        return _taken_back(subject_type=ref(subject).type, subject_pk=subject.pk)
    service = kind.service(subject) if kind.finishes(subject, event) else None
    if service is None:
        return ()
    because = rules.skipped_because(service.client_id, _latest(service), now, event.book)
    event.data["rating"] = because or S.ASKED
    return [_asked(subject, service, event.verb, now, event.book, because=because)]


def ask_again(subject: Kept, *, reason: str, by: Staff, now: datetime) -> RatingRequest:
    """Ask about a finished service by hand, with the reason, whenever its client was asked last. A link of the same
    contact that is still open is taken back: he never has two.

    Raises Forbidden (403) for who does not handle the service, Invalid (422) without a reason, Refusal 409 for a record
    that is no finished service, is rated already, or has no client.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason_missing", clause="2.2", reason=_("写明为什么再请，最多500字"))
    client: Client | None = getattr(subject, "client", None)
    with acting(subject, client=client) as fresh:
        service = _finished(fresh)
        if not may_handle(by, service.unit_id, service.keeper_id, now):
            raise Forbidden(_("这项服务不归你处理"), clause="2.2")
        if RatingRequest.objects.filter(**_of(fresh), state=S.RATED).exists():
            raise Refusal("already_rated", _("客户已评过，评价不能再改"), clause="2.2")
        if client is None:
            raise Refusal("client_unknown", _("没有登记是哪个客户，先认客户"), clause="2.2")
        before = _taken_back(client_id=client.pk, contact_id=service.contact_id)
        request = _asked(fresh, service, "satisfaction.asked", now, rulebook(), by=by)
        record(
            "satisfaction.asked",
            fresh,
            by=by,
            now=now,
            also=[request, *before],
            data={"request": request.pk},
            texts={"reason": reason.strip()},
        )
        return request


def _finished(subject: Kept) -> Service:
    kind = finishing_of(subject)
    service = kind.service(subject) if kind else None
    if service is None:
        raise Refusal("not_finished", _("服务办完并答复客户后才请评价"), clause="2.2")
    return service


def _of(subject: Kept) -> dict[str, object]:
    return {"subject_type": ref(subject).type, "subject_pk": subject.pk}


# Asked in every action that finishes a service, so it is written out: putting a query together costs more than it.
LATEST = """
SELECT state, asked_at, expires_at FROM satisfaction_ratingrequest
WHERE client_id = %s AND contact_id {} AND state <> 'skipped' ORDER BY asked_at DESC LIMIT 1
"""


def _latest(service: Service) -> rules.Earlier | None:
    """When this contact of the client was asked last, about whatever service."""
    if service.client_id is None:
        return None
    with connection.cursor() as cursor:
        if service.contact_id is None:
            cursor.execute(LATEST.format("IS NULL"), [service.client_id])
        else:
            cursor.execute(LATEST.format("= %s"), [service.client_id, service.contact_id])
        row = cursor.fetchone()
    return rules.Earlier(*row) if row else None


def _asked(
    subject: Kept,
    service: Service,
    verb: str,
    now: datetime,
    book: Rulebook,
    *,
    because: Skipped | None = None,
    by: Staff | None = None,
) -> RatingRequest:
    salt = "" if because else new_salt()
    request = RatingRequest.objects.create(
        **_of(subject),
        about=service.number[:40],
        unit_id=service.unit_id,
        client_id=service.client_id,
        client_unit_id=service.client_unit_id,
        contact_id=service.contact_id,
        name=service.name[:60],
        keeper_id=service.keeper_id,
        verb=verb,
        asked_at=now,
        asked_by=by,
        state=S.SKIPPED if because else S.ASKED,
        skipped_because=because or "",
        expires_at=None if because else rules.expires(now, book),
        salt=salt,
        hash=hashed(token_of(salt)) if salt else "",
    )
    if not because:
        put_in_the_post(request, now)
    return request


def _taken_back(**whose: object) -> list[RatingRequest]:
    """Let the unanswered links of a record or a contact lead nowhere any more. Runs under the client's lock."""
    rows = list(RatingRequest.objects.filter(**whose, state=S.ASKED).order_by("pk").select_for_update(no_key=True))
    for row in rows:
        row.state = S.WITHDRAWN
        row.version += 1
    RatingRequest.objects.bulk_update(rows, ["state", "version"])
    return rows
