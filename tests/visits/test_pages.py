"""The pages of visits: planned, agreed, paid, surveyed, followed up, filed; the plan table, figures, paper, feed."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.visits.models import Survey, Visit, VisitFeed, Wish
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, at
from tests.plans.world import a_promise
from tests.visits.world import AGREED, STROKES, a_scan, a_site, a_visit, agreed, paid, surveyed

LOCAL = "%Y-%m-%dT%H:%M"


class Desk:
    """Somebody's browser at an instant."""

    def __init__(self, staff, now=NOW):
        self.browser, self.now = Browser(), now
        self.browser.force_login(staff)

    def get(self, name, *args, **query):
        with moved_to(self.now, "test"):
            return self.browser.get(reverse(f"visits:{name}", args=args), query)

    def post(self, name, *args, now=None, query="", **data):
        with moved_to(now or self.now, "test"):
            return self.browser.post(reverse(f"visits:{name}", args=args) + query, data)


@pytest.fixture
def zhou(cast):
    return Desk(cast.zhoumin)


def local(moment):
    from chengnuo.ledger.clock import ZONE

    return moment.astimezone(ZONE).strftime(LOCAL)


def test_a_visit_is_planned_by_hand_with_what_the_plan_offers(cast, client_su, zhou):
    service = a_promise(cast, client_su)
    assert "没有找到" in zhou.get("new", q="无此客户").text
    assert f"?client={client_su.pk}" in zhou.get("new", q="锦穗").text
    page = zhou.get("new", client=client_su.pk)
    assert page.context["form"].initial["preparation"] == "核对保单\n理赔清单"
    data = {
        "wanted_at": local(AGREED),
        "purpose": "季度拜访",
        "basis": "planned",
        "planned_id": service.pk,
        "owner": cast.zhoumin.pk,
        "preparation": "核对保单\n\n理赔清单\n核对保单",
    }
    query = f"?client={client_su.pk}"
    wrong = zhou.post("new", query=query, **{**data, "wanted_at": local(NOW - DAY)})
    assert (wrong.status_code, wrong.context["form"].errors["wanted_at"]) == (422, ["上门时间已过，改一个以后的时间"])
    assert not Visit.objects.exists()
    answer = zhou.post("new", query=query, **data)
    visit = Visit.objects.get()
    assert answer.headers["Location"] == visit.get_absolute_url()
    assert (visit.planned_id, [one["text"] for one in visit.preparation]) == (service.pk, ["核对保单", "理赔清单"])


def test_a_visit_goes_from_its_agreement_to_the_file_through_the_pages(cast, client_su, zhou):
    visit = a_visit(cast, client_su, preparation=["核对保单", "宣传册"])
    steps = [
        ("take_on", NOW, {"agreed_at": local(AGREED), "agreed_with": "陈月琴"}),
        ("prepare", NOW, {"done0": "on", "more": "理赔清单"}),
        ("move", NOW, {"agreed_at": local(AGREED + DAY), "agreed_with": "陈月琴"}),
        ("arrive", AGREED + DAY, {"at": local(AGREED + DAY)}),
        (
            "carry_out",
            AGREED + DAY + HOUR,
            {
                "left_at": local(AGREED + DAY + HOUR),
                "did": "看了消防栓",
                "done0": "on",
                "why1": "未印好",
                "done2": "on",
            },
        ),
        (
            "survey",
            AGREED + DAY + HOUR,
            {
                "overall": "4",
                "skill": "5",
                "opinions": "好",
                "wishes": "对账单按仓库分列",
                "outcome": "refused",
                "reason": "要总部同意",
            },
        ),
        ("ask_again", AGREED + DAY + 2 * HOUR, {"signer": "陈月琴", "strokes": str(STROKES)}),
        ("follow_up", AGREED + DAY + 2 * HOUR, {"reviewed": "转理赔部"}),
    ]
    for name, now, data in steps:
        page = Desk(cast.zhoumin, now).get(name, visit.pk)
        assert page.status_code == 200, name
        answer = zhou.post(name, visit.pk, now=now, **data)
        assert answer.status_code == 302, (name, answer.context["form"].errors)
        assert zhou.get("page", visit.pk).status_code == 200
    wish, later = Wish.objects.get(), AGREED + DAY + 3 * HOUR
    wrong = zhou.post("wish", wish.pk, now=later, act="pass_on", text="")
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["to"])
    assert zhou.post("wish", wish.pk, now=later, act="pass_on", to=cast.linxiaotang.pk).status_code == 302
    assert zhou.post("wish", wish.pk, now=later, act="settle", text="已出单").status_code == 302
    assert zhou.post("file", visit.pk, now=later, where="客户档案A-12").status_code == 302
    visit.refresh_from_db()
    assert (visit.state, Survey.objects.get().outcome) == ("filed", "signed")
    assert [one["why"] for one in visit.undone] == ["未印好"]


