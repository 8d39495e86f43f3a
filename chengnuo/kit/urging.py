"""催办: chasing whoever owes something, on record."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .models import Notice
from .notices import notify

AGAIN_AFTER = timedelta(minutes=10)


def urge(duty: Obligation, *, by: Staff, now: datetime) -> None:
    """Chase the owner of a live duty. Raises Refusal 409 when it has ended, has no owner, or was urged just before."""
    subject = duty.subject.load()
    with acting(subject) as fresh:
        duty.refresh_from_db()
        if not duty.is_live or duty.owner_id is None:
            raise Refusal("illegal_move", _("这件事已了结，不用再催"), clause=duty.clause)
        earlier = Notice.objects.filter(
            staff_id=duty.owner_id,
            kind=Notice.Kind.REMIND,
            subject_type=duty.subject_type,
            subject_pk=duty.subject_pk,
            title=URGED,
            at__gt=now - AGAIN_AFTER,
        )
        if earlier.exists():
            raise Refusal("urged", _("10分钟内已催过"), clause=duty.clause)
        record(
            "duty.urged", fresh, by=by, now=now, data={"clause": duty.clause, "duty": duty.pk, "told": [duty.owner_id]}
        )
        args = {"who": by.name, "what": duty.text}
        notify(
            [duty.owner_id],
            URGED,
            args,
            fresh,
            now,
            kind=Notice.Kind.REMIND,
            clause=duty.clause,
            moment="duty.urged",
        )


URGED = gettext_noop("%(who)s催办：%(what)s")
