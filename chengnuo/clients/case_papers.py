"""The forms of a kind of case on paper: each made of the record's parts, printed as an event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.documents.record import Part, of_record
from chengnuo.kit.requests import Asked
from chengnuo.ledger.acting import acting
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from .cases import Case


@dataclass(frozen=True)
class Paper:
    """One form: its title and clause, its parts (of the case, now), who signs, whose seal. `parts` raises Refusal 409
    where its time has not come."""

    title: Any
    clause: str
    parts: Callable[[Any, datetime], list[Part]]
    signatures: tuple[Any, ...] = ()
    seal: Any = ""


def yuan(amount: Any) -> str:
    """A sum as a form has it; empty where there is none."""
    return f"{amount:,.2f}" if amount is not None else ""


def case_printed(case: Case, form: str, *, by: Staff, now: datetime) -> None:
    """A form of the case was printed: which one."""
    with acting(case) as fresh:
        record(f"{case._meta.model_name}.printed", fresh, by=by, now=now, data={"form": form})


def on_paper(request: Asked, case: Case, papers: Mapping[str, Paper], form: str) -> HttpResponse:
    """Made first, then its event, then shown. Raises Http404 for a form that there is not."""
    paper = papers.get(form)
    if paper is None:
        raise Http404
    user, now = request.user, request.now
    with translation.override("zh-hans"):
        document = of_record(
            paper.title,
            paper.parts(case, now),
            number=case.number,
            address=request.build_absolute_uri(case.get_absolute_url()),
            by=user,
            now=now,
            unit=case.unit.name,
            clause=paper.clause,
            signatures=paper.signatures,
            seal=paper.seal,
        )
    content = typeset(document)
    case_printed(case, form, by=user, now=now)
    return inline(content, f"{case.number}-{form}")


def printing(find: Callable[[Asked, int], Any], papers: Mapping[str, Paper]) -> Callable[..., HttpResponse]:
    """The view that prints a form of the case that the person sees."""

    @require_POST
    def view(request: Asked, pk: int, form: str) -> HttpResponse:
        return on_paper(request, find(request, pk), papers, form)

    return view
