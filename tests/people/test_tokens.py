"""Tokens: what each may be used for, how long, and the pages where they are made, seen and revoked."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import TrailEvent
from chengnuo.people.actions import leave, make_token
from chengnuo.people.models import Token
from chengnuo.people.scopes import clean_scopes, covers, rooms, scopes, words
from chengnuo.people.tokens import hashed, live_token
from tests.cast import PASSWORD
from tests.hotline.world import DAY, NOW, do


@pytest.mark.parametrize(
    "held, room, may_read, may_write",
    [
        (["read"], "hotline", True, False),
        (["write"], "hotline", True, True),
        (["hotline"], "hotline", True, True),
        (["hotline:read"], "hotline", True, False),
        (["hotline"], "clients", False, False),
        (["clients:read", "hotline"], "clients", True, False),
        (["read", "hotline"], "hotline", True, True),
        ([], "hotline", False, False),
        (["hotline:write"], "hotline", False, False),
    ],
)
def test_scopes_add_up_and_cover_no_more_than_they_say(held, room, may_read, may_write):
    assert covers(held, room, is_read=True) is may_read
    assert covers(held, room, is_read=False) is may_write


def test_scopes_are_kept_in_their_order_each_once():
    assert clean_scopes(["hotline", "read", "hotline"]) == ["read", "hotline"]


@pytest.mark.parametrize("given", [[], ["everything"], ["hotline", "hotline:write"], [""]])
def test_a_scope_that_does_not_exist_is_refused(given):
    with pytest.raises(Refusal) as refused:
        clean_scopes(given)
    assert (refused.value.status, list(refused.value.fields)) == (422, ["scopes"])


def test_every_scope_reads_as_words():
    assert all(words(scope) and words(scope) != scope for scope in scopes())
    assert words("hotline:read") == "服务热线只读"


def token(cast, **values):
    given = {"name": "总机", "expires_at": NOW + 90 * DAY, "by": cast.zhoumin, **values}
    return do(make_token, cast.zhoumin, **given)


def test_a_token_lasts_a_year_at_most(cast):
    token(cast, expires_at=NOW + 366 * DAY)
    with pytest.raises(Refusal) as refused:
        token(cast, expires_at=NOW + 366 * DAY + timedelta(seconds=1))
    assert (refused.value.code, Token.objects.count()) == ("too_long", 1)


def test_making_one_says_its_scopes_and_never_its_secret(cast):
    row, secret = token(cast, scopes=["hotline", "clients:read"])
    body = TrailEvent.objects.get(verb="staff.token_made").body
    assert '"scopes":["clients:read","hotline"]' in body
    assert secret not in body
    assert hashed(secret) not in body
    assert row.scopes == ["clients:read", "hotline"]


def ask(secret, method, path, **body):
    how = {"data": body, "content_type": "application/json"} if method == "post" else {}
    with clock.moved_to(NOW, "test"):
        return getattr(Browser(), method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}, **how)


def test_beyond_its_scope_a_token_is_told_which_one_is_missing(cast):
    _row, secret = token(cast, scopes=["clients:read", "hotline:read"])
    assert ask(secret, "get", "/calls").status_code == 200
    for method, path, missing in (
        ("post", "/calls", "hotline"),
        ("get", "/units", "people:read"),
        ("post", "/clients", "clients"),
        ("get", "/search?q=%E7%BD%97", "search:read"),
    ):
        answer = ask(secret, method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "beyond_scope")
        assert f" {missing} " in answer.json()["message"]


def test_a_scope_gives_no_more_than_its_person_has(cast):
    _row, secret = token(cast, scopes=["write"])
    answer = ask(secret, "post", "/units", code="YY", name="盐城分公司")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_an_event_says_by_which_token_it_was_done_and_a_page_none(cast):
    now = clock.now()
    row, secret = token(cast, expires_at=now + DAY, now=now)
    call = {"line": "SU", "rang_at": now.isoformat(), "answered_at": now.isoformat(), "content": "问保单到期日"}
    answer = Browser().post(
        "/api/v1/calls", call, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 201, answer.text
    event = TrailEvent.objects.get(subject_type="hotline.call")
    assert (event.by, event.source) == (cast.zhoumin, f"token:{row.pk}")
    browser = Browser()
    browser.force_login(cast.zhoumin)
    assert f"经接口，令牌{row.pk}" in browser.get(f"/hotline/{event.subject_pk}/").text
    browser.post("/me/tokens/", GIVEN)
    assert TrailEvent.objects.filter(verb="staff.token_made").latest("pk").source == ""
    assert check()[0] == []


def test_a_leavers_tokens_are_dead(cast):
    _row, secret = token(cast)
    do(leave, cast.zhoumin, by=cast.admin)
    assert ask(secret, "get", "/units").status_code == 401


@pytest.fixture
def browser(cast):
    one = Browser()
    one.force_login(cast.zhoumin)
    return one


GIVEN = {"name": "总机弹屏", "how": "write", "where": ["hotline", "clients"], "days": "30", "prove-password": PASSWORD}


def test_who_finds_a_screen_open_makes_no_token(cast, browser):
    with clock.moved_to(NOW, "test"):
        asked = browser.post("/me/tokens/", {**GIVEN, "prove-password": ""})
        wrong = browser.post("/me/tokens/", {**GIVEN, "prove-password": "not it"})
    assert "prove-password" in asked.text
    assert "总机弹屏" in asked.text  # Carried along, so that nothing is typed twice.
    assert (wrong.status_code, Token.objects.count()) == (422, 0)


def test_a_person_makes_a_token_and_sees_its_secret_once(cast, browser):
    with clock.moved_to(NOW, "test"):
        page = browser.post("/me/tokens/", GIVEN)
        secret = page.context["secret"]
        assert page.status_code == 200
        assert secret in page.text
        assert "no-store" in page["Cache-Control"]
        row = live_token(secret, NOW + 30 * DAY - timedelta(seconds=1))
        assert (row.staff, row.scopes, row.expires_at) == (cast.zhoumin, ["clients", "hotline"], NOW + 30 * DAY)
        again = browser.get("/me/tokens/").text
    assert "总机弹屏" in again
    assert secret not in again


@pytest.mark.parametrize(
    "how, where, scopes_",
    [
        ("read", ["everywhere"], ["read"]),
        ("write", ["everywhere", "hotline"], ["write"]),
        ("read", ["hotline", "people"], ["people:read", "hotline:read"]),
    ],
)
def test_what_is_ticked_is_what_the_token_may(cast, browser, how, where, scopes_):
    browser.post("/me/tokens/", GIVEN | {"how": how, "where": where})
    assert Token.objects.get().scopes == scopes_


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "\x00"}, {"where": []}, {"where": ["x"]}, {"how": "x"}, {"days": "9999"}]
)
def test_a_wrong_form_is_shown_again_and_makes_none(cast, browser, change):
    page = browser.post("/me/tokens/", GIVEN | change)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(change)
    assert not Token.objects.exists()


def test_a_person_revokes_his_own_and_no_other(cast, browser):
    mine, secret = token(cast)
    other, _secret = do(make_token, cast.lize, name="x", expires_at=NOW + DAY, by=cast.lize)
    assert browser.post(f"/me/tokens/{other.pk}/revoke/").status_code == 404
    assert browser.post(f"/me/tokens/{mine.pk}/revoke/").headers["Location"] == "/me/tokens/"
    assert live_token(secret, NOW) is None
    assert TrailEvent.objects.filter(verb="staff.token_revoked").count() == 1


def test_the_administrator_sees_and_revokes_everybodys(cast):
    row, secret = token(cast)
    browser = Browser()
    browser.force_login(cast.admin)
    with clock.moved_to(NOW, "test"):
        assert "总机" in browser.get("/settings/tokens/").text
        assert browser.post(f"/me/tokens/{row.pk}/revoke/").headers["Location"] == "/settings/tokens/"
        assert "总机" not in browser.get("/settings/tokens/").text
        assert "已吊销" in browser.get("/settings/tokens/?ended=1").text
    assert live_token(secret, NOW) is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_take_as_many_queries_for_1_as_for_30(cast, count, django_assert_num_queries):
    for _time in range(count):
        token(cast)
    own, all_ = Browser(), Browser()
    own.force_login(cast.zhoumin)
    all_.force_login(cast.admin)
    with clock.moved_to(NOW, "test"):
        with django_assert_num_queries(10):
            own.get("/me/tokens/")
        with django_assert_num_queries(8):
            all_.get("/settings/tokens/")


def test_the_command_takes_scopes(cast):
    out = StringIO()
    with clock.moved_to(NOW):
        call_command("token", "zhoumin", "--scope", "hotline", "--scope", "clients:read", stdout=out)
    row = live_token(out.getvalue().strip(), NOW)
    assert (row.scopes, row.expires_at) == (["clients:read", "hotline"], NOW + 90 * DAY)


@pytest.mark.parametrize("args", [["--scope", "hotlines"], ["--days", "367"]])
def test_the_command_refuses_in_words_what_cannot_be(cast, args):
    with pytest.raises(CommandError):
        call_command("token", "zhoumin", *args)
    assert not Token.objects.exists()


def test_rooms_are_those_with_operations():
    assert {"people", "clients", "hotline", "desk"} <= set(rooms())
