"""Requests on screen and paper: written, weighed, decided, spent, printed, as people do it in a browser."""

import json
import re
from decimal import Decimal

import pytest
from django.test import Client as Browser

from chengnuo.kit.proposals.models import ProposalState as S
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.people.actions import share_client
from chengnuo.people.models import Share
from chengnuo.support import actions, printing
from chengnuo.support.models import SupportRequest
from chengnuo.support.views.paper import business
from tests.hotline.world import DAY, NOW, a_client, do, stored
from tests.support.world import PAPER, a_draft, analysed, approval_of, approved, submitted


def page(who, url, now=NOW, method="get", **more):
    browser = Browser(raise_request_exception=False)
    browser.force_login(who)
    with moved_to(now, "test"):
        return getattr(browser, method)(url, more or None)


FORM = {
    **{name: PAPER[name] for name in ("kind", "title", "objective", "activity", "scheme", "needed", "opinion")},
    "starts_on": "2026-10-12",
    "ends_on": "2026-10-13",
    "budget-name": ["讲师差旅", "物料", ""],
    "budget-amount": ["3,000", "2000.50", ""],
}


def test_a_request_is_written_in_one_form_and_sent_from_its_page(cast, client_su):
    answer = page(cast.zhoumin, "/support/new/", method="post", **FORM, clients=client_su.name)
    one = SupportRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, one.get_absolute_url())
    assert (one.amount, one.client_ids) == (Decimal("5000.50"), [client_su.pk])
    assert "报总部" in page(cast.zhoumin, one.get_absolute_url()).text
    assert page(cast.zhoumin, f"/support/{one.pk}/submit/", method="post").status_code == 302
    one.refresh_from_db()
    assert one.state == S.SUBMITTED


def test_the_form_comes_back_with_its_rows_and_says_what_is_wrong(cast, client_su):
    wrong = {**FORM, "clients": "没有这家", "budget-amount": ["三千", "2000.50", ""]}
    answer = page(cast.zhoumin, "/support/new/", method="post", **wrong)
    assert answer.status_code == 422
    assert "没有“没有这家”这个客户" in answer.text
    assert 'value="三千"' in answer.text
    answer = page(cast.zhoumin, "/support/new/", method="post", **{**wrong, "clients": ""})
    assert (answer.status_code, "第1行：金额写成元" in answer.text) == (422, True)
    assert SupportRequest.objects.count() == 0


def test_a_draft_says_what_it_lacks_and_offers_no_button_that_would_refuse(cast):
    one = a_draft(cast, None, needed="")
    shown = page(cast.zhoumin, one.get_absolute_url()).text
    assert "缺“需要的支持”" in shown
    assert f"/support/{one.pk}/submit/" not in shown
    assert page(cast.zhoumin, f"/support/{one.pk}/submit/", method="post").status_code == 422


def test_two_writers_see_both_versions(cast, client_su):
    one = a_draft(cast, client_su)
    do(actions.edit, one, {**PAPER, "clients": [], "title": "许宁改的"}, 1, by=cast.xuning)
    answer = page(
        cast.zhoumin, f"/support/{one.pk}/edit/", method="post", **{**FORM, "title": "周敏改的", "version": 1}
    )
    assert answer.status_code == 409
    assert "许宁改的" in answer.text
    assert "周敏改的" in answer.text


def test_the_centre_weighs_beside_the_clients_past_and_the_executive_decides_on_one_page(cast, client_su):
    one = submitted(cast, client_su)
    shown = page(cast.linxiaotang, f"/support/{one.pk}/analyse/").text
    assert "客户业务历史" in shown
    assert PAPER["opinion"] in shown
    given = {"conclusion": "减半", "amount": "2500", "terms": ""}
    assert page(cast.linxiaotang, f"/support/{one.pk}/analyse/", method="post", **given).status_code == 302
    asked = page(cast.chenlixing, approval_of(one).get_absolute_url()).text
    assert "2,500.00" in asked
    assert "−2,500.50" in asked
    over = page(cast.linxiaotang, f"/support/{one.pk}/analyse/", method="post", **{**given, "amount": "9999"})
    assert over.status_code in {409, 422}


