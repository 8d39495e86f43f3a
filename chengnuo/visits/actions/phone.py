"""A visit finished on the telephone, perhaps without network: visit and survey as one, at the times told (4.1)."""

from datetime import datetime

from django.db import transaction

from chengnuo.people.models import Staff

from ..models import Survey, Visit
from .given import Answers, Given, Signed, Unsigned
from .surveys import record_survey
from .visiting import carry_out_visit


def finish_visit(
    visit: Visit,
    given: Given,
    answers: Answers,
    outcome: Signed | Unsigned,
    *,
    version: int,
    by: Staff,
    now: datetime,
) -> Survey:
    """The visit was paid and its survey is there, or neither.

    Raises Stale when the visit is no longer the `version` that the device had read: somebody else did something.
    """
    with transaction.atomic():
        done = carry_out_visit(visit, given, by=by, now=now, version=version)
        return record_survey(done, answers, outcome, by=by, now=now)
