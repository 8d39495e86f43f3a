"""满意度: the list, the figures, a record's card; each as far as the reader's reach goes."""

import re

import pytest
from django.http import Http404
from django.test import Client as Browser

from chengnuo.clients import actions as clients
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.satisfaction.access import visible_ratings
from chengnuo.satisfaction.figures import Figures, figures, figures_by_tier, skipped
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.views.lists import RATINGS
from tests.hotline.world import DAY, NOW, a_client, do
from tests.satisfaction.world import a_kept_promise, an_answered_call, rated, the_request, token


def page(who, url, now=NOW, method="get", **more):
    browser = Browser(raise_request_exception=False)
    browser.force_login(who)
    with moved_to(now, "test"):
        return getattr(browser, method)(url, **more)


def judged(cast, marks, by=None, unit=None, **client):
    """So many services of as many clients, judged with these marks; None was asked and has not answered."""
    found = []
    for number, mark in enumerate(marks):
        who = a_client(
            cast, unit, name=f"第{number}家{unit or ''}公司{len(RatingRequest.objects.all())}", credit_code="", **client
        )
        call = an_answered_call(cast, who, by=by or cast.zhoumin, unit=unit or cast.su)
        found.append(rated(the_request(call), mark) if mark else the_request(call))
    return found


def test_the_list_shows_what_clients_said_newest_first_and_filters(cast):
    low, _high, _waiting = judged(cast, [1, 5, None])
    numbers = re.findall(r">(DH-SU-26-\d+)<", page(cast.xuning, "/satisfaction/").text)
    assert numbers == ["DH-SU-26-0002", "DH-SU-26-0001"]
    for query, count in (
        ("?mark=1", 1),
        ("?mark=5&kind=hotline.call", 1),
        ("?kind=hotline.promise", 0),
        ("?view=open", 1),
        ("?view=waiting", 1),
        ("?view=asked", 3),
        ("?view=skipped", 0),
        ("?since=2026-09-29", 0),
        ("?until=2026-09-28&view=asked", 3),
        (f"?unit={cast.su.pk}", 2),
        (f"?unit={cast.hz.pk}", 0),
        (f"?keeper={cast.zhoumin.pk}", 2),
        ("?tier=key", 0),
        ("?tier=none", 2),
        ("?mark=9", 0),
    ):
        found = page(cast.xuning, f"/satisfaction/{query}").text
        assert (query, len(re.findall(r'<a href="/satisfaction/\d+/">DH', found))) == (query, count)
    assert page(cast.xuning, low.get_absolute_url()).status_code == 200


def test_a_colleagues_ratings_make_no_list_for_somebody_else(cast):
    judged(cast, [5])
    url = f"/satisfaction/?keeper={cast.zhoumin.pk}"
    statuses = {
        who.username: page(who, url).status_code
        for who in (cast.zhoumin, cast.lize, cast.xuning, cast.luyao, cast.wanghaiyan, cast.chenlixing)
    }
    assert statuses == {"zhoumin": 200, "lize": 404, "xuning": 200, "luyao": 404, "wanghaiyan": 200, "chenlixing": 404}
    query = f"keeper={cast.zhoumin.pk}"
    with pytest.raises(Http404):
        RATINGS.asked(cast.lize, NOW, query)
    assert RATINGS.asked(cast.xuning, NOW, query)[0].count() == 1


@pytest.mark.clause("2.2", good=True)
def test_figures_count_asked_answered_average_and_spread_from_twenty_on(cast):
    judged(cast, [5] * 10 + [4] * 6 + [1] * 4 + [None] * 5)
    a_kept_promise(cast, RatingRequest.objects.earliest("pk").client)
    rows = visible_ratings(cast.xuning, NOW)
    whole = figures(rows)[""]
    assert (whole.asked, whole.answered, whole.rate, whole.average) == (25, 20, 80.0, 3.9)
    assert whole.spread == [(5, 10, 50.0), (4, 6, 30.0), (3, 0, 0.0), (2, 0, 0.0), (1, 4, 20.0)]
    assert skipped(rows) == {"quiet": 1}
    shown = page(cast.xuning, "/satisfaction/figures/").text
    assert "80.0%" in shown
    assert "3.90" in shown


