"""Signing in as a browser does it: passkeys of a virtual authenticator, codes, recovery; and axe on each page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from chengnuo.ledger.clock import moved_to
from chengnuo.people import actions
from chengnuo.people.factors import factors_of
from chengnuo.people.models import SignIn
from chengnuo.people.totp import code_at
from tests.browser.conftest import PHONE, House
from tests.browser.test_axe import broken, skip_without_axe
from tests.cast import PASSWORD
from tests.people.test_second_factor import SECRET

STEP = timedelta(seconds=30)


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.SECOND_FACTOR = {"administrator": "any", "chairman": "passkey"}


@pytest.fixture
def here(demanded: None, house: House) -> House:
    """The house under a name: no browser keeps a passkey for an address in figures."""
    house.url = house.url.replace("127.0.0.1", "localhost")
    return house


def with_keys(page: Page) -> tuple[CDPSession, str]:
    """Give the page's machine a fingerprint reader that always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def typed(house: House, page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto(f"{house.url}/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def registered(house: House, page: Page, name: str = "工位电脑") -> None:
    page.goto(f"{house.url}/me/security/passkey/")
    page.fill("[name=name]", name)
    page.get_by_role("button", name="登记").click()


def set_up(house: House, username: str) -> None:
    staff = getattr(house.cast, username)
    with moved_to(house.at, "test"):
        before = house.at - 10 * STEP
        actions.set_up_totp(staff, secret=SECRET, code=code_at(SECRET, before), by=staff, now=before)


def test_who_needs_a_passkey_registers_one_and_then_signs_in_by_it_alone(here: House):
    page = here.window()
    with_keys(page)
    typed(here, page, "zhengqiming")
    page.wait_for_url(f"{here.url}/me/security/needed/")
    page.get_by_role("link", name="登记通行密钥").click()
    page.fill("[name=name]", "董事长的笔记本")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="已存好").click()
    page.wait_for_url(f"{here.url}/")
    page.goto(f"{here.url}/me/security/")
    expect(page.get_by_text("董事长的笔记本")).to_be_visible()
    expect(page.get_by_text("还没有用来登录过")).to_be_visible()

    page.get_by_role("button", name="郑启明").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{here.url}/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{here.url}/")
    expect(page.locator(".me b").first).to_have_text("郑启明")
    assert list(SignIn.objects.order_by("pk").values_list("ways", flat=True)) == ["password", "passkey"]
    assert factors_of(here.cast.zhengqiming).passkeys[0].last_used_at == here.at


def test_a_passkey_is_the_second_step_too_and_confirms_before_a_change(here: House):
    page = here.window()
    with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.get_by_role("link", name="已存好").click()
    page.context.clear_cookies()
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/sign-in/second/")
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url(f"{here.url}/")
    here.at += timedelta(minutes=6)
    page.goto(f"{here.url}/me/security/")
    page.get_by_role("button", name="删除 工位电脑").click()
    expect(page.get_by_role("heading", name="确认是你本人")).to_be_visible()
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.get_by_text("还没有第二因素")).to_be_visible()
    assert not factors_of(here.cast.zhoumin)


def test_one_machine_holds_one_passkey_of_a_person_and_says_so(here: House):
    page = here.window()
    with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.get_by_role("link", name="已存好").click()
    registered(here, page, "又一个")
    expect(page.get_by_text("这台设备上已经有你的通行密钥")).to_be_visible()
    assert len(factors_of(here.cast.zhoumin).passkeys) == 1


def test_several_machines_hold_one_each(here: House):
    page = here.window()
    session, first = with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.get_by_role("link", name="已存好").click()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    with_keys(page)
    registered(here, page, "手机")
    expect(page.locator(".rows b")).to_have_text(["工位电脑", "手机"])


