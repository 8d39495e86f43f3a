"""Saying afterwards who a caller was (3.1.3)."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.cases import Case
from chengnuo.clients.models import Client, Contact
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.links import linked
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import Call, Promise
from .cards import share_card


def know_caller(call: Call, *, client: Client, contact: Contact | None = None, by: Staff, now: datetime) -> Call:
    """Name the client of a call from somebody unknown. Its promises and the cases opened from it become his as well,
    and their clocks go on (3.1.3).

    Raises Forbidden for who does not handle the call, Refusal 409 when its client is known: a call entered under the
    wrong client is voided with its reason and entered anew.
    """
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.3")
    opened = [where.load() for where, why in linked(call) if why == "opened_from"]
    followers = [*call.promises.all(), *(one for one in opened if isinstance(one, Case))]
    with acting(call, *followers, client=client) as fresh:
        known, *followed = fresh if followers else (fresh,)
        if known.client_id is not None:
            raise Refusal("caller_known", _("这条来电已有客户；登记错了就作废重登"), clause="3.1.3")
        known.contact = contact
        known.caller_name = known.caller_name or (contact.name if contact else "")
        also: list[Promise | Case] = [one for one in followed if one.client_id is None]
        for one in (known, *also):
            one.client, one.client_unit_id = client, client.unit_id
            one.version += 1
            one.save()
        share_card(known, by=by, now=now)
        record(
            "call.caller_known",
            known,
            by=by,
            now=now,
            also=[client, *also],
            data={"client": client.pk, "contact": contact.pk if contact else None},
        )
    return known