def test_an_unreadable_or_empty_hand_is_refused_beside_the_pad(cast, done, zhou):
    for strokes in ("", "[]", "[[[1,1]]]", "nonsense", '[["a"]]', '{"a":1}', "[[[true,1]]]"):
        now = AGREED + HOUR
        answer = zhou.post("survey", done.pk, now=now, overall="4", outcome="signed", signer="陈月琴", strokes=strokes)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["strokes"]), strokes
    assert not Survey.objects.exists()


def test_who_only_reads_or_sees_nothing_acts_on_nothing(cast, confirmed):
    assert Desk(cast.linxiaotang).post("cancel", confirmed.pk, why="x").status_code == 403
    assert Desk(cast.luyao).post("cancel", confirmed.pk, why="x").status_code == 404
    confirmed.refresh_from_db()
    assert confirmed.state == "confirmed"


@pytest.mark.clause("4.1.A", good=True)
def test_the_plan_table_is_ordered_by_time_then_urgency_then_distance(cast, client_su, zhou):
    near, far = (a_site(cast, client_su, name, lat, "120.60") for name, lat in (("近", "31.31"), ("远", "31.90")))
    here = a_site(cast, client_su, "约", "31.30", "120.60")
    morning, noon = at("09-29 09:00"), at("09-29 11:00")
    first = agreed(cast, a_visit(cast, client_su, wanted_at=morning, site=here, purpose="一"), morning)
    nearest = a_visit(cast, client_su, wanted_at=noon, site=near, purpose="近的")
    farthest = a_visit(cast, client_su, wanted_at=morning + MINUTE, site=far, purpose="远的")
    urgent = a_visit(cast, client_su, wanted_at=noon, site=far, is_urgent=True, purpose="急的")
    afternoon = agreed(cast, a_visit(cast, client_su, purpose="下午"), AGREED)
    page = zhou.get("plan", since="2026-09-28", until="2026-09-30")
    ((_day, stops),) = page.context["days"]
    # The urgent one is as far as the farthest, and none of the others stands between it and the stop before.
    assert stops[0].visit == first
    places = [stop.visit.pk for stop in stops]
    assert places.index(urgent.pk) < places.index(nearest.pk)
    assert places[-1] == afternoon.pk
    assert set(places) == {first.pk, urgent.pk, nearest.pk, farthest.pk, afternoon.pk}
    assert 60 < stops[places.index(urgent.pk)].km < 70
    assert "geo:31.900000,120.600000" in page.text


def test_the_plan_table_shows_one_person_or_the_branch_and_nothing_of_others(cast, client_su, zhou):
    a_visit(cast, client_su)
    a_visit(cast, client_su, owner=cast.lize, purpose="李泽去")
    days = {"since": "2026-09-28", "until": "2026-09-30", "unit": cast.su.pk}
    assert zhou.get("plan", **days).context["count"] == 2
    assert zhou.get("plan", **days, owner=cast.lize.pk).context["count"] == 1
    assert zhou.get("plan").context["count"] == 1
    assert Desk(cast.luyao).get("plan", **days).status_code == 422
    assert zhou.get("plan", since="2026-01-01", until="2026-12-31").status_code == 422
    printed = zhou.post("print_plan", **days, owner="")
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    assert TrailEvent.objects.filter(verb="plan_table.printed").count() == 1


