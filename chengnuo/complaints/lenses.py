"""How complaints are looked at: whose turn it is, and what may still become serious (3.6.2)."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.lenses import USUAL, Lens
from chengnuo.ledger.books import rulebook
from chengnuo.people.models import Staff

from .models import UNDECIDED, Complaint, ReferralState
from .models import State as S

NEAR = Decimal("0.75")
DAY = timedelta(days=1)
Rows = QuerySet[Complaint]


def _of_client(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """The complainant was told and may still ask for a review, or an outcome elsewhere is awaited."""
    return rows.filter(state__in=(S.NOTIFIED, S.MEDIATION, S.LITIGATION))


def _of_others(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """An appraisal or a mediator is waited for."""
    return rows.filter(state=S.PAUSED, merged_into=None)


def _of_centre(rows: Rows, _user: Staff, _now: datetime) -> Rows:
    """The centre owes its acknowledgement, or the leader his instruction."""
    waits = (ReferralState.REPORTED, ReferralState.ACKNOWLEDGED)
    return rows.filter(referrals__state__in=waits).exclude(state__in=Complaint.FINISHED)


def _serious(rows: Rows, _user: Staff, now: datetime) -> Rows:
    """Not with the centre, and near to it: from three quarters of the amount or of the limit on, a group, forwarded by
    the regulator, or to be looked at again."""
    book = rulebook()
    amount = book.parameter("complaint.major_amount", now).value * NEAR
    old = now - int(book.parameter("complaint.limit", now).value * NEAR) * DAY
    many = int(book.parameter("complaint.representatives", now).value)
    found = (
        Q(amount__gte=amount)
        | Q(received_at__lte=old, state__in=UNDECIDED)
        | Q(people__gt=many)
        | Q(forwarded_by_regulator=True)
        | Q(state=S.REVIEW_ASKED)
    )
    return rows.filter(found, escalated_at=None, merged_into=None).exclude(state__in=Complaint.FINISHED)


def _carried_on_here(lens: Lens) -> Lens:
    """The same, without what another complaint carries on."""
    return Lens(lens.label, lambda rows, user, now: lens.narrow(rows.filter(merged_into=None), user, now))


LENSES = {
    **{key: _carried_on_here(lens) for key, lens in USUAL.items()},
    "client": Lens(_("等客户"), _of_client),
    "others": Lens(_("等鉴定或调解"), _of_others),
    "centre": Lens(_("等中心和领导"), _of_centre),
    "serious": Lens(_("可能变严重"), _serious),
}
