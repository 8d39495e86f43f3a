"""Setting up a branch's mailbox: the administrator's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengnuo.kit.outward import keys
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Stale
from chengnuo.ledger.trail import record
from chengnuo.people.access import may_manage
from chengnuo.people.models import Staff

from ..models import Mailbox

FIELDS = ("unit", "keeper", "host", "port", "security", "username", "folder", "trusts", "is_on")
PLACE = frozenset({"host", "username", "folder"})


def require_may_set_up(user: Staff, now: datetime) -> None:
    """Raises Forbidden (403) for who is no administrator."""
    if not may_manage(user, now):
        raise Forbidden(_("来信邮箱由系统管理员设置"))


def set_mailbox(
    mailbox: Mailbox | None, *, values: Mapping[str, Any], secret: str, version: int | None, by: Staff, now: datetime
) -> Mailbox:
    """Set up a mailbox, or change it. What lies in it already stays there: mails are taken in from now on.

    An empty `secret` leaves the one that is kept. Raises Forbidden (403), Invalid (422), Stale (409).
    """
    require_may_set_up(by, now)
    if values["keeper"].unit_id != values["unit"].pk or not values["keeper"].is_active:
        raise Invalid("not_of_unit", keeper=_("承办人须是这个机构的在职人员"))
    row = mailbox or Mailbox(set_up_at=now)
    with acting(row) as fresh:
        if version is not None and fresh.version != version:
            raise Stale(fresh)
        changed = [name for name in FIELDS if fresh.pk is None or getattr(fresh, name) != values[name]]
        for name in changed:
            setattr(fresh, name, values[name])
        if secret:
            fresh.secret = keys.keep(secret, instead_of=fresh.secret)
        if PLACE & set(changed):  # Another mailbox: begun anew.
            fresh.set_up_at, fresh.uidvalidity, fresh.last_uid = now, None, 0
        fresh.next_at, fresh.tries, fresh.failing_since, fresh.error = None, 0, None, ""
        fresh.version += 1
        try:
            with transaction.atomic():
                fresh.save()
        except IntegrityError as error:
            raise Invalid("mailbox_taken", username=_("这个邮箱已经设过")) from error
        data = {"unit": fresh.unit_id, "keeper": fresh.keeper_id, "changed": changed, "secret": bool(secret)}
        record("mailbox.set", fresh, by=by, now=now, data=data)
        return fresh
