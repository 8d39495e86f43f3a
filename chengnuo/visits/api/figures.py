"""Plan table, punctuality and the quality inspection's lot, by API (4.1.1, 4.1.A, 4.1.F)."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from chengnuo.kit.api import Answer, Id, Schema, replies
from chengnuo.kit.operations import ANEW, PDF, Day, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid

from ..access import may_inspect, measurable_staff, measurable_units, visible_visits
from ..figures import Punctuality, drawn, of_period, punctuality
from ..forms import span_of
from ..views import printing
from ..views.planning import stops_of, table_form
from .visits import VisitOut

router = Router(tags=["visits"])
Since = Annotated[Day, Query(description="The first local day")]
Until = Annotated[Day, Query(description="The last local day, included; at most 366 days")]


class StopOut(VisitOut):
    km: float | None = Field(description="As the crow flies from the stop before; None where a place is unknown")


class PlanDayOut(Answer):
    day: date | None = Field(description="None: no time is known yet")
    stops: list[StopOut]


class PlanTableOut(Answer):
    days: list[PlanDayOut]


class PlanPrintIn(Schema):
    unit_id: Id
    owner_id: Id | None = None
    since: Day
    until: Day


class PunctualityOut(Answer):
    id: int
    name: str
    on_time: int
    late: int
    missed: int
    unagreed: int = Field(description="Paid although nobody had agreed them with the client")
    rate: float | None = Field(description="Percent on time of on time, late and missed")

    @classmethod
    def of(cls, whose: Any, one: Punctuality) -> "PunctualityOut":
        plain = {name: getattr(one, name) for name in ("on_time", "late", "missed", "unagreed", "rate")}
        return cls(id=whose.pk, name=whose.name, **plain)


class VisitFiguresOut(Answer):
    units: list[PunctualityOut]
    people: list[PunctualityOut]


class DrawnOut(Answer):
    visits: list[VisitOut]


@router.get("/visit-plan", response=replies({200: PlanTableOut}))
def get_visit_plan(
    request: Asked,
    unit_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="A branch; your own unless named")] = None,
    owner_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Whose visits; everybody's")] = None,
    since: Annotated[Day | None, Query(description="The first local day; today unless named")] = None,
    until: Annotated[Day | None, Query(description="The last local day, included; at most 62 days")] = None,
) -> Any:
    """《客户服务访问计划表》: what is to be paid by day, in the order of time, urgency and distance (4.1.A)."""
    asked = {"unit": unit_id, "owner": owner_id, "since": since, "until": until}
    form = table_form(request.user, request.now, {"": "", **{name: str(one) for name, one in asked.items() if one}})
    if not form.is_valid():
        raise Invalid("filter", _("机构、人员或期间不对"), clause="4.1.A")
    days = stops_of(request.user, request.now, form)
    return PlanTableOut(
        days=[PlanDayOut(day=day, stops=[StopOut.of(stop.visit, km=stop.km) for stop in stops]) for day, stops in days]
    )


@router.post("/visit-plan/print", response=replies({200: None}), openapi_extra={**paper(PDF), **ANEW})
def print_visit_plan(request: Asked, payload: PlanPrintIn) -> Any:
    """《客户服务访问计划表》 of a branch or a person for up to 62 days (4.1.A)."""
    asked = {"unit": payload.unit_id, "owner": payload.owner_id or "", "since": payload.since, "until": payload.until}
    return printing.plan_printed(request, {name: str(one) for name, one in asked.items()})


@router.get("/visit-figures", response=replies({200: VisitFiguresOut}))
def get_visit_figures(request: Asked, since: Since, until: Until) -> Any:
    """How punctual the visits of a period were, by branch and by person (4.1.1)."""
    user, now = request.user, request.now
    rows = of_period(visible_visits(user, now), *_span(since, until))
    of_unit, of_person = punctuality(rows, "unit"), punctuality(rows, "owner")
    return VisitFiguresOut(
        units=[PunctualityOut.of(one, of_unit[one.pk]) for one in measurable_units(user, now) if one.pk in of_unit],
        people=[
            PunctualityOut.of(one, of_person[one.pk])
            for one in measurable_staff(user, now).filter(pk__in=of_person).order_by("pk")
        ],
    )


@router.get("/visit-inspection", response=replies({200: DrawnOut}))
def draw_visits(
    request: Asked,
    since: Since,
    until: Until,
    count: Annotated[int, Query(ge=1, le=100, description="How many are drawn")] = 10,
) -> Any:
    """A random lot of the visits filed in a period, the same whoever draws it (4.1.F)."""
    user, now = request.user, request.now
    if not may_inspect(user, now):
        raise Forbidden(_("品质抽查由客户服务中心和机构负责人抽取"), clause="4.1.F")
    found = drawn(visible_visits(user, now), *_span(since, until), count)
    return DrawnOut(visits=[VisitOut.of(visit) for visit in found])


def _span(since: date, until: date) -> tuple[datetime, datetime]:
    if since > until or (until - since).days >= 366:
        raise Invalid("period", until=_("“到”在“从”之后或同一天，一次最多366天"))
    return span_of(since, until)
