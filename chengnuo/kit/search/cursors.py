"""Where the next page of one kind begins, as an address carries it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from .asking import Narrowed
from .kinds import TIMELESS as EPOCH

SHAPE = re.compile(r"([0-9]{1,17})-([0-9]{1,18})", re.ASCII)
MICROSECONDS = 1_000_000


def cursor(place: tuple[datetime, int]) -> str:
    """The place as text: microseconds since 1970, and the key."""
    at, pk = place
    since = at - EPOCH
    return f"{(since.days * 86400 + since.seconds) * MICROSECONDS + since.microseconds}-{pk}"


def place_of(typed: str, narrowed: Narrowed | None) -> Narrowed:
    """The search from that place on. Raises Invalid (422) for a cursor that is none of ours."""
    shape = SHAPE.fullmatch(typed)
    try:
        if shape is None:
            raise OverflowError
        at = EPOCH + timedelta(microseconds=int(shape[1]))
    except OverflowError:
        raise Invalid("invalid", after=_("翻页标记不对，从第一页重新取")) from None
    return replace(narrowed or Narrowed(), before=(at, int(shape[2])))