def test_spending_over_the_budget_is_refused_beside_the_form(cast, client_su):
    one = approved(cast, client_su, "100")
    given = {"what": "车票", "amount": "100.01", "spent_on": "2026-09-28"}
    before = stored(SupportRequest)
    answer = page(cast.zhoumin, f"/support/{one.pk}/spend/", method="post", **given)
    assert (answer.status_code, "超出部分先提新的申请" in answer.text) == (409, True)
    assert stored(SupportRequest) == before
    assert (
        page(cast.zhoumin, f"/support/{one.pk}/spend/", method="post", **{**given, "amount": "100"}).status_code == 302
    )
    assert "100.00" in page(cast.zhoumin, one.get_absolute_url()).text
    void = f"/support/spendings/{one.spendings.get().pk}/void/"
    assert page(cast.zhoumin, void, method="post", reason="记错").status_code == 302
    assert one.spent == 0


def test_the_list_filters_and_a_client_shows_what_was_asked_for_him(cast, client_su):
    one = submitted(cast, client_su)
    other = a_draft(cast, None, title="另一件", kind="value_added")
    for query, numbers in (
        ("", [other.number, one.number]),
        ("?state=submitted", [one.number]),
        ("?kind=value_added", [other.number]),
        ("?q=防汛", [one.number]),
        (f"?q={other.number}", [other.number]),
    ):
        shown = page(cast.linxiaotang, f"/support/{query}").text
        assert re.findall(r">(ZC-SU-26-\d+)<", shown) == numbers
    client_page = page(cast.zhoumin, client_su.get_absolute_url()).text
    assert one.number in client_page
    assert other.number not in client_page


class Asking:
    """A request as far as `business` asks it."""

    def __init__(self, user, now):
        self.user, self.now = user, now


def test_the_past_of_a_client_whom_the_reader_may_not_see_is_not_told(cast, client_su):
    mine = a_client(cast, name="另一家", credit_code="")
    one = do(actions.draft, cast.su, {**PAPER, "clients": [client_su.pk, mine.pk]}, by=cast.zhoumin)
    client_su.unit = cast.hz
    type(client_su).objects.filter(pk=client_su.pk).update(unit=cast.hz)
    told = business(Asking(cast.xuning, NOW), one)
    assert ([row["client"] for row in told["past"]], told["hidden"]) == ([mine.pk], 1)
    told = business(Asking(cast.linxiaotang, NOW), one)
    assert ([row["client"] for row in told["past"]], told["hidden"]) == ([client_su.pk, mine.pk], 0)
    type(client_su).objects.filter(pk=client_su.pk).update(unit=cast.su)


def test_whoever_shares_the_client_reads_no_paper_between_branch_and_headquarters(cast, client_su):
    one = submitted(cast, client_su)
    given = {"client_id": client_su.pk, "unit": cast.bj, "scope": Share.Scope.FULL, "because": ref(one), "by": None}
    do(share_client, **given)
    assert page(cast.mengchuan, client_su.get_absolute_url()).status_code == 200
    assert page(cast.mengchuan, one.get_absolute_url()).status_code == 404


def test_the_printed_report_has_the_six_parts_and_printing_is_on_record(cast, client_su):
    one = approved(cast, client_su, "3000", "只派专家")
    answer = page(cast.xuning, f"/support/{one.pk}/print/", method="post")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    event = TrailEvent.objects.get(verb="support.printed")
    assert (event.by, json.loads(event.body)["data"]) == (cast.xuning, {"number": one.number})
    told = {"clients": {client_su.pk: client_su.name}, "hidden": 0, "past": one.past}
    body = printing.support_report(one, told, by=cast.xuning, now=NOW, absolute=str).data()["body"]
    assert {name: body[name] for name in ("objective", "activity", "time", "scheme", "needed", "granted", "terms")} == {
        "objective": PAPER["objective"],
        "activity": PAPER["activity"],
        "time": "2026-10-12 至 2026-10-13",
        "scheme": PAPER["scheme"],
        "needed": PAPER["needed"],
        "granted": "3,000.00",
        "terms": "只派专家",
    }
    assert body["budget"] == [{"name": "讲师差旅", "amount": "3,000.00"}, {"name": "物料", "amount": "2,000.50"}]


@pytest.mark.parametrize("make", [a_draft, submitted, analysed, approved])
def test_every_state_is_printed_and_shown(cast, client_su, make):
    one = make(cast, client_su)
    assert page(cast.linxiaotang, f"/support/{one.pk}/print/", method="post").content[:5] == b"%PDF-"
    for who in (cast.zhoumin, cast.linxiaotang, cast.chenlixing):
        assert page(who, one.get_absolute_url(), NOW + DAY).status_code == 200