def test_the_survey_is_printed_empty_signed_and_unsigned(cast, done, zhou):
    for _times in range(2):
        answer = zhou.post("print_survey", done.pk, now=AGREED + HOUR)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        if not Survey.objects.exists():
            surveyed(cast, done, wishes=["对账单按仓库分列"])
    assert TrailEvent.objects.filter(verb="visit.survey_printed").count() == 2


@pytest.mark.clause("4.1.1", good=True)
def test_punctuality_is_counted_by_branch_and_person_against_the_agreed_minute(cast, client_su):
    for arrived in (AGREED, AGREED + 59 * MINUTE / 60, AGREED + 10 * MINUTE, AGREED + 20 * MINUTE):
        paid(cast, agreed(cast, a_visit(cast, client_su)), arrived)
    paid(cast, a_visit(cast, client_su), unagreed_because="突然漏水")
    page = Desk(cast.xuning, AGREED + DAY).get("figures", since="2026-09-01", until="2026-09-30")
    (_title, ((unit, one),), _url), (_title2, ((person, _one),), _url2) = page.context["tables"]
    assert (unit, person) == (cast.su, cast.zhoumin)
    assert (one.on_time, one.late, one.missed, one.unagreed) == (2, 2, 0, 1)
    assert (one.rate, one.mean_late) == (50, 15 * MINUTE)
    page = Desk(cast.lize, AGREED + DAY).get("figures", since="2026-09-01", until="2026-09-30")
    assert page.context["tables"][1][1] == []


@pytest.mark.clause("4.1.F", good=True)
def test_the_same_lot_of_filed_visits_is_drawn_by_whoever_draws_it(cast, client_su, zhou):
    then = AGREED + HOUR
    for _number in range(6):
        visit = paid(cast, agreed(cast, a_visit(cast, client_su)))
        surveyed(cast, visit)
        zhou.post("follow_up", visit.pk, now=then, reviewed="无")
        zhou.post("file", visit.pk, now=then, where="A-1")
    asked = {"since": "2026-09-01", "until": "2026-09-30", "count": 3}
    lots = [
        [visit.pk for visit in Desk(who, then).get("inspection", **asked).context["visits"]]
        for who in (cast.xuning, cast.linxiaotang)
    ]
    assert (len(lots[0]), lots[0] == lots[1]) == (3, True)
    assert zhou.get("inspection", **asked).status_code == 403


def test_a_calendar_reads_ones_agreed_visits_at_a_secret_address_until_it_is_revoked(cast, confirmed, zhou):
    a_visit(cast, confirmed.client, purpose="还没约")
    page = zhou.post("feeds")
    address = page.context["address"].removeprefix("http://testserver")
    with moved_to(NOW, "test"):
        answer = Browser().get(address)
        assert (answer.status_code, answer.text.count("BEGIN:VEVENT")) == (200, 1)
        assert "DTSTART:20260929T060000Z" in answer.text.replace("\r\n", "\n")
        assert confirmed.purpose not in answer.text
        assert Browser().get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert zhou.post("feed_revoke", VisitFeed.objects.get().pk).status_code == 302
    with moved_to(NOW, "test"):
        assert Browser().get(address).status_code == 404


def test_the_scan_of_a_sealed_form_is_uploaded_and_kept_as_a_file(cast, done, zhou):
    from django.core.files.uploadedfile import SimpleUploadedFile

    missing = zhou.post("survey", done.pk, now=AGREED + HOUR, overall="4", outcome="sealed", signer="陈月琴")
    assert list(missing.context["form"].errors) == ["scan"]
    scan = SimpleUploadedFile("调查表.pdf", b"%PDF-1.7 sealed")
    answer = zhou.post("survey", done.pk, now=AGREED + HOUR, overall="4", outcome="sealed", signer="陈月琴", scan=scan)
    assert answer.status_code == 302
    assert Survey.objects.get().signature.name == a_scan().name


def test_the_clients_page_shows_his_visits_and_the_way_to_plan_one(cast, confirmed, zhou):
    with moved_to(NOW, "test"):
        page = zhou.browser.get(confirmed.client.get_absolute_url())
    assert confirmed.number in page.text
    assert f"{reverse('visits:new')}?client={confirmed.client_id}" in page.text
