"""《客户服务调查表》: filled in, or empty for the client to fill in and seal (4.1.D)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.kit.blobs import content_of
from chengnuo.kit.documents import Document, stamp
from chengnuo.people.models import Staff

from ..models import Outcome, Question, Survey, Visit

TEMPLATE = "visits/printing/survey.typ"


def survey_form(visit: Visit, *, by: Staff, now: datetime, absolute: Callable[[str], str]) -> Document:
    """The survey of a visit as it stands; without one, the form with empty boxes."""
    with translation.override("zh-hans"):
        survey = Survey.objects.filter(visit=visit).select_related("signature").first()
        return Document(
            TEMPLATE,
            _("客户服务调查表"),
            number=visit.number,
            address=absolute(visit.get_absolute_url()),
            by=by,
            now=now,
            unit=visit.unit.name,
            clause="4.1.D",
            body={
                "client": visit.client.name if visit.client else "—",
                "contact": visit.contact.name if visit.contact else visit.agreed_with or "—",
                "site": f"{visit.site.name} {visit.site.address}" if visit.site else "—",
                "owner": visit.owner.name,
                "agreed": stamp(visit.agreed_at) or _("未约定"),
                "arrived": stamp(visit.arrived_at) or "—",
                "left": stamp(visit.left_at) or "—",
                "purpose": visit.purpose,
                "did": visit.did or "—",
                "questions": _questions(survey),
                "opinions": survey.opinions if survey else "",
                "wishes": [wish.text for wish in visit.wishes.all()],
                "outcome": str(Outcome(survey.outcome).label) if survey else "",
                "reason": survey.reason if survey else "",
                "signer": survey.signer if survey else "",
                "signed_at": stamp(survey.signed_at) if survey else "",
                "again": survey.asked_again if survey else "",
            },
            drawings={"signature": _drawing(survey)},
        )


def _questions(survey: Survey | None) -> list[dict[str, Any]]:
    marks: list[tuple[str, int | None]] = [(_("总体满意度"), survey.overall if survey else None)]
    marks += [(str(one.label), survey.marks.get(one.value) if survey else None) for one in Question]
    return [{"name": name, "mark": mark or 0} for name, mark in marks]


def _drawing(survey: Survey | None) -> str:
    """The client's hand as we drew it; a scan lies in the file by itself."""
    if survey is None or survey.outcome != Outcome.SIGNED or survey.signature is None:
        return ""
    return content_of(survey.signature).decode()
