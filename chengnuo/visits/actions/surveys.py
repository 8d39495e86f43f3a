"""《客户服务调查表》: filled in, signed or sealed or not, asked for once more, reviewed (4.1.D, 4.1.E)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.kit.blobs import attach
from chengnuo.kit.models import Blob
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.people.models import Staff

from ..models import Outcome, State, Survey, Visit
from ..signatures import drawn
from .given import (
    LONGEST_NAME,
    Answers,
    Signed,
    Unsigned,
    check_answers,
    check_happened,
    check_unsigned,
    lines,
    reason,
    told,
    working_on,
)
from .wishes import add_wishes


@covers("4.1.D", RECORD)
def record_survey(visit: Visit, answers: Answers, outcome: Signed | Unsigned, *, by: Staff, now: datetime) -> Survey:
    """The survey form of a visit: what the client thinks and wishes, under his signature or seal, or why not (4.1.D).

    Raises Invalid for an empty signature, no reason, or marks that are none; Refusal 409 when there is a form.
    """
    check_answers(answers, outcome)
    with working_on(visit, by=by, now=now) as fresh:
        was = fresh.state
        move(fresh, "sign_survey" if isinstance(outcome, Signed) else "leave_unsigned")
        if was != State.DONE:
            raise Refusal("survey_there", _("调查表已有，再请签章时补签"), clause="4.1.D")
        values = _outcome(fresh, outcome, by, now)
        survey = Survey.objects.create(
            visit=fresh,
            overall=answers.overall,
            marks=dict(answers.marks),
            opinions=answers.opinions.strip(),
            filled_at=now,
            **values,
        )
        wishes = add_wishes(fresh, answers.wishes, now)
        told(
            fresh,
            "visit.survey_signed" if survey.is_by_client else "visit.survey_unsigned",
            by=by,
            now=now,
            also=[survey, *wishes],
            data={
                "state": [was, fresh.state],
                "outcome": survey.outcome,
                "overall": survey.overall,
                "wishes": len(wishes),
                "blob": survey.signature_id,
            },
            texts={"opinion": survey.opinions, "reason": survey.reason, "signer": survey.signer},
        )
    return survey


@covers("4.1.D", RECORD)
def ask_again(visit: Visit, outcome: Signed | None, *, note: str = "", by: Staff, now: datetime) -> Survey:
    """The survey was laid before the client once more: he signed now, or what he said instead (4.1.D).

    Raises Invalid without his signature or words, Refusal 409 where the form is signed or there is none.
    """
    with working_on(visit, by=by, now=now) as fresh:
        survey = Survey.objects.select_for_update(no_key=True).filter(visit=fresh).first()
        if survey is None or survey.is_by_client:
            raise Refusal("illegal_move", _("没有等签章的调查表"), clause="4.1.D")
        was = fresh.state
        if outcome is None:
            note = reason(note, "note", _("写明再请的结果"), clause="4.1.D")
        else:
            if fresh.state == State.SURVEY_UNSIGNED:  # Later than that the form is signed, the visit goes its way.
                move(fresh, "sign_survey")
            for name, value in _outcome(fresh, outcome, by, now).items():
                setattr(survey, name, value)
        survey.asked_again_at, survey.asked_again = now, note.strip()
        survey.version += 1
        survey.save()
        told(
            fresh,
            "visit.survey_signed" if survey.is_by_client else "visit.survey_asked_again",
            by=by,
            now=now,
            also=[survey],
            data={"state": [was, fresh.state], "outcome": survey.outcome, "blob": survey.signature_id},
            texts={"note": survey.asked_again, "signer": survey.signer},
        )
    return survey


def follow_up_visit(visit: Visit, *, reviewed: str, wishes: Sequence[str] = (), by: Staff, now: datetime) -> Visit:
    """The survey was reviewed and sorted; what the reviewer finds besides becomes a matter too (4.1.E)."""
    reviewed = reason(reviewed, "reviewed", _("写明审核意见和处理安排"), clause="4.1.E")
    check_answers(Answers(wishes=wishes), Unsigned("", ""))
    with working_on(visit, by=by, now=now) as fresh:
        was = fresh.state
        move(fresh, "follow_up")
        fresh.followed_up_at, fresh.reviewed = now, reviewed
        told(
            fresh,
            "visit.followed_up",
            by=by,
            now=now,
            also=add_wishes(fresh, wishes, now),
            data={"state": [was, fresh.state], "wishes": len(wishes)},
            texts={"opinion": reviewed},
        )
    return fresh


def _outcome(fresh: Visit, outcome: Signed | Unsigned, by: Staff, now: datetime) -> Mapping[str, Any]:
    """The values of a survey that say how it came back."""
    if isinstance(outcome, Unsigned):
        check_unsigned(outcome)
        return {"outcome": outcome.outcome, "reason": outcome.reason.strip()}
    blob = _signature(fresh, outcome, by, now)
    kind = Outcome.SEALED if outcome.scan else Outcome.SIGNED
    return {"outcome": kind, "signer": outcome.signer.strip(), "signed_at": outcome.at, "signature": blob}


def _signature(fresh: Visit, signed: Signed, by: Staff, now: datetime) -> Blob:
    """The client's hand or seal, kept as a file of the visit."""
    if not signed.signer.strip() or len(signed.signer) > LONGEST_NAME:
        raise Invalid("who_missing", clause="4.1.D", signer=_("写明谁签章"))
    check_happened("signed_at", signed.at, now)
    if isinstance(signed.scan, Blob):
        return signed.scan
    stored = signed.scan or drawn(signed.strokes, signed.signer.strip())
    return attach(fresh, stored, by=by, now=now)


__all__ = ["ask_again", "follow_up_visit", "lines", "record_survey"]
