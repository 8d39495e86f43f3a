"""The year on screen, paper and by API: called for, written, weighed, compared, arranged."""

import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from chengnuo.annual import actions
from chengnuo.annual.models import AnnualCall, AnnualPlan
from chengnuo.kit.models import Approval
from chengnuo.kit.proposals.models import ProposalState as S
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Occasion, TrailEvent
from chengnuo.people.actions import make_token, open_unit
from tests.annual.world import PLAN, WORDS, a_call, analysed, approved, decided, plan_of, submitted, three_years
from tests.hotline.world import DAY, NOW, at, do, stored, turn


def page(who, url, now=NOW, method="get", **more):
    browser = Browser(raise_request_exception=False)
    browser.force_login(who)
    with moved_to(now, "test"):
        return getattr(browser, method)(url, more or None)


FORM = {
    **{name: PLAN[name] for name in ("overall", "scheme", "opinion")},
    "version": 1,
    "budget-name": ["交通", ""],
    "budget-amount": ["20000", ""],
    "lines-kind": ["visit", "training", "visit"],
    "lines-segment": ["key", "all", "all"],
    "lines-numbers": ["6 6 8 10", "24", ""],
    "lines-note": ["", "汛前", ""],
}


def test_the_duty_to_call_leads_to_the_form_of_its_year(cast):
    turn(at("09-10 09:00"))
    occasion = Occasion.objects.get(rule="annual.year")
    answer = page(cast.wanghaiyan, f"/annual/call-for/{occasion.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/annual/call/?year=2027")
    assert page(cast.zhoumin, f"/annual/call-for/{occasion.pk}/").status_code == 404
    answer = page(cast.wanghaiyan, "/annual/call/", method="post", year=2027, requirements=WORDS)
    assert (answer.status_code, AnnualCall.objects.get().year) == (302, 2027)
    assert WORDS in page(cast.zhoumin, "/annual/").text


def test_a_branch_writes_its_plan_in_one_form(cast):
    a_call(cast)
    plan = plan_of(cast.su)
    answer = page(cast.xuning, f"/annual/{plan.pk}/edit/", method="post", **FORM)
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert [(line["kind"], line["segment"], sum(line["months"])) for line in plan.lines] == [
        ("visit", "key", 30),
        ("training", "all", 24),
    ]
    assert plan.amount == Decimal(20000)
    shown = page(cast.xuning, f"/annual/{plan.pk}/edit/").text
    assert 'value="2 2 2 2 2 2 2 3 3 3 3 4"' in shown
    assert page(cast.xuning, f"/annual/{plan.pk}/submit/", method="post").status_code == 302


def test_numbers_that_are_none_come_back_beside_the_table(cast):
    a_call(cast)
    plan = plan_of(cast.su)
    before = stored(AnnualPlan)
    for numbers in ("六", "1 2", "-1", "1.5", "99999999"):
        wrong = {**FORM, "lines-numbers": [numbers, "24", ""]}
        answer = page(cast.xuning, f"/annual/{plan.pk}/edit/", method="post", **wrong)
        assert (answer.status_code, "第1行：次数写全年1个数" in answer.text) == (422, True)
    assert stored(AnnualPlan) == before


def test_the_executive_compares_each_kind_with_the_year_before(cast):
    analysed(cast, "20000")
    asked = page(cast.chenlixing, Approval.objects.get().get_absolute_url()).text
    assert "上门拜访" in asked
    assert "+42" in asked
    assert "20,000.00" in asked


def test_the_months_of_an_approved_plan_are_moved_in_a_table(cast):
    plan = approved(cast)
    shown = page(cast.xuning, f"/annual/{plan.pk}/arrange/").text
    values = dict(re.findall(r'name="(m-\d+-\d+)" value="(\d+)"', shown))
    assert len(values) == 36
    moved = {**values, "m-0-1": "6", "m-0-2": "0", "m-0-3": "0"}
    assert page(cast.xuning, f"/annual/{plan.pk}/arrange/", method="post", **moved).status_code == 302
    wrong = {**values, "m-0-1": "7"}
    assert page(cast.xuning, f"/annual/{plan.pk}/arrange/", method="post", **wrong).status_code == 422
    plan.refresh_from_db()
    assert plan.lines[0]["months"][:3] == [6, 0, 0]


def test_the_comparison_shows_late_branches_and_totals(cast):
    submitted(cast)
    shown = page(cast.chenlixing, "/annual/compare/?year=2027", at("12-02 09:00")).text
    assert shown.count('class="edge-red"') == 2
    assert [cast.su.name in shown, cast.hz.name in shown] == [True, True]
    mine = page(cast.luyao, "/annual/compare/?year=2027").text
    assert [f">{unit.name}<" in mine for unit in (cast.su, cast.hz)] == [False, True]