def test_a_reader_that_does_not_know_the_finger_lets_nobody_in(here: House):
    page = here.window()
    session, reader = with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.locator(".codes").wait_for()
    page.context.clear_cookies()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": reader, "isUserVerified": False})
    page.goto(f"{here.url}/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("没有完成，再按一次")).to_be_visible()
    assert SignIn.objects.filter(ways="passkey").count() == 0


def test_a_copied_passkey_is_refused_because_its_count_does_not_grow(here: House):
    page = here.window()
    session, reader = with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.locator(".codes").wait_for()
    copy = session.send("WebAuthn.getCredentials", {"authenticatorId": reader})["credentials"][0]
    page.context.clear_cookies()
    page.goto(f"{here.url}/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{here.url}/")
    page.context.clear_cookies()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": reader})
    session.send("WebAuthn.addCredential", {"authenticatorId": reader, "credential": copy})
    page.goto(f"{here.url}/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("没有认出这个通行密钥")).to_be_visible()


def test_an_answer_recorded_once_does_not_let_in_again(here: House):
    page = here.window()
    with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.locator(".codes").wait_for()
    page.context.clear_cookies()
    page.goto(f"{here.url}/sign-in/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "/passkey/" in request.url else None)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{here.url}/")
    answer = next(body for body in sent if "passkey=" in body)
    page.context.clear_cookies()
    page.goto(f"{here.url}/sign-in/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    body = re.sub(r"csrfmiddlewaretoken=[^&]*", f"csrfmiddlewaretoken={token}", answer)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": here.url}
    again = page.request.post(f"{here.url}/sign-in/passkey/", data=body, headers=headers)
    assert (again.status, "没有认出这个通行密钥" in again.text()) == (422, True)


def test_a_code_of_the_authenticator_then_a_recovery_code_where_it_was_lost(here: House):
    page = here.window(PHONE)
    typed(here, page, "admin")
    page.wait_for_url(f"{here.url}/me/security/needed/")
    page.get_by_role("link", name="设验证器").click()
    page.get_by_text("扫不了，手工输入").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("[name=code]", code_at(secret, here.at))
    page.keyboard.press("Enter")
    page.locator(".codes").wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as file:
        page.get_by_role("link", name="下载").click()
    assert file.value.suggested_filename == "chengnuo-recovery-codes.txt"
    assert all(code in file.value.path().read_text() for code in codes)
    page.get_by_role("link", name="已存好").click()
    page.wait_for_url(f"{here.url}/")
    page.context.clear_cookies()

    here.at += timedelta(minutes=1)
    typed(here, page, "admin")
    page.fill("[name=prove-code]", code_at(secret, here.at))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here.url}/")
    page.context.clear_cookies()

    typed(here, page, "admin")
    page.fill("[name=prove-code]", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here.url}/")
    page.goto(f"{here.url}/me/security/")
    expect(page.get_by_text("还剩9个")).to_be_visible()


def test_a_lost_factor_is_reset_by_the_administrator_and_set_up_anew(here: House):
    for name in ("admin", "zhengqiming"):
        set_up(here, name)
    page = here.window()
    typed(here, page, "admin")
    page.fill("[name=prove-code]", code_at(SECRET, here.at))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here.url}/")
    page.goto(f"{here.url}/settings/staff/{here.cast.zhengqiming.pk}/")
    page.get_by_role("link", name="重设第二因素").click()
    page.fill("[name=reason]", "手机丢了，当面核过身份证")
    page.get_by_role("button", name="重设").click()
    page.wait_for_url(f"{here.url}/settings/staff/{here.cast.zhengqiming.pk}/")
    other = here.window()
    with_keys(other)
    typed(here, other, "zhengqiming")
    other.wait_for_url(f"{here.url}/me/security/needed/")


def test_axe_finds_nothing_on_the_pages_of_signing_in(here: House):
    skip_without_axe()
    found = []
    set_up(here, "zhoumin")
    page = here.window()
    with_keys(page)
    typed(here, page, "zhoumin")
    page.wait_for_url(f"{here.url}/sign-in/second/")
    found += broken(page)
    page.fill("[name=prove-code]", "000000")
    page.keyboard.press("Enter")
    page.locator(".errorlist").wait_for()
    found += broken(page)
    page.fill("[name=prove-code]", code_at(SECRET, here.at))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here.url}/")
    registered(here, page)
    page.locator(".codes").wait_for()
    found += broken(page)
    for address in ("/me/security/", "/me/security/passkey/", "/me/sessions/", "/me/prove/?next=/"):
        page.goto(here.url + address)
        found += broken(page)
    other = here.window()
    typed(here, other, "zhengqiming")
    other.wait_for_url(f"{here.url}/me/security/needed/")
    for address in ("/me/security/needed/", "/me/security/totp/"):
        other.goto(here.url + address)
        found += broken(other)
    with moved_to(here.at, "test"):
        actions.set_password(here.cast.lize, "handed over words", by=here.cast.admin, now=here.at)
    third = here.window()
    typed(here, third, "lize", "handed over words")
    third.wait_for_url(f"{here.url}/me/password/own/")
    found += broken(third)
    assert found == []
