"""Visits of Suzhou to one client: planned, agreed for the 29th at 14:00, paid on time."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.kit.blobs import Stored, store
from chengnuo.ledger.acting import acting
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.plans.models import PlanItem, PlannedService, PlanState, ServicePlan
from chengnuo.visits import actions
from chengnuo.visits.actions import Answers, Given, Signed, Unsigned
from chengnuo.visits.models import Survey, Visit
from tests.cast import Cast
from tests.hotline.world import HOUR, MINUTE, NOW, at, do

AGREED = at("09-29 14:00")
STROKES = [[[10, 10], [60, 40], [90, 15]], [[20, 60], [80, 62]]]
REFUSED = Unsigned("refused", "说要总部同意")


def a_visit(cast: Cast, client: Client, now: datetime = NOW, **more: Any) -> Visit:
    given = {"owner": cast.zhoumin, "purpose": "看消防设施，讲续保安排", "wanted_at": AGREED, "basis": "client"}
    return do(actions.plan_visit, client, now=now, **{"by": cast.zhoumin, **given, **more})


def agreed(cast: Cast, visit: Visit, when: datetime = AGREED, now: datetime = NOW, **more: Any) -> Visit:
    given = {"agreed_with": "陈月琴", "other_wishes": "带理赔清单", "by": cast.zhoumin}
    do(actions.confirm_visit, visit, now=now, agreed_at=when, **{**given, **more})
    visit.refresh_from_db()
    return visit


def given(arrived: datetime = AGREED - 3 * MINUTE, **more: Any) -> Given:
    return Given(**{"arrived_at": arrived, "left_at": arrived + HOUR, "did": "看了消防栓，讲了续保", **more})


def paid(cast: Cast, visit: Visit, arrived: datetime = AGREED - 3 * MINUTE, **more: Any) -> Visit:
    how = given(arrived, **more)
    return do(actions.carry_out_visit, visit, how, by=cast.zhoumin, now=how.left_at)


def signed(when: datetime, **more: Any) -> Signed:
    return Signed(**{"signer": "陈月琴", "at": when, "strokes": STROKES, **more})


def surveyed(cast: Cast, visit: Visit, outcome: Any = None, now: datetime = AGREED + HOUR, **answers: Any) -> Survey:
    said = Answers(**{"overall": 4, "marks": {"skill": 5}, "opinions": "对账单按仓库分列", **answers})
    return do(actions.record_survey, visit, said, outcome or signed(now), by=cast.zhoumin, now=now)


def a_scan() -> Stored:
    return store(SimpleUploadedFile("调查表.pdf", b"%PDF-1.7 sealed"))


def a_site(cast: Cast, client: Client, name: str, lat: str, lon: str) -> Any:
    values = {"name": name, "address": f"{name}路1号", "division_code": "320585", "lat": lat, "lon": lon}
    return do(clients.add_site, client, values=values, by=cast.zhoumin)


def a_promised_visit(cast: Cast, client: Client, due: date = date(2026, 10, 31)) -> PlannedService:
    """A visit that a plan in force promises the client."""
    days = {"starts_on": date(2026, 9, 1), "ends_on": due}
    with acting(client, client=client) as client:
        plan = ServicePlan.objects.create(
            number=number(ServicePlan.REGISTER, client.unit.code, NOW),
            unit=client.unit,
            client=client,
            client_unit=client.unit,
            owner=cast.zhoumin,
            state=PlanState.ACTIVE,
            approved_sha256="0" * 64,
            drafted_at=NOW,
            **days,
        )
        item = PlanItem.objects.create(
            plan=plan,
            line=1,
            kind="visit",
            title="季度拜访",
            owner=cast.zhoumin,
            preparation="核对保单\n理赔清单",
            **days,
        )
        service = PlannedService.objects.create(
            plan=plan,
            item=item,
            nth=1,
            unit=client.unit,
            client=client,
            owner=cast.zhoumin,
            kind="visit",
            title="季度拜访",
            opens_on=days["starts_on"],
            due_on=due,
        )
        do(record, "plan.drawn_up", plan, by=cast.zhoumin, also=[item, service])
    return service
