"""A client's mark, given by nobody of ours through a link, once."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chengnuo.clients.models import Client
from chengnuo.kit.characters import forbidden
from chengnuo.kit.models import Notice
from chengnuo.kit.notices import notify
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.ladder import MANAGER, PERSON, told
from chengnuo.ledger.models import Obligation
from chengnuo.ledger.trail import record

from .. import rules
from ..models import LONGEST, MARKS, RatingRequest, RequestState
from ..tokens import hashed

SOURCE = "link"


class DeadLink(Refusal):
    """The link opens nothing: wrong, used, run out or taken back, and nobody is told which (404)."""

    def __init__(self) -> None:
        super().__init__("dead_link", _("这个链接不能用"), status=404)


def open_request(token: str, now: datetime) -> RatingRequest | None:
    """The request that a token opens now, if there is one. It changes nothing, however often it is asked."""
    found = RatingRequest.objects.filter(hash=hashed(token)).first()
    return found if found and found.is_open(now) else None


@covers("2.2", RECORD)
def rate(token: str, *, mark: int, words: str = "", now: datetime) -> RatingRequest:
    """Take a client's mark and use the link up: of two at once one wins (2.2). Nobody changes a mark afterwards.

    It is an event of the record that was served, by nobody, with the link as its source. A low mark opens its duty and
    is told to whom it falls and to the head of the unit. Raises DeadLink (404) and Invalid (422).
    """
    words = _checked(mark, words)
    found = open_request(token, now)
    if found is None:
        raise DeadLink()
    client = Client(pk=found.client_id)  # Nobody is asked whom we do not know; `acting` reads him afresh.
    with acting(found.served, found, client=client) as (subject, request):
        if not request.is_open(now):
            raise DeadLink()
        request.state, request.mark, request.words, request.used_at = RequestState.RATED, mark, words, now
        request.version += 1
        request.save()
        record(
            "satisfaction.rated",
            subject,
            by=None,
            now=now,
            source=SOURCE,
            also=[request, client],
            data={"mark": mark, "request": request.pk},
            texts={"words": words},
        )
        if rules.is_low(mark, rulebook().parameter("rating.low", now).value):
            _tell_of(request, now)
        return request  # type: ignore[no-any-return]


def _checked(mark: int, words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if mark not in MARKS:
        raise Invalid("mark", mark=_("选1到5分"))
    if len(words) > LONGEST:
        raise Invalid("words", words=_("最多500字"))
    if wrong := forbidden(words):
        raise Invalid("words", words=wrong)
    return words


def _tell_of(request: RatingRequest, now: datetime) -> None:
    duty = Obligation(unit_id=request.unit_id, owner_id=request.keeper_id)
    people = [staff for rung in told([(duty, PERSON), (duty, MANAGER)], now) for staff in rung]
    notify(
        people,
        gettext_noop("%(who)s评了%(mark)s分，要回访"),
        {"who": request.name or "—", "mark": request.mark},
        request,
        now,
        kind=Notice.Kind.ASSIGNED,
        clause="2.2",
        moment="satisfaction.low",
    )