def test_a_year_without_plans_and_a_number_that_is_none_compare_nothing(cast):
    for query in ("", "?year=0000", "?year=9999", "?year=x"):
        assert page(cast.chenlixing, f"/annual/compare/{query}").status_code == 200


def test_list_and_comparison_ask_as_much_for_thirty_branches_as_for_one(cast):
    a_call(cast)
    asked = []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            do(open_unit, code=f"U{number}", name=f"第{number}家", kind="branch", by=cast.admin)
        do(actions.keep_plans_of_open_branches)
        for url in ("/annual/", "/annual/compare/?year=2027"):
            page(cast.linxiaotang, url)
            with CaptureQueriesContext(connection) as captured:
                assert page(cast.linxiaotang, url).status_code == 200
            asked.append((url, len(captured)))
    assert AnnualPlan.objects.count() == 33
    assert asked[:2] == asked[2:]


def test_the_printed_plan_is_on_record(cast):
    for plan in three_years(cast, NOW):
        answer = page(cast.xuning, f"/annual/{plan.pk}/print/", method="post")
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        assert page(cast.linxiaotang, plan.get_absolute_url()).status_code == 200
    assert TrailEvent.objects.filter(verb="annual.printed", by=cast.xuning).count() == 3


@pytest.fixture
def api(cast):
    def ask(who, method, path, body=None):
        _row, secret = do(make_token, who, name="x", expires_at=NOW + DAY, by=who)
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        with moved_to(NOW, "test"):
            answer = getattr(Browser(), method)(
                f"/api/v1/annual/{path}", headers={"Authorization": f"Bearer {secret}"}, **given
            )
        return answer.status_code, json.loads(answer.content)

    return ask


def test_the_year_goes_its_way_by_api(cast, api):
    status, call = api(cast.linxiaotang, "post", "calls", {"year": 2027, "requirements": WORDS})
    assert (status, call["due_at"]) == (201, "2026-12-01T00:00:00+08:00")
    changed = {"version": 1, "requirements": "改"}
    assert api(cast.linxiaotang, "post", f"calls/{call['id']}/change", changed)[1]["requirements"] == "改"
    assert api(cast.linxiaotang, "post", f"calls/{call['id']}/change", changed)[1]["code"] == "stale"
    (plan,) = api(cast.xuning, "get", "plans?year=2027&state=draft")[1]["plans"]
    path = f"plans/{plan['id']}"
    status, told = api(cast.xuning, "post", f"{path}/write", {**PLAN, "version": 1})
    assert (status, told["total"]) == (200, 46)
    for who, act, body, state in (
        (cast.xuning, "submit", {}, S.SUBMITTED),
        (cast.xuning, "take-back", {}, S.DRAFT),
        (cast.xuning, "submit", {}, S.SUBMITTED),
        (cast.linxiaotang, "return", {"reason": "偏高"}, S.DRAFT),
        (cast.xuning, "submit", {}, S.SUBMITTED),
        (cast.linxiaotang, "analyse", {"conclusion": "减", "amount": "3000"}, S.ANALYSED),
    ):
        status, told = api(who, "post", f"{path}/{act}", body)
        assert (status, told["state"]) == (200, state)
    decided(cast, plan_of(cast.su))
    months = [line["months"] for line in api(cast.xuning, "get", path)[1]["lines"]]
    assert api(cast.xuning, "post", f"{path}/arrange", {"months": months})[0] == 200
    assert api(cast.xuning, "post", f"{path}/arrange", {"months": months[:1]})[0] == 422
    visits = api(cast.chenlixing, "get", f"{path}/timetable")[1]["subplans"][0]
    assert (visits["kind"], visits["planned"], visits["months"][0]) == (
        "visit",
        42,
        {"month": 1, "planned": 3, "done": 0},
    )
    compared = api(cast.chenlixing, "get", "comparison/2027")[1]
    assert [(row["unit"], row["state"]) for row in compared["branches"]] == [
        ("SU", "partly"),
        ("HZ", "draft"),
        ("BJ", "draft"),
    ]
    assert api(cast.luyao, "get", path)[0] == 404
    for year in (0, 1, 99999999):
        assert api(cast.chenlixing, "get", f"comparison/{year}") == (
            200,
            {"year": year, "branches": [], "budget": "0", "planned": 0, "done_before": 0},
        )