@pytest.mark.clause("2.2", good=False)
def test_with_nineteen_answers_there_is_no_average_and_no_spread_but_how_many(cast):
    judged(cast, [5] * 19)
    whole = figures(visible_ratings(cast.xuning, NOW))[""]
    assert (whole.asked, whole.answered, whole.rate, whole.average, whole.spread) == (19, 19, None, None, [])
    shown = page(cast.xuning, "/satisfaction/figures/").text
    assert ">19<" in shown
    assert "5.00" not in shown


def test_figures_by_branch_person_kind_and_tier_open_their_records(cast):
    judged(cast, [5, 3])
    judged(cast, [1], by=cast.luyao, unit=cast.hz)
    one = RatingRequest.objects.filter(mark=3).get()
    do(clients.tick, one.client, "key", reason="保费", by=cast.wanghaiyan)
    do(clients.tick, one.client, "large", reason="保费", by=cast.wanghaiyan)
    rows = visible_ratings(cast.wanghaiyan, NOW)
    assert figures(rows, "unit") == {cast.su.pk: Figures(2, {5: 1, 3: 1}), cast.hz.pk: Figures(1, {1: 1})}
    assert figures(rows, "keeper").keys() == {cast.zhoumin.pk, cast.luyao.pk}
    assert figures(rows, "subject_type") == {"hotline.call": Figures(3, {5: 1, 3: 1, 1: 1})}
    assert figures_by_tier(rows) == {
        "": Figures(2, {5: 1, 1: 1}),
        "key": Figures(1, {3: 1}),
        "large": Figures(1, {3: 1}),
    }
    shown = page(cast.wanghaiyan, "/satisfaction/figures/").text
    links = set(re.findall(r'href="(/satisfaction/\?[^"]+)"', shown))
    counts = {}
    for link in links:
        answer = page(cast.wanghaiyan, link.replace("&amp;", "&"))
        assert answer.status_code == 200
        counts[link] = len(re.findall(r'<a href="/satisfaction/\d+/">DH', answer.text))
    assert {count for link, count in counts.items() if f"unit={cast.hz.pk}" in link} == {1}
    assert {count for link, count in counts.items() if "tier=key" in link} == {1}
    assert {count for link, count in counts.items() if "tier=none" in link} == {2}
    assert {count for link, count in counts.items() if f"keeper={cast.zhoumin.pk}" in link} == {2}


def test_a_persons_own_figures_are_shown_to_him_his_manager_and_the_centre(cast):
    judged(cast, [5])
    seen = {
        who.username: cast.zhoumin.name
        in re.sub(
            r'class="me".*?</button>|id="me".*?</div>',
            "",
            page(who, "/satisfaction/figures/").text.split("按承办人")[1],
        )
        for who in (cast.zhoumin, cast.lize, cast.xuning, cast.wanghaiyan, cast.chenlixing)
    }
    assert seen == {"zhoumin": True, "lize": False, "xuning": True, "wanghaiyan": True, "chenlixing": False}


def test_a_period_ends_with_its_last_day_and_a_wrong_filter_shows_nothing(cast):
    judged(cast, [5])

    def asked(query, now=NOW):
        answer = page(cast.xuning, f"/satisfaction/figures/{query}", now)
        return answer.status_code, re.search(r'view=asked">(\d+)<', answer.text)[1]

    assert asked("?since=2026-09-28&until=2026-09-28") == (200, "1")
    assert asked("?since=2026-09-29") == asked("?until=2026-09-27") == (200, "0")
    assert asked("?since=x&unit=99999999999999999999") == (200, "0")
    assert asked("", NOW + 90 * DAY) == (200, "1")
    assert asked("", NOW + 91 * DAY) == (200, "0")


