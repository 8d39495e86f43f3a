"""Showing the whole number of a caller: whoever calls back needs it, and every look is on record."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import Call


def show_number(call: Call, *, by: Staff, now: datetime) -> str:
    """The number as it was written down. Raises Forbidden for who does not handle the call, Refusal 404 without one."""
    if not may_handle(by, call, now):
        raise Forbidden(_("这条来电不归你处理"), clause="3.1.3")
    with acting(call) as fresh:
        if not fresh.caller:
            raise Refusal("nothing_to_show", _("这条来电没有号码"), status=404)
        record("call.number_shown", fresh, by=by, now=now)
        return fresh.caller
