"""Handing the link out by hand: whoever takes it is on record."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import RatingRequest, Way
from ..tokens import token_of


def give_link(request: RatingRequest, *, by: Staff, now: datetime) -> str:
    """The token of an open request, for somebody of ours to send by himself; that he took it is an event.

    Raises Forbidden (403) for who does not handle the service, Refusal 409 for a link that leads nowhere any more.
    """
    if not may_handle(by, request.unit_id, request.keeper_id, now):
        raise Forbidden(_("这项服务不归你处理"), clause="2.2")
    with acting(request.served, request, client=request.client) as (subject, fresh):
        if not fresh.is_open(now):
            raise Refusal("link_dead", _("链接已用过、过期或收回，要再请就写明原因"), clause="2.2")
        fresh.channel = Way.COPIED
        fresh.version += 1
        fresh.save(update_fields=["channel", "version"])
        record("satisfaction.link_copied", fresh, by=by, now=now, also=[subject])
        return token_of(fresh.salt)