def test_the_record_and_the_clients_page_show_what_was_asked_and_said(cast, client_su):
    promise = a_kept_promise(cast, client_su)
    before = page(cast.zhoumin, promise.get_absolute_url()).text
    assert "等客户评" in before
    assert "复制评价链接" in before
    assert "复制评价链接" not in page(cast.chenlixing, promise.get_absolute_url()).text
    rated(the_request(promise), 4, words="回复很快")
    for url in (promise.get_absolute_url(), client_su.get_absolute_url()):
        shown = page(cast.zhoumin, url).text
        assert "4分" in shown
        assert "回复很快" in shown
    assert "客户评价" in page(cast.zhoumin, f"{promise.get_absolute_url()}?kind=contact").text


def test_the_link_is_shown_when_asked_for_each_time_with_its_event_and_never_by_looking(cast, client_su):
    one = the_request(a_kept_promise(cast, client_su))
    link = f"{one.get_absolute_url()}link/"
    assert page(cast.zhoumin, link).status_code == 405
    shown = page(cast.zhoumin, link, method="post")
    assert f"http://testserver/r/{token(one)}" in shown.text
    assert "<svg" in shown.text.split("二维码")[1]
    assert shown.headers["Cache-Control"].startswith("max-age=0")
    assert token(one) not in page(cast.zhoumin, one.get_absolute_url()).text
    assert TrailEvent.objects.filter(verb="satisfaction.link_copied").count() == 1
    one.refresh_from_db()
    assert one.channel == "copied"


def test_clients_are_given_the_address_that_they_reach(cast, client_su, settings):
    settings.PUBLIC_URL = "https://pj.example.com"
    one = the_request(a_kept_promise(cast, client_su))
    shown = page(cast.zhoumin, f"{one.get_absolute_url()}link/", method="post").text
    assert f"https://pj.example.com/r/{token(one)}" in shown


def test_a_low_mark_is_followed_up_on_its_page_with_errors_beside_the_fields(cast, client_su):
    one = rated(the_request(a_kept_promise(cast, client_su)), 1)
    url = f"{one.get_absolute_url()}follow-up/"
    assert "回访" in page(cast.zhoumin, "/").text
    missing = page(cast.zhoumin, url, method="post", data={"found": "漏了"})
    assert (missing.status_code, "缺这一项" in missing.text) == (422, True)
    done = page(cast.zhoumin, url, method="post", data={"found": "漏了", "said": "道歉"})
    assert (done.status_code, done.headers["Location"]) == (302, one.get_absolute_url())
    assert "道歉" in page(cast.zhoumin, one.get_absolute_url()).text
    again = page(cast.zhoumin, url, method="post", data={"found": "x", "said": "y"})
    assert again.status_code == 409


def test_a_skipped_client_is_asked_by_hand_with_the_reason(cast, client_su):
    a_kept_promise(cast, client_su)
    call = an_answered_call(cast, client_su, NOW + DAY)
    assert "没有请客户评" in page(cast.zhoumin, call.get_absolute_url(), NOW + DAY).text
    url = f"/satisfaction/ask/hotline.call/{call.pk}/"
    assert page(cast.zhoumin, url, method="post", data={"reason": ""}).status_code == 422
    done = page(cast.zhoumin, url, NOW + DAY, method="post", data={"reason": "客户要评"})
    assert done.status_code == 302
    assert RatingRequest.objects.latest("pk").asked_by == cast.zhoumin
    for wrong in (
        "/satisfaction/ask/hotline.call/999999/",
        "/satisfaction/ask/nothing/1/",
        f"/satisfaction/ask/clients.client/{client_su.pk}/",
    ):
        assert page(cast.zhoumin, wrong).status_code == 404
