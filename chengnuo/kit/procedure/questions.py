"""What the pages of the procedure ask: proposals that wait, versions, and how many duties carry each."""

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from chengnuo.kit.models import Approval
from chengnuo.ledger.models import LIVE, Obligation, ParameterVersion

from .actions import KIND


def pending_proposals() -> dict[str, Approval]:
    """The proposal that waits for each figure."""
    rows = Approval.objects.filter(kind=KIND, state=Approval.State.PENDING).select_related("asked_by")
    return {row.about: row for row in rows}


def carried_versions(duties: QuerySet[Obligation], key: str) -> dict[int, int]:
    """How many of these duties are live and carry each version of a figure, by the version's id."""
    rows = duties.filter(state__in=LIVE, parameter__key=key).order_by().values_list("parameter_id")
    return dict(rows.annotate(Count("pk")))


def versions_of(key: str) -> list[ParameterVersion]:
    """Every version of a figure, newest first."""
    rows = ParameterVersion.objects.filter(key=key).select_related("proposed_by", "decided_by")
    return list(rows.order_by("-number"))


def fates_of_clause(duties: QuerySet[Obligation], clause: str) -> dict[str, int]:
    """Of these duties under a clause: live, live and late, kept, kept late, withdrawn."""
    in_time = ExpressionWrapper(Q(breached_at=None), BooleanField())
    rows = duties.filter(clause=clause).order_by().values_list("state", in_time)
    counted = {"live": 0, "overdue": 0, "met": 0, "late": 0, "withdrawn": 0}
    for state, in_time, number in rows.annotate(Count("pk")):
        if state in LIVE:
            counted["live"] += number
            counted["overdue"] += 0 if in_time else number
        elif state == "met":
            counted["met" if in_time else "late"] += number
        else:
            counted["withdrawn"] += number
    return counted
