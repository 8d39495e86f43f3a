"""Why somebody may: each thing that his reach rests on, and which of them by itself gives a yes.

No rule is written a second time here. A question is any function of a person and an instant that the product itself
asks (`visible_*`, `may_*`). It is put once as he is, which is the answer; then to stand-ins who reach only what one
ground gives, which is the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Ref

from .models import Role, Share, Staff, Substitute, Unit
from .reach import Reach, held_by, reach, reach_of, reaching

Question = Callable[[Staff], bool]
Held = tuple[int, str, int]
NOBODY = 0
"""The key of a stand-in who holds a role and is named on no record."""
MOST_SHARES = 5


@dataclass(frozen=True)
class Ground:
    """A role, his own or that of somebody for whom he stands in, with its end; `by_unit` reaches what it gives in its
    unit, `by_share` what is shared with the unit, `as_himself` only what names him."""

    words: str
    by_unit: Staff
    by_share: Staff
    as_himself: Staff
    has_shares: bool


@dataclass(frozen=True)
class Verdict:
    """Whether, and on what it rests; a no says who may instead."""

    is_yes: bool
    reasons: list[str]


class Grounds:
    """What one person's reach rests on at one instant; read once, asked many times."""

    def __init__(self, user: Staff, now: datetime) -> None:
        self.user, self.now = user, now
        held = held_by(user, now)
        self.roles = _roles(held, now)
        self.ends = _substitutions(user, now)
        self.alone = reaching(user, Reach(user.pk), now)
        self.each = [self._ground(row) for row in held]
        self._hypothetical: dict[tuple[str, int], Staff] = {}

    def _ground(self, row: Held) -> Ground:
        whole = reach_of(self.user, [row], self.now)
        bare = replace(whole, units=(), clients=(), cards=())
        shared = replace(whole, units=(), staff_id=NOBODY)
        return Ground(
            words=self._words(row),
            by_unit=reaching(self.user, replace(whole, clients=(), cards=(), staff_id=NOBODY), self.now),
            by_share=reaching(self.user, shared, self.now),
            as_himself=reaching(self.user, bare, self.now),
            has_shares=bool(whole.clients or whole.cards),
        )

    def _words(self, row: Held) -> str:
        staff_id, kind, unit = row
        role = self.roles.get(row)
        name = _("%(kind)s（%(unit)s）") % {"kind": Role.Kind(kind).label, "unit": role.unit.name if role else unit}
        until = _until(role.ends_at if role else None)
        if staff_id == self.user.pk:
            return f"{name}，{until}"
        stands = self.ends.get(staff_id)
        whose = role.staff.name if role else str(staff_id)
        until = _until(stands.ends_at if stands else None)
        return _("代%(name)s：%(role)s，%(until)s") % {"name": whose, "role": name, "until": until}

    def verdict(self, ask: Question, *, client_id: int | None = None, unit_id: int | None = None) -> Verdict:
        """The answer and its reasons. `client_id` names the client whose share would be the reason, `unit_id` the unit
        in which a role would change a no."""
        if not ask(self.user):
            return Verdict(False, self._who_may(ask, unit_id))
        return Verdict(True, self._reasons(ask, client_id) or [_("几个角色合在一起")])

    def _reasons(self, ask: Question, client_id: int | None) -> list[str]:
        if ask(self.alone):
            return [_("记录由本人经手、承办或指定给本人")]
        found = [ground.words for ground in self.each if ask(ground.by_unit)]
        for ground in self.each:
            if ground.has_shares and ground.words not in found and ask(ground.by_share):
                found += [f"{ground.words}；{share}" for share in self._shares(client_id)] or [ground.words]
        if not found:
            found = [_("%(role)s，且记录由本人经手") % {"role": g.words} for g in self.each if ask(g.as_himself)]
        return list(dict.fromkeys(found))

    def _shares(self, client_id: int | None) -> list[str]:
        if client_id is None:
            return []
        units = reach(self.user, self.now).units
        rows = Share.objects.filter(Share.at(self.now), client_id=client_id, unit_id__in=units)
        return [share_words(one) for one in rows.select_related("unit").order_by("pk")[:MOST_SHARES]]

    def _who_may(self, ask: Question, unit_id: int | None) -> list[str]:
        """The kinds of role that would give a yes in that unit, found by asking as if he held each."""
        if not self.user.is_active or unit_id is None:
            return []
        kinds = [kind for kind in Role.Kind if ask(self._as_if(kind, unit_id))]
        if not kinds:
            return []
        return [_("没有能办的角色；能办的：%s") % "、".join(str(kind.label) for kind in kinds)]

    def _as_if(self, kind: str, unit_id: int) -> Staff:
        key = (kind, unit_id)
        if key not in self._hypothetical:
            reached = replace(reach_of(self.user, [(self.user.pk, kind, unit_id)], self.now), staff_id=NOBODY)
            self._hypothetical[key] = reaching(self.user, reached, self.now)
        return self._hypothetical[key]


def _roles(held: Sequence[Held], now: datetime) -> dict[Held, Role]:
    people = {staff_id for staff_id, _kind, _unit in held}
    rows = Role.objects.filter(Role.at(now), staff_id__in=people).select_related("unit", "staff").order_by("pk")
    return {(one.staff_id, one.kind, one.unit_id): one for one in rows}


def _substitutions(user: Staff, now: datetime) -> dict[int, Substitute]:
    rows = Substitute.objects.filter(Substitute.at(now), staff=user).select_related("principal")
    return {one.principal_id: one for one in rows.order_by("ends_at")}


def _until(at: datetime | None) -> str:
    return _("至%s") % _day(at) if at else _("长期")


def _day(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def share_words(share: Share) -> str:
    """A share in words that name no client: how much, since what, until when."""
    scope = Share.Scope(share.scope).label
    because = because_words(Ref(share.because_type, share.because_pk))
    until = _until(share.ends_at)
    return _("客户共享给%(unit)s（%(scope)s），因%(because)s，%(until)s") % {
        "unit": share.unit.name,
        "scope": scope,
        "because": because,
        "until": until,
    }


def because_words(where: Ref) -> str:
    """The record that is the reason of a share: its number, or what it is."""
    try:
        record = where.load()
    except (LookupError, ObjectDoesNotExist):
        return where.type
    return str(getattr(record, "number", "") or f"{record._meta.verbose_name} {where.pk}")


def all_units() -> list[Unit]:
    """The units that are open, in their order."""
    return list(Unit.objects.filter(closed_on__isnull=True).order_by("pk"))
