"""What was done is filed with the client (4.1.F)."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.people.models import Staff

from ..models import Visit, WishState
from .given import told, working_on

LONGEST_PLACE = 120


def file_visit(visit: Visit, *, where: str, by: Staff, now: datetime) -> Visit:
    """The visit's papers lie in the client's file, and where (4.1.F).

    Raises Invalid without the place, Refusal 409 while something that the client asked for is open.
    """
    where = where.strip()
    if not where or len(where) > LONGEST_PLACE:
        raise Invalid("place_missing", clause="4.1.F", where=_("写明归入哪个档案，最多%s个字") % LONGEST_PLACE)
    with working_on(visit, by=by, now=now) as fresh:
        was = fresh.state
        move(fresh, "file")
        if fresh.wishes.filter(state=WishState.OPEN).exists():
            raise Refusal("wishes_open", _("客户的要求还没办结，办结后再归档"), clause="4.1.F")
        fresh.filed_at, fresh.filed_where = now, where
        told(fresh, "visit.filed", by=by, now=now, data={"state": [was, fresh.state]}, texts={"note": where})
    return fresh
