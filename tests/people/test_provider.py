"""Signing in through the company's provider: a real one, started as a process of its own on this machine."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
import requests
from django.test import Client

from chengnuo.ledger import clock
from chengnuo.people import actions
from chengnuo.people.models import SignIn, SignInAttempt, Staff
from chengnuo.people.totp import code_at
from chengnuo.settings.sign_in import Provider, origins, provider
from tests.cast import PASSWORD
from tests.people.test_second_factor import SECRET

HERE = "http://testserver"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _try in range(300):
            try:
                requests.get(url, timeout=1)
                break
            except requests.ConnectionError:
                assert process.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def company(cast, settings, issuer):
    settings.OIDC = Provider(issuer=issuer, client_id="chengnuo", secret="between us", name="金诚统一登录")
    return settings.OIDC


def known(issuer, sub, **claims):
    requests.put(f"{issuer}/users/{sub}", json=claims, timeout=5).raise_for_status()


def sent(client, address="/sign-in/company/"):
    """Where our page sends the browser."""
    answer = client.get(address)
    assert answer.status_code == 302
    return answer.headers["Location"]


def changed(url, **values):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **values})))


def asked(url):
    return dict(parse_qsl(urlsplit(url).query))


def signed(url, sub, **form):
    """What the provider sends the browser back to, once somebody has signed in there."""
    answer = requests.post(url, data={"sub": sub, **form}, allow_redirects=False, timeout=5)
    return answer.headers["Location"].removeprefix(HERE)


def through(client, issuer, sub="z1", next_="", **claims):
    known(issuer, sub, **{"preferred_username": "zhoumin", **claims})
    return client.get(signed(sent(client, f"/sign-in/company/?next={next_}"), sub))


def refused_with(client, answer, words):
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
    page = client.get("/sign-in/").text
    assert words in page, page
    assert not SignIn.objects.exists()


def test_the_button_has_the_providers_name_and_is_absent_without_one(company, settings):
    assert "用金诚统一登录登录" in Client().get("/sign-in/").text
    settings.OIDC = None
    assert "/sign-in/company/" not in Client().get("/sign-in/").text
    for address in ("", "back/", "out/"):
        assert Client().get(f"/sign-in/company/{address}").status_code == 404


def test_a_good_one_is_let_in_as_the_account_of_his_name(company, cast, issuer):
    client = Client()
    answer = through(client, issuer, next_="/me/sessions/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/sessions/")
    assert "统一登录" in client.get("/me/sessions/").text
    row = SignIn.objects.get()
    assert (row.staff, row.ways) == (cast.zhoumin, "provider")
    assert list(SignInAttempt.objects.values_list("username", "step", "succeeded")) == [("zhoumin", "provider", True)]


def test_the_browser_carries_a_state_a_nonce_and_a_challenge(company):
    first, second = (asked(sent(Client())) for _time in range(2))
    assert (first["code_challenge_method"], first["response_type"]) == ("S256", "code")
    assert first["redirect_uri"] == f"{HERE}/sign-in/company/back/"
    assert all(len(first[name]) >= 16 and first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert "prompt" not in first
    assert asked(sent(Client(), "/sign-in/company/?again=1"))["prompt"] == "login"


def test_what_the_address_adds_does_not_reach_the_provider(company):
    told = asked(sent(Client(), "/sign-in/company/?scope=admin&auth_params=prompt%3Dnone&process=connect"))
    assert ("admin" in told["scope"], "prompt" in told) == (False, False)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_it_leads_nowhere_else(company, issuer, elsewhere):
    assert through(Client(), issuer, next_=elsewhere).headers["Location"] == "/"


def test_an_unknown_one_is_not_made_and_who_left_stays_out_with_one_answer(company, cast, issuer):
    words = "这个身份在这里没有可用的账号，找系统管理员"
    actions.leave(cast.lize, by=cast.admin, now=clock.now())
    for sub, name in (("n1", "nobody"), ("l1", "lize"), ("e1", ""), ("x1", "zhoumin@evil.example")):
        client = Client()
        refused_with(client, through(client, issuer, sub, preferred_username=name), words)
    assert Staff.objects.count() == 10
    assert not SignInAttempt.objects.filter(succeeded=True).exists()


def test_a_name_of_another_kind_than_text_lets_nobody_in(company, issuer):
    for number, value in enumerate((["zhoumin"], {"a": 1}, 7, None, "zhou\0min")):
        client = Client()
        refused_with(client, through(client, issuer, f"k{number}", preferred_username=value), "找系统管理员")


def test_a_mail_address_matches_only_where_the_settings_say_so_and_the_provider_proved_it(
    company, cast, issuer, settings
):
    mail = {"preferred_username": "", "email": "zhoumin@jincheng.example", "email_verified": True}
    client = Client()
    refused_with(client, through(client, issuer, "m1", **mail), "找系统管理员")
    settings.OIDC = replace(company, claim="email", domain="jincheng.example")
    for wrong in ({"email_verified": False}, {"email_verified": "true"}, {"email": "zhoumin@jincheng.example.evil"}):
        client = Client()
        refused_with(client, through(client, issuer, "m1", **{**mail, **wrong}), "找系统管理员")
    assert through(Client(), issuer, "m1", **mail).headers["Location"] == "/"


def test_a_wrong_state_is_refused_also_one_of_another_browser(company, issuer):
    known(issuer, "z1", preferred_username="zhoumin")
    client, other = Client(), Client()
    back = signed(sent(client), "z1")
    refused_with(client, client.get(changed(back, state="x" * 16)), "从登录页重来")
    refused_with(other, other.get(back), "从登录页重来")
    refused_with(client, client.get("/sign-in/company/back/"), "从登录页重来")


def test_a_wrong_nonce_is_refused(company, issuer):
    known(issuer, "z1", preferred_username="zhoumin")
    client = Client()
    back = signed(changed(sent(client), nonce="of another sign-in"), "z1")
    refused_with(client, client.get(back), "没有给出可用的身份")


def test_a_code_is_good_once(company, cast, issuer):
    known(issuer, "z1", preferred_username="zhoumin")
    client = Client()
    back = signed(sent(client), "z1")
    assert client.get(back).headers["Location"] == "/"
    client.post("/sign-out/")
    SignIn.objects.all().delete()
    refused_with(client, client.get(back), "从登录页重来")
    state = asked(sent(client))["state"]
    refused_with(client, client.get(changed(back, state=state)), "没有给出可用的身份")


def test_a_code_that_was_made_up_is_refused(company, issuer):
    client = Client()
    state = asked(sent(client))["state"]
    refused_with(client, client.get(f"/sign-in/company/back/?code=made-up&state={state}"), "没有给出可用的身份")


def test_who_turns_back_there_may_come_again(company, issuer):
    client = Client()
    answer = client.get(signed(sent(client), "z1", action="deny"))
    refused_with(client, answer, "没有在金诚统一登录登录")


def test_a_provider_that_is_down_is_said_and_the_password_stays(company, cast, settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.OIDC = replace(company, issuer=f"http://127.0.0.1:{closed.getsockname()[1]}")
    client = Client()
    refused_with(client, client.get("/sign-in/company/"), "金诚统一登录暂时连不上，用密码登录")
    refused_with(client, client.get("/sign-in/company/out/"), "暂时连不上")
    assert client.post("/sign-in/", {"username": "zhoumin", "password": PASSWORD}).headers["Location"] == "/"


def test_an_issuer_that_answers_nonsense_is_said(company, settings, issuer):
    settings.OIDC = replace(company, issuer=f"{issuer}/jwks?/.well-known/")
    client = Client()
    refused_with(client, client.get("/sign-in/company/"), "暂时连不上")


def test_the_provider_does_not_count_as_second_factor_unless_the_settings_say_so(company, cast, issuer, settings, gate):
    given = {"preferred_username": "zhengqiming", "amr": ["pwd", "otp"]}
    client = Client()
    through(client, issuer, "c1", **given)
    assert client.get("/hotline/").headers["Location"] == "/me/security/needed/"
    settings.OIDC = replace(company, second_factor="amr=otp,mfa")
    client = Client()
    through(client, issuer, "c1", **given)
    assert client.get("/hotline/").status_code == 200
    assert SignIn.objects.latest("pk").ways == "provider provider2"
    client = Client()
    through(client, issuer, "c1", **{**given, "amr": ["pwd"]})
    assert client.get("/hotline/").headers["Location"] == "/me/security/needed/"


def test_who_has_a_factor_here_takes_the_second_step_after_the_provider(company, cast, issuer):
    now = clock.now()
    actions.set_up_totp(cast.zhoumin, secret=SECRET, code=code_at(SECRET, now), by=cast.zhoumin, now=now)
    assert through(Client(), issuer).headers["Location"] == "/sign-in/second/"
    assert not SignIn.objects.exists()


def test_leaving_ends_our_session_and_offers_to_leave_there_too(company, cast, issuer):
    client = Client()
    through(client, issuer)
    answer = client.post("/sign-out/")
    assert answer.headers["Location"] == "/sign-in/?left=1"
    assert "也从那里退出" in client.get("/sign-in/?left=1").text
    to = sent(client, "/sign-in/company/out/")
    assert to.startswith(f"{issuer}/oauth2/end_session?")
    assert asked(to)["post_logout_redirect_uri"] == f"{HERE}/sign-in/"
    assert SignIn.objects.get().ended_at is not None


def test_the_settings_page_shows_what_is_on_and_never_the_secret(company, cast):
    client = Client()
    client.force_login(cast.admin)
    page = client.get("/settings/sign-in/").text
    assert (company.issuer in page, "已给，不显示" in page, "between us" in page) == (True, True, False)
    assert f"{HERE}/sign-in/company/back/" in page


def test_the_environment_says_it_whole_or_is_refused(tmp_path):
    told = {"CHENGNUO_OIDC_ISSUER": "https://id.example/", "CHENGNUO_OIDC_CLIENT_ID": "cn"}
    (tmp_path / "secret").write_text("from a file\n")
    assert provider({}) is None
    assert provider(told) == Provider("https://id.example", "cn", "", "OpenID")
    assert provider({**told, "CHENGNUO_OIDC_SECRET_FILE": str(tmp_path / "secret")}).secret == "from a file"
    assert provider({**told, "CHENGNUO_OIDC_DOMAIN": "@jincheng.example"}).domain == "jincheng.example"
    for wrong, words in (
        ({"CHENGNUO_OIDC_CLIENT_ID": ""}, "CLIENT_ID"),
        ({"CHENGNUO_OIDC_ISSUER": "http://id.example"}, "https://"),
        ({"CHENGNUO_OIDC_SECOND_FACTOR": "yes"}, "amr="),
    ):
        with pytest.raises(ValueError, match=words):
            provider({**told, **wrong})
    assert origins({"CHENGNUO_ORIGINS": "https://a.example/, https://b.example"}) == {
        "https://a.example",
        "https://b.example",
    }
