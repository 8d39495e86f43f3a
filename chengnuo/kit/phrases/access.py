"""One's own phrases are nobody else's; a unit's are for who holds a role in it and written by its head; the company's
are for all and written by the head of the centre or the administrator."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Role, Staff, Unit
from chengnuo.people.reach import reach

from ..models import Phrase

K = Role.Kind
HEADS = (K.MANAGER, K.CENTRE_HEAD)
OF_ALL = (K.CENTRE_HEAD, K.ADMINISTRATOR)


def visible_phrases(user: Staff, now: datetime) -> QuerySet[Phrase]:
    """What this person may put into his forms: whoever oversees a branch has no use for its phrases."""
    units = {unit for _kind, unit in reach(user, now).held}
    shared = Q(owner__isnull=True) & (Q(unit__isnull=True) | Q(unit__in=units))
    return Phrase.objects.filter(Q(owner=user) | shared, removed_at__isnull=True)


def units_written_for(user: Staff, now: datetime) -> QuerySet[Unit]:
    """The units for which this person writes."""
    held = reach(user, now).held
    return Unit.objects.filter(pk__in={unit for kind, unit in held if kind in HEADS})


def may_write(user: Staff, phrase: Phrase, now: datetime) -> bool:
    """Whether he may add, change and remove one of this scope."""
    match phrase.scope:
        case Phrase.Scope.OWN:
            return phrase.owner_id == user.pk
        case Phrase.Scope.UNIT:
            return reach(user, now).is_in(phrase.unit_id, *HEADS)
        case _:
            return reach(user, now).is_a(*OF_ALL)


def require_may_write(user: Staff, phrase: Phrase, now: datetime) -> None:
    """Raises Forbidden (403)."""
    if not may_write(user, phrase, now):
        raise Forbidden(
            _("机构的常用语由机构负责人写") if phrase.unit_id else _("全公司的常用语由客服中心负责人或系统管理员写")
        )
