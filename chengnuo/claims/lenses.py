"""How claims are looked at: whose turn it is, and what may still become serious (3.4.3)."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.lenses import USUAL, Lens
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Staff

from .models import AGREED, Claim, EscalationState, LossEstimate
from .models import State as S

NEAR = Decimal("0.75")
"""The share of the amount from which on a claim may still come to it."""
DAY = timedelta(days=1)
Rows = QuerySet[Claim]


def _of_client(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """The client owes documents, or his word on what is paid."""
    return rows.filter(Q(state=S.DOCUMENTS) | Q(state__in=(S.ACCEPTED, S.PARTLY), agreed_at=None))


def _of_insurer(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """The insurer owes its decision, its written refusal, or its money."""
    unpaid = Q(state__in=AGREED, agreed_at__isnull=False, settled_at=None)
    return rows.filter(Q(state=S.SUBMITTED) | Q(state=S.DECLINED, refusal_told_at=None) | unpaid)


def _insurer_late(rows: Rows, _user: Staff, now: datetime) -> Rows:
    """A clock of the insurer ran out, and its reminder is owed (保险法 23–25)."""
    owed = Obligation.objects.filter(
        subject_type=Claim._meta.label_lower, rule="claims.chase_the_insurer", state="open", opens_at__lte=now
    )
    return rows.filter(pk__in=owed.values("subject_pk"))


def _of_centre(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """The centre owes its acknowledgement or its guidance."""
    waits = (EscalationState.REPORTED, EscalationState.ACKNOWLEDGED)
    return rows.filter(escalations__state__in=waits).exclude(state__in=Claim.FINISHED)


def _serious(rows: Rows, _user: Staff, now: datetime) -> Rows:
    """Not with the centre, and near to it: from three quarters of the amount on, about to be old, declined, complained
    of, or reopened."""
    book = rulebook()
    amount = book.parameter("claim.escalation_amount", now).value * NEAR
    old = now - int(book.parameter("claim.old_after", now).value * NEAR) * DAY
    near = LossEstimate.objects.filter(amount__gte=amount).values("claim")
    found = Q(pk__in=near) | Q(reported_at__lte=old) | Q(state=S.DECLINED) | Q(complained_at__isnull=False)
    return rows.filter(found | Q(reopened_at__isnull=False), escalated_at=None).exclude(state__in=Claim.FINISHED)


LENSES = {
    **USUAL,
    "client": Lens(_("等客户"), _of_client),
    "insurer": Lens(_("等保险公司"), _of_insurer),
    "insurer_late": Lens(_("保险公司超期"), _insurer_late),
    "centre": Lens(_("等中心"), _of_centre),
    "serious": Lens(_("可能变严重"), _serious),
}
