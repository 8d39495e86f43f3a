"""The duties of a record as its page lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.models import LIVE, Kept, Obligation, ref
from chengnuo.ledger.models.duties import State
from chengnuo.ledger.obligations import RULES
from chengnuo.people.models import Staff
from chengnuo.people.reach import reach

from .times import Fate, fate, span


@dataclass(frozen=True)
class Duty:
    """An obligation with how it stands at an instant, for a person."""

    row: Obligation
    now: datetime

    @property
    def fate(self) -> Fate:
        """Red when late now or once, amber when due today, green when kept, else no colour; and the words."""
        row = self.row
        if row.state == State.MET:
            return self._met()
        if row.state == State.WITHDRAWN:
            return Fate("red", _("已撤回，曾逾期")) if row.breached_at else Fate("", _("已撤回"))
        if row.due is None:
            return Fate("", _("无期限"))
        return fate(row.due, now=self.now)

    def _met(self) -> Fate:
        row = self.row
        if not row.breached_at or not row.due or not row.ended_at:
            return Fate("green", _("按时"))
        if row.ended_at > row.due:
            return Fate("red", _("迟%s") % span(row.ended_at - row.due))
        return Fate("red", _("期后补记"))

    @property
    def edge(self) -> str:
        return f"edge-{self.fate.tone}" if self.fate.tone else ""

    @property
    def why_url(self) -> str:
        return reverse("procedure:why", args=[self.row.pk])

    @property
    def act(self) -> tuple[str, str] | None:
        """The button that does the next thing, as (label, address), while the duty is live."""
        rule = RULES.get(self.row.rule)
        if not self.row.is_live or rule is None or rule.act is None:
            return None
        try:
            return str(rule.act.label), reverse(rule.act.url_name, args=[self.row.subject_pk])
        except NoReverseMatch:
            return None


def duties_of(record: Kept, user: Staff, now: datetime, parts: Iterable[Kept] = ()) -> list[Duty]:
    """The duties of a record, and of its `parts`, that the person may see: live ones first by due time, then ended
    ones, newest first."""
    of = Q()
    for where in map(ref, (record, *parts)):
        of |= Q(subject_type=where.type, subject_pk=where.pk)
    return _sorted(visible_obligations(reach(user, now), now).filter(of), now)


def duties_of_client(client_pk: int, user: Staff, now: datetime, most: int = 20) -> list[Duty]:
    """What is owed to a client at this time, on whatever record, as far as the person may see it."""
    rows = visible_obligations(reach(user, now), now).filter(client_id=client_pk, state__in=LIVE)
    return _sorted(rows.order_by(F("due").asc(nulls_last=True), "pk")[:most], now)


def _sorted(rows: QuerySet[Obligation], now: datetime) -> list[Duty]:
    duties = [Duty(row, now) for row in rows.select_related("owner")]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    live = sorted((one for one in duties if one.row.is_live), key=lambda one: (one.row.due or far, one.row.pk))
    ended = sorted(
        (one for one in duties if not one.row.is_live),
        key=lambda one: (one.row.ended_at or now, one.row.pk),
        reverse=True,
    )
    return live + ended
