"""Visits by API: from planning to the file by the same actions as the pages, once per key."""

import pytest

from chengnuo.visits.models import Survey, Visit, Wish
from tests.api import asking
from tests.hotline.world import HOUR, MINUTE, NOW, stored
from tests.visits.world import AGREED, REFUSED, STROKES, a_site, a_visit, agreed, paid, surveyed

PLAN = {"purpose": "看消防设施", "wanted_at": AGREED.isoformat(), "basis": "client", "preparation": ["核对保单"]}


def test_a_visit_is_planned_agreed_moved_and_prepared(cast, client_su):
    site, contact = a_site(cast, client_su, "港", "31.45", "121.10"), client_su.positions.get().contact
    body = {**PLAN, "client_id": client_su.pk, "site_id": site.pk, "contact_id": contact.pk}
    answers = [asking(cast.zhoumin, "post", "/visits", body, **{"Idempotency-Key": "k1"}) for _times in range(2)]
    assert answers[0] == answers[1]
    status, told = answers[0]
    assert (status, told["number"], told["preparation"][0]["text"]) == (201, "BF-SU-26-0001", "核对保单")
    path = f"/visits/{told['id']}"
    when = {"agreed_at": AGREED.isoformat(), "agreed_with": "陈月琴"}
    assert asking(cast.zhoumin, "post", f"{path}/confirm", when)[1]["state"] == "confirmed"
    later = {**when, "agreed_at": (AGREED + HOUR).isoformat()}
    assert asking(cast.zhoumin, "post", f"{path}/move", later)[1]["times_moved"] == 1
    _status, told = asking(cast.zhoumin, "post", f"{path}/prepare", {"items": ["核对保单", "清单"], "done": [1]})
    assert [one["done"] for one in told["preparation"]] == [False, True]
    _status, table = asking(cast.zhoumin, "get", "/visit-plan?since=2026-09-29&until=2026-09-29")
    assert [stop["id"] for day in table["days"] for stop in day["stops"]] == [told["id"]]


@pytest.mark.parametrize(
    "wrong, status, field",
    [
        ({"wanted_at": NOW.isoformat()}, 422, "wanted_at"),
        ({"basis": "whim"}, 422, "basis"),
        ({"site_id": 999}, 422, "site_id"),
        ({"contact_id": 999}, 422, "contact_id"),
        ({"owner_id": 999}, 422, "owner_id"),
        ({"preparation": [""]}, 422, "preparation.0"),
    ],
)
def test_what_cannot_be_planned_is_refused_beside_its_field(cast, client_su, wrong, status, field):
    said = asking(cast.zhoumin, "post", "/visits", {**PLAN, "client_id": client_su.pk, **wrong})
    assert (said[0], list(said[1]["fields"])) == (status, [field])
    assert not Visit.objects.exists()


def test_a_visit_is_finished_with_its_survey_and_another_version_is_refused(cast, client_su):
    visit = agreed(cast, a_visit(cast, client_su, now=NOW - 3 * HOUR), NOW - HOUR, now=NOW - 2 * HOUR)
    body = {
        "arrived_at": (NOW - HOUR).isoformat(),
        "left_at": NOW.isoformat(),
        "did": "看了消防栓",
        "overall": 4,
        "marks": {"skill": 5},
        "wishes": ["分列账单"],
        "outcome": "signed",
        "signer": "陈月琴",
        "strokes": STROKES,
        "version": visit.version + 1,
    }
    before = stored(Visit)
    assert asking(cast.zhoumin, "post", f"/visits/{visit.pk}/finish", body)[0] == 409
    assert stored(Visit) == before
    status, told = asking(cast.zhoumin, "post", f"/visits/{visit.pk}/finish", {**body, "version": visit.version})
    assert (status, told["state"], told["late_minutes"]) == (200, "survey_signed", 0)
    assert (told["survey"]["signer"], told["survey"]["marks"]) == ("陈月琴", {"skill": 5})


def test_the_seal_is_a_file_of_the_visit_itself(cast, client_su):
    visit, other = (
        paid(
            cast,
            agreed(cast, a_visit(cast, client_su, now=NOW - 4 * HOUR), NOW - 2 * HOUR, NOW - 3 * HOUR),
            NOW - 2 * HOUR,
        )
        for _twice in range(2)
    )
    scan = surveyed(cast, other, now=NOW).signature
    body = {"overall": 5, "outcome": "sealed", "signer": "陈月琴", "blob_id": scan.pk}
    status, told = asking(cast.zhoumin, "post", f"/visits/{visit.pk}/survey", body)
    assert (status, told["code"]) == (422, "no_scan")
    unsigned = surveyed(cast, visit, REFUSED, now=NOW)
    assert unsigned.signature is None
    again = asking(cast.zhoumin, "post", f"/visits/{visit.pk}/survey/again", {"signer": "陈月琴", "strokes": STROKES})
    assert (again[0], again[1]["survey"]["outcome"]) == (200, "signed")


def test_wishes_are_listed_told_of_passed_on_and_settled(cast, client_su):
    when = NOW - 2 * HOUR
    visit = paid(cast, agreed(cast, a_visit(cast, client_su, now=NOW - 4 * HOUR), when, NOW - 3 * HOUR), when)
    surveyed(cast, visit, now=NOW - 30 * MINUTE, wishes=["分列账单"])
    (wish,) = asking(cast.zhoumin, "get", "/visit-wishes?state=open")[1]["wishes"]
    path = f"/visit-wishes/{wish['id']}"
    assert asking(cast.luyao, "post", f"{path}/settle", {"text": "好"})[0] == 404
    assert asking(cast.zhoumin, "post", f"{path}/tell", {"text": "在办"})[0] == 200
    passed = asking(cast.zhoumin, "post", f"{path}/pass-on", {"to_id": cast.linxiaotang.pk})[1]
    assert passed["owner_id"] == cast.linxiaotang.pk
    assert asking(cast.linxiaotang, "post", f"{path}/settle", {"text": "已出单"})[1]["state"] == "settled"
    assert Wish.objects.get().result == "已出单"
    assert (
        asking(cast.zhoumin, "post", f"/visits/{visit.pk}/follow-up", {"reviewed": "无"})[1]["state"] == "followed_up"
    )
    assert asking(cast.zhoumin, "post", f"/visits/{visit.pk}/file", {"where": "A-1"})[1]["filed_where"] == "A-1"
    figures = asking(cast.xuning, "get", "/visit-figures?since=2026-09-01&until=2026-09-30")[1]
    assert [(one["name"], one["on_time"], one["rate"]) for one in figures["units"]] == [("苏州分公司", 1, 100.0)]
    drawn = asking(cast.xuning, "get", "/visit-inspection?since=2026-09-01&until=2026-09-30")[1]["visits"]
    assert [one["id"] for one in drawn] == [visit.pk]
    assert asking(cast.xuning, "get", "/visit-figures?since=2026-09-30&until=2026-09-01")[0] == 422
    assert Survey.objects.count() == 1


def test_the_address_of_a_calendar_is_told_once(cast):
    status, made = asking(cast.zhoumin, "post", "/visit-feeds")
    assert (status, made["address"].startswith("http://testserver/visits/feeds/")) == (201, True)
    (feed,) = asking(cast.zhoumin, "get", "/visit-feeds")[1]["feeds"]
    assert set(feed) == {"id", "made_at"}
    assert asking(cast.zhoumin, "post", f"/visit-feeds/{feed['id']}/revoke")[0] == 200
    assert asking(cast.zhoumin, "post", f"/visit-feeds/{feed['id']}/revoke")[0] == 409
