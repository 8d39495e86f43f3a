"""Whether anything may pass between this house and others: letters, robots, webhooks, mail fetched.

A company that was restored is held until an administrator says that the machine it came from is off: a drill would
else write to the clients of the living one, and take the mail out of its box.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from chengnuo.ledger import clock
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff
from chengnuo.settings.places import HELD


def is_held() -> bool:
    """Was this company restored, and not let go since? A look at the data folder."""
    return bool((settings.DATA_DIR / HELD).exists())


def is_shut() -> bool:
    """Nothing of a demo or a replay, under a moved clock, leaves the house; nor of a company that is held."""
    return clock.moved() is not None or is_held()


def release(*, by: Staff, now: datetime) -> None:
    """Let letters go out and mail come in again. What waits goes by itself within a minute.

    Raises Refusal where nothing is held. Who may, the caller asks.
    """
    with acting(by) as fresh:
        if not is_held():
            raise Refusal("not_held", _("没有停收发，不用恢复"))
        record("outward.released", fresh, by=by, now=now)
        # Two administrators may press at once: whoever is second finds it gone.
        transaction.on_commit(lambda: (settings.DATA_DIR / HELD).unlink(missing_ok=True))
