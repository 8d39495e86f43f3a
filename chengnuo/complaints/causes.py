"""What makes a complaint one for the centre: major, difficult, repeated (3.6.4–3.6.6)."""

from datetime import datetime

from django.db.models import Q

from chengnuo.clients.cases import Channel
from chengnuo.ledger.books import rulebook

from .models import Cause, Complaint, Repeat, RepeatState

DECLARED = {Cause.INFLUENCE: "influence", Cause.SUED: "sued", Cause.HARM: "harm", Cause.DIFFICULT: "difficult_because"}
"""What a person declares, with the field that keeps his reason."""
MAJOR = (Cause.AMOUNT, Cause.INFLUENCE, Cause.SUED, Cause.HARM)


def times_complained(complaint: Complaint) -> int:
    """How often the client had complained of this matter with this one: the earlier ones, merged or not, and the later
    ones that it carries on (3.6.6)."""
    key = complaint.matter_key or complaint.pk
    rows = Complaint.objects.filter(Q(pk=key) | Q(matter_key=key))
    return rows.filter(Q(pk__lte=complaint.pk) | Q(merged_into=complaint.pk)).count()


def causes_of(complaint: Complaint, now: datetime) -> list[str]:
    """Why a complaint goes to the centre, by the figures in force: over the amount, declared of wide influence, likely
    to be sued over, harmful to the name, or difficult; complained of as often as makes it repeated."""
    book = rulebook()
    found = {
        Cause.AMOUNT: complaint.amount is not None
        and complaint.amount > book.parameter("complaint.major_amount", now).value,
        **{cause: bool(getattr(complaint, field)) for cause, field in DECLARED.items()},
        Cause.REPEATED: times_complained(complaint) >= book.parameter("complaint.repeated_from", now).value,
    }
    return [str(cause) for cause, is_so in found.items() if is_so]


def is_regulators_major(complaint: Complaint) -> bool:
    """The regulator's own "major", a flag apart from 3.6.4: so many people face to face (第3号令 29)."""
    least = rulebook().parameter("complaint.regulator_major", complaint.received_at).value
    return complaint.channel == Channel.VISIT and complaint.people >= least


def held_repeats(complaint: Complaint) -> list[Repeat]:
    """The earlier complaints that it repeats, as far as nobody rejected it, the nearest first."""
    rows = Repeat.objects.filter(complaint=complaint).exclude(state=RepeatState.REJECTED)
    return list(rows.select_related("earlier").order_by("-score", "-earlier"))
