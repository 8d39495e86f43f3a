"""Pages of signing in with a second factor, of being confined until there is one, and of being asked once more."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chengnuo.kit.models import Approval
from chengnuo.kit.procedure.actions import propose_parameter
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.people import actions
from chengnuo.people.factors import factors_of
from chengnuo.people.models import FactorRule, SignIn, Staff
from chengnuo.people.totp import code_at
from tests.cast import PASSWORD
from tests.people.test_second_factor import SECRET, with_totp

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
STEP = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def hour():
    with moved_to(NOW, "test"):
        yield


def at(minutes):
    return moved_to(NOW + minutes * MINUTE, "test")


def typed(client, staff, password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": staff.username, "password": password, **more})


def entered(staff, now=NOW):
    """Signed in by the password and, where there is one, the authenticator."""
    client = Client()
    with moved_to(now, "test"):
        answer = typed(client, staff)
        if answer.headers["Location"] == "/sign-in/second/":
            answer = client.post("/sign-in/second/", {"prove-code": code_at(SECRET, now)})
    assert answer.status_code == 302
    return client


def where(answer):
    return answer.status_code, answer.headers.get("Location")


def test_who_has_a_factor_takes_the_second_step_and_then_goes_where_he_was_going(cast):
    with_totp(cast.zhoumin)
    client = Client()
    assert where(typed(client, cast.zhoumin, next="/hotline/")) == (302, "/sign-in/second/")
    assert client.get("/me/security/").headers["Location"].startswith("/sign-in/?next=")
    assert "验证码" in client.get("/sign-in/second/").text
    wrong = client.post("/sign-in/second/", {"prove-code": "000000"})
    assert (wrong.status_code, "验证码不对或已用过" in wrong.text) == (422, True)
    assert client.post("/sign-in/second/", {"prove-code": ""}).status_code == 422
    assert where(client.post("/sign-in/second/", {"prove-code": code_at(SECRET, NOW)})) == (302, "/hotline/")
    assert SignIn.objects.get().ways == "password totp"
    assert "密码、验证器" in client.get("/me/sessions/").text


def test_a_password_is_not_enough_to_stand_before_the_second_step_for_long(cast):
    with_totp(cast.zhoumin)
    client = Client()
    typed(client, cast.zhoumin)
    with at(10):
        assert where(client.get("/sign-in/second/")) == (302, "/sign-in/")


@pytest.mark.parametrize("why", ["left", "password"])
def test_who_left_or_has_another_password_does_not_pass_the_second_step(cast, why):
    with_totp(cast.zhoumin)
    client = Client()
    typed(client, cast.zhoumin)
    if why == "left":
        actions.leave(cast.zhoumin, by=cast.admin, now=NOW)
    else:
        actions.set_password(cast.zhoumin, "another long password", by=cast.admin, now=NOW)
    assert where(client.post("/sign-in/second/", {"prove-code": code_at(SECRET, NOW)})) == (302, "/sign-in/")


def test_the_second_step_is_of_nobody_without_a_first(cast):
    assert where(Client().get("/sign-in/second/")) == (302, "/sign-in/")
    assert where(Client().post("/sign-in/second/", {"prove-code": "123456"})) == (302, "/sign-in/")


def test_a_recovery_code_passes_the_second_step_and_the_bell_tells_it(cast):
    with_totp(cast.zhoumin)
    codes = actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    client = Client()
    typed(client, cast.zhoumin)
    code = f"{codes[0][:5]} {codes[0][5:]}"
    assert client.post("/sign-in/second/", {"prove-code": code}).status_code == 302
    assert "用恢复码登录了一次，还剩9个" in client.get("/notices/").text
    assert "还剩9个" in client.get("/me/security/").text


def test_who_must_have_one_can_do_nothing_but_set_it_up(cast, gate):
    client = Client()
    assert where(typed(client, cast.admin)) == (302, "/")
    for address in ("/", "/hotline/", "/settings/staff/", "/me/security/", "/me/password/", "/notices/"):
        assert where(client.get(address)) == (302, "/me/security/needed/")
    assert where(client.post("/settings/units/new/", {"code": "WX"})) == (302, "/me/security/needed/")
    part = client.get("/hotline/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/me/security/needed/")
    page = client.get("/me/security/needed/").text
    assert ("设验证器" in page, "用时约一分钟" in page) == (True, True)
    assert client.get("/healthz").status_code != 302
    shown = client.get("/me/security/totp/").text
    secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', shown)[1].replace(" ", "")
    assert (f"secret={secret}" in shown, "<svg" in shown, "Chengnuo" in shown) == (True, True, True)
    assert client.post("/me/security/totp/", {"code": "000000"}).status_code == 422
    codes = client.post("/me/security/totp/", {"code": code_at(secret, NOW)})
    assert (codes.status_code, len(re.findall(r"<li>\d{5} \d{5}</li>", codes.text))) == (200, 10)
    assert "no-store" in codes.headers["Cache-Control"]
    assert client.get("/hotline/").status_code == 200


def test_signing_out_is_always_open(cast, gate):
    client = entered(cast.admin)
    assert where(client.post("/sign-out/")) == (302, "/sign-in/")


def test_who_need_not_have_one_is_let_in_and_may(cast, gate):
    client = entered(cast.zhoumin)
    assert client.get("/hotline/").status_code == 200
    assert "还没有第二因素" in client.get("/me/security/").text


def test_a_rule_that_was_tightened_takes_hold_within_five_minutes(cast, gate):
    client = entered(cast.zhoumin)
    assert client.get("/hotline/").status_code == 200
    actions.set_factor_rules({"operator": "any"}, by=cast.admin, now=NOW)
    with at(4):
        assert client.get("/hotline/").status_code == 200
    with at(5):
        assert where(client.get("/hotline/")) == (302, "/me/security/needed/")


def test_where_a_passkey_is_demanded_a_code_lets_in_only_to_register_one(cast, gate):
    actions.set_factor_rules({"administrator": "passkey"}, by=cast.zhengqiming, now=NOW)
    with_totp(cast.admin)
    client = entered(cast.admin)
    assert where(client.get("/settings/staff/")) == (302, "/me/security/needed/")
    assert "要用通行密钥登录" in client.get("/me/security/needed/").text
    assert client.get("/me/security/passkey/").status_code == 200


def test_a_session_from_before_is_asked_for_what_was_set_up_in_another(cast, gate):
    client = entered(cast.zhoumin)
    with_totp(cast.zhoumin)
    actions.set_factor_rules({"operator": "any"}, by=cast.admin, now=NOW)
    with at(6):
        assert where(client.get("/hotline/?page=2")) == (302, "/me/prove/?next=%2Fhotline%2F%3Fpage%3D2")
        answer = client.post(
            "/me/prove/", {"prove-code": code_at(SECRET, NOW + 6 * MINUTE), "next": "/hotline/?page=2"}
        )
        assert where(answer) == (302, "/hotline/?page=2")
        assert client.get("/hotline/").status_code == 200


def test_the_gate_asks_the_database_once_in_five_minutes(cast, gate):
    with_totp(cast.admin)
    client = entered(cast.admin)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/me/sessions/")
        return len(captured)

    first, second = queries(), queries()
    assert first > second
    assert queries() == second


def test_a_password_that_was_handed_over_is_changed_before_anything_else(cast, gate):
    actions.set_password(cast.zhoumin, "handed over words", by=cast.admin, now=NOW)
    client = Client()
    typed(client, cast.zhoumin, "handed over words")
    for address in ("/", "/me/security/", "/me/security/totp/", "/me/password/"):
        assert where(client.get(address)) == (302, "/me/password/own/")
    assert "管理员给的" in client.get("/me/password/own/").text
    for wrong, words in (
        ({"password": "handed over words", "again": "handed over words"}, "和现在的密码一样"),
        ({"password": "一句自己的话只有我知道", "again": "x"}, "两次不一样"),
        ({"password": "short", "again": "short"}, "至少10个字符"),
    ):
        answer = client.post("/me/password/own/", wrong)
        assert (answer.status_code, words in answer.text) == (422, True)
    own = {"password": "一句自己的话只有我知道", "again": "一句自己的话只有我知道"}
    assert where(client.post("/me/password/own/", own)) == (302, "/")
    assert client.get("/hotline/").status_code == 200
    assert where(client.get("/me/password/own/")) == (302, "/me/password/")


def test_changing_the_way_in_asks_once_more_after_five_minutes(cast):
    client = entered(cast.zhoumin)
    with at(4):
        assert client.get("/me/security/totp/").status_code == 200
    with at(5):
        assert where(client.get("/me/security/totp/")) == (302, "/me/prove/?next=%2Fme%2Fsecurity%2Ftotp%2F")
        page = client.get("/me/prove/?next=/me/security/totp/").text
        assert ("prove-password" in page, "prove-code" in page) == (True, False)
        wrong = client.post("/me/prove/", {"prove-password": "not it", "next": "/me/security/totp/"})
        assert (wrong.status_code, "密码不对" in wrong.text, "/me/security/totp/" in wrong.text) == (422, True, True)
        right = client.post("/me/prove/", {"prove-password": PASSWORD, "next": "/me/security/totp/"})
        assert where(right) == (302, "/me/security/totp/")
        assert client.get("/me/security/totp/").status_code == 200


def test_removing_asks_once_more_and_carries_what_was_pressed(cast):
    with_totp(cast.zhoumin)
    client = entered(cast.zhoumin)
    row = factors_of(cast.zhoumin).totp
    with at(6):
        asked = client.post(f"/me/security/{row.pk}/remove/", {"once": "7b3b3b0e-5a0c-4f0e-9d55-111111111111"})
        assert (asked.status_code, "确认是你本人" in asked.text) == (200, True)
        assert 'name="once" value="7b3b3b0e-5a0c-4f0e-9d55-111111111111"' in asked.text
        assert f'action="/me/security/{row.pk}/remove/"' in asked.text
        assert Authenticator.objects.exists()
        code = code_at(SECRET, NOW + 6 * MINUTE)
        done = client.post(f"/me/security/{row.pk}/remove/", {"prove-code": code})
        assert where(done) == (302, "/me/security/")
    assert not Authenticator.objects.exists()


def test_nobody_removes_what_is_anothers(cast):
    with_totp(cast.lize)
    client = entered(cast.zhoumin)
    assert client.post(f"/me/security/{factors_of(cast.lize).totp.pk}/remove/").status_code == 404
    assert factors_of(cast.lize)


@pytest.fixture
def proposal(cast):
    return propose_parameter("call_back.due", Decimal(20), None, "来电高峰打不完", by=cast.wanghaiyan, now=NOW)


def signed(approval, **more):
    step = approval.steps.get()
    given = {"step": step.order, "sha256": approval.sha256, "decision": "approve", "opinion": "同意，先试三个月"}
    return {**given, "once": "7b3b3b0e-5a0c-4f0e-9d55-222222222222", **more}


def test_signing_asks_for_the_factor_after_a_quarter_of_an_hour_and_loses_no_word(cast, gate, proposal):
    with_totp(cast.chenlixing)
    client = entered(cast.chenlixing)
    url = f"/approvals/{proposal.pk}/decide/"
    with at(15):
        asked = client.post(url, signed(proposal))
        assert ("确认是你本人" in asked.text, "同意，先试三个月" in asked.text) == (True, True)
        assert "prove-password" not in asked.text
        wrong = client.post(url, signed(proposal, **{"prove-code": "000000"}))
        assert (wrong.status_code, "同意，先试三个月" in wrong.text) == (422, True)
        assert Approval.objects.get().state == "pending"
        code = code_at(SECRET, NOW + 15 * MINUTE)
        posted = signed(proposal, **{"prove-code": code})
        assert where(client.post(url, posted)) == (302, f"/approvals/{proposal.pk}/")
        assert where(client.post(url, posted)) == (302, f"/approvals/{proposal.pk}/")
    step = Approval.objects.get().steps.get()
    assert (step.decision, step.opinion) == ("approve", "同意，先试三个月")


def test_signing_within_the_quarter_asks_for_nothing(cast, gate, proposal):
    with_totp(cast.chenlixing)
    client = entered(cast.chenlixing)
    with at(14):
        assert client.post(f"/approvals/{proposal.pk}/decide/", signed(proposal)).status_code == 302


def test_a_wrong_code_before_an_act_is_counted(cast, gate, proposal):
    with_totp(cast.chenlixing)
    client = entered(cast.chenlixing)
    with at(15):
        for _time in range(5):
            answer = client.post(f"/approvals/{proposal.pk}/decide/", signed(proposal, **{"prove-code": "000000"}))
        assert (answer.status_code, "错误次数过多" in answer.text) == (429, True)


def test_the_administrator_says_what_roles_need_and_sees_who_lacks_it(cast, gate):
    with_totp(cast.admin)
    client = entered(cast.admin)
    page = client.get("/settings/sign-in/").text
    assert ("没有启用" in page, "客户服务人员" in page) == (True, True)
    needs = dict.fromkeys(("operator", "manager", "custodian", "centre"), "none")
    needs |= dict.fromkeys(("centre_head", "executive", "chairman", "administrator"), "any")
    assert client.post("/settings/sign-in/", {**needs, "operator": "luck"}).status_code == 422
    assert client.post("/settings/sign-in/", {**needs, "operator": "any"}).status_code == 302
    assert FactorRule.objects.get().need == "any"
    assert entered(cast.lize).get("/settings/sign-in/").status_code == 302


def test_the_administrator_resets_anothers_factor_from_his_page(cast):
    with_totp(cast.zhoumin)
    admin, his = entered(cast.admin), entered(cast.zhoumin)
    url = f"/settings/staff/{cast.zhoumin.pk}/second-factor/"
    assert "重设第二因素" in admin.get(f"/settings/staff/{cast.zhoumin.pk}/").text
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"reason": ""}).status_code == 422
    assert entered(cast.lize).post(url, {"reason": "x"}).status_code == 403
    assert where(admin.post(url, {"reason": "手机丢了"})) == (302, f"/settings/staff/{cast.zhoumin.pk}/")
    assert his.get("/me/sessions/").status_code == 302
    assert "管理员重设了周敏的第二因素" in admin.get("/notices/").text
    own = f"/settings/staff/{cast.admin.pk}/second-factor/"
    assert admin.post(own, {"reason": "x"}).status_code == 404


def test_passwords_may_be_for_administrators_alone(cast, settings):
    settings.PASSWORDS_FOR_ADMINISTRATORS_ALONE = True
    refused = typed(Client(), cast.zhoumin)
    assert (refused.status_code, "这里不用密码登录" in refused.text) == (403, True)
    wrong = typed(Client(), cast.zhoumin, "not it")
    assert (wrong.status_code, "用户名或密码不对" in wrong.text) == (422, True)
    assert typed(Client(), cast.admin).status_code == 302


def test_the_policy_of_the_pages_allows_nothing_of_strangers(cast):
    client = entered(cast.zhoumin)
    for address in ("/sign-in/", "/me/security/", "/me/security/totp/", "/me/security/passkey/"):
        answer = client.get(address)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"(src|href)=\"(https?:)?//|<script>|style=|allauth", answer.text)


def test_an_address_in_figures_offers_no_passkeys_and_says_where_they_work(cast):
    client = Client(headers={"Host": "127.0.0.1:8000"})
    assert "data-passkey-go" not in client.get("/sign-in/").text
    client = entered(cast.zhoumin)
    assert "http://localhost" in client.get("/me/security/", headers={"Host": "127.0.0.1:8000"}).text
    assert "data-passkey-go" in client.get("/me/security/passkey/", headers={"Host": "localhost:8000"}).text
    assert Staff.objects.count() == 10
