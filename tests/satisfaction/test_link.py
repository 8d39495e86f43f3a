"""What a client opens without signing in reveals nothing, is used once, and is not for guessing."""

import secrets

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from chengnuo.clients import actions as clients
from chengnuo.hotline import actions as hotline
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.satisfaction.models import LinkTry, RatingRequest, RequestState
from chengnuo.satisfaction.views.link import HEADERS, LARGEST
from tests.hotline.world import DAY, MINUTE, NOW, SECOND, a_client, do, stored
from tests.satisfaction.world import a_kept_promise, an_answered_call, the_request, token


@pytest.fixture
def promise(cast, client_su):
    return a_kept_promise(cast, client_su)


@pytest.fixture
def url(promise):
    return f"/r/{token(the_request(promise))}"


def ask(method, url, now=NOW, browser=None, **more):
    with moved_to(now, "test"):
        return getattr(browser or Browser(raise_request_exception=False), method)(url, **more)


def test_the_page_asks_and_names_the_company_and_nobody_else(cast, url, promise, client_su):
    page = ask("get", url)
    assert page.status_code == 200
    assert "上次服务怎么样" in page.text
    assert "金诚国际" in page.text
    told = [client_su.name, "陈月琴", promise.number, "周敏", "苏州", promise.what, promise.to_whom, "12月31日"]
    assert [word for word in told if word in page.text] == []


def test_it_has_strict_headers_no_cookie_no_script_and_nothing_from_elsewhere(url):
    page = ask("get", url)
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (page.headers["X-Frame-Options"], page.headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert not page.cookies
    assert "<script" not in page.text
    assert "http" not in page.text.replace("/static/", "")


def test_machines_that_look_use_nothing_up(url, promise):
    for _nth in range(3):
        assert ask("get", url).status_code == 200
        assert ask("head", url).status_code == 200
    assert the_request(promise).state == RequestState.ASKED
    assert TrailEvent.objects.filter(verb__startswith="satisfaction.").count() == 0
    assert ask("post", url, data={"mark": "5"}).status_code == 302


def test_a_mark_is_taken_once_and_the_second_post_finds_the_same_dead_page_as_a_guess(url, promise):
    answer = ask("post", url, data={"mark": "4", "words": "好"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/r/thanks/")
    assert not answer.cookies
    assert "谢谢" in ask("get", "/r/thanks/").text
    again = ask("post", url, data={"mark": "1", "words": "坏"})
    guess = ask("post", f"/r/{secrets.token_urlsafe(20)}", data={"mark": "1"})
    assert (again.status_code, again.content) == (guess.status_code, guess.content) == (404, guess.content)
    one = the_request(promise)
    assert (one.mark, one.words) == (4, "好")


def test_every_dead_link_is_one_page_with_one_status_and_one_set_of_headers(cast, client_su, url, promise):
    used = url
    ask("post", used, data={"mark": "5"})
    other = a_client(cast, name="另一家公司", credit_code="")
    voided = an_answered_call(cast, other)
    do(hotline.void_call, voided, by=cast.zhoumin, reason="错")
    third = a_client(cast, name="第三家公司", credit_code="")
    expired = f"/r/{token(the_request(an_answered_call(cast, third)))}"
    dead = {
        "used": used,
        "void": f"/r/{token(the_request(voided))}",
        "guessed": f"/r/{secrets.token_urlsafe(20)}",
        "short": "/r/x",
        "long": f"/r/{'x' * 900}",
        "cut": used[:-1],
        "continued": f"{used}/more",
        "slash": f"{used}/",
        "another case": f"/r/{used[3:].swapcase()}",
        "not ascii": "/r/评价",
    }
    later = NOW + 15 * DAY
    said = {name: ask(method, one) for name, one in dead.items() for method in ("get",)}
    said["expired"] = ask("get", expired, later)
    said |= {f"{name} post": ask("post", one, later, data={"mark": "5"}) for name, one in dead.items()}
    assert {answer.status_code for answer in said.values()} == {404}
    assert len({answer.content for answer in said.values()}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in said.values()}) == 1


def test_no_link_stands_in_the_log(url, caplog):
    for where, data in ((url, {"mark": "9"}), ("/r/guessed", {})):
        assert ask("post", where, data=data).status_code >= 400
        assert ask("put", where).status_code == 405
    assert [one.getMessage() for one in caplog.records if "/r/" in one.getMessage()] == []


def test_head_tells_what_get_tells_and_other_methods_are_refused_alike(url):
    good, dead = url, "/r/guessed"
    assert (ask("head", good).status_code, ask("head", good).content) == (200, b"")
    assert ask("head", dead).status_code == 404
    for method in ("options", "put", "delete", "patch", "trace"):
        one, other = ask(method, good), ask(method, dead)
        assert (one.status_code, one.content) == (other.status_code, other.content) == (405, b"")
        assert one.headers.items() == other.headers.items()


def test_a_wrong_form_is_said_beside_its_field_and_keeps_the_link(url, promise):
    missing = ask("post", url, data={"words": "写了话"})
    assert missing.status_code == 422
    assert "缺这一项" in missing.text
    assert "写了话" in missing.text
    assert ask("post", url, data={"mark": "9"}).status_code == 422
    long = ask("post", url, data={"mark": "5", "words": "长" * 501})
    assert (long.status_code, "最多500字" in long.text) == (422, True)
    assert ask("post", url, data={"mark": "5", "words": "a\0b"}).status_code == 422
    assert the_request(promise).state == RequestState.ASKED
    hostile = "<script>alert(1)</script>{{ 7*7 }} ' OR 1=1 -- 😀"
    assert ask("post", url, data={"mark": "5", "words": hostile}).status_code == 302
    assert the_request(promise).words == hostile


def test_hostile_words_are_text_on_every_page_of_ours(cast, client_su, promise, url):
    ask("post", url, data={"mark": "1", "words": "<script>alert(1)</script>"})
    browser = Browser()
    browser.force_login(cast.zhoumin)
    one = the_request(promise)
    for page in ("/satisfaction/", one.get_absolute_url(), promise.get_absolute_url(), f"/clients/{client_su.pk}/"):
        text = ask("get", page, browser=browser).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("good", [True, False])
def test_a_huge_body_is_not_read_and_tells_nothing(url, good):
    where = url if good else "/r/guessed"
    said = ask("post", where, data={"mark": "5", "words": "x" * LARGEST})
    assert said.status_code == 413
    assert "这个链接不能用" in said.text
    bent = ask("post", where, data=b"x" * 100, content_type="multipart/form-data; boundary=")
    assert bent.status_code < 500
    assert RatingRequest.objects.filter(mark__isnull=False).count() == 0


def test_ten_thousand_guesses_are_slowed_down_and_leave_thirty_rows(url):
    browser, statuses = Browser(), []
    with moved_to(NOW, "test"):
        for number in range(10_000):
            statuses.append(browser.get(f"/r/{number}").status_code)
    assert (statuses.count(404), statuses.count(429)) == (30, 9970)
    assert LinkTry.objects.count() == 30
    slowed = ask("get", url)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "900")
    assert "上次服务" not in slowed.text
    assert ask("get", url, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert ask("get", url, NOW + 15 * MINUTE - SECOND).status_code == 429
    assert ask("get", url, NOW + 15 * MINUTE).status_code == 200


def test_a_neighbour_in_the_same_network_of_ipv6_is_the_same_guesser(url):
    for number in range(30):
        assert ask("get", "/r/x", REMOTE_ADDR=f"2001:db8:1:2::{number:x}").status_code == 404
    assert ask("get", url, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert ask("get", url, REMOTE_ADDR="2001:db8:1:3::1").status_code == 200
    assert ask("get", url, REMOTE_ADDR="not an address").status_code == 200


def test_a_good_link_costs_no_try(url):
    for _nth in range(40):
        assert ask("get", url).status_code == 200
    assert LinkTry.objects.count() == 0


def test_it_asks_the_database_little_and_nothing_about_who_looks(url):
    with CaptureQueriesContext(connection) as captured:
        ask("get", url)
    assert len(captured) == 2


def test_a_link_of_somebody_who_no_longer_speaks_for_the_client_or_was_erased_still_judges(
    cast, client_su, promise, url
):
    position = client_su.positions.get()
    do(clients.end_position, position, by=cast.zhoumin)
    before = stored(RatingRequest)
    assert ask("get", url).status_code == 200
    assert stored(RatingRequest) == before
    assert ask("post", url, data={"mark": "3"}).status_code == 302
    assert the_request(promise).mark == 3


def test_somebody_signed_in_sees_the_same_page(cast, url):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    assert ask("get", url, browser=browser).content == ask("get", url).content


def test_a_shared_link_is_good_for_whoever_is_first(cast, promise, url):
    assert ask("post", url, data={"mark": "5"}, REMOTE_ADDR="203.0.113.1").status_code == 302
    assert ask("get", url, REMOTE_ADDR="203.0.113.2").status_code == 404
    assert rated_once(promise)


def rated_once(promise):
    return TrailEvent.objects.filter(verb="satisfaction.rated").count() == 1 and the_request(promise).mark == 5
