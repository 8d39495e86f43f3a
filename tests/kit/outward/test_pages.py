"""The administrator's pages of what leaves the house, and everybody's own."""

import pytest
from django.test import Client
from django.urls import reverse

from chengnuo.kit import notices
from chengnuo.kit.models import Address, Delivery, DeliveryState, Notice, Outlet, Telling
from chengnuo.kit.outward import actions, tellings
from chengnuo.ledger.ladder import Moment
from chengnuo.ledger.models import Obligation
from tests.cast import refused
from tests.kit.outward.conftest import NOW, go


@pytest.fixture
def admin(cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


MAIL = {
    "is_on": "on",
    "host": "smtp.example.com",
    "port": "465",
    "security": "tls",
    "username": "desk",
    "secret": "穿墙而过",
    "sender": "desk@example.com",
    "url": "https://desk.example.com",
    "per_minute": "60",
}


def test_the_administrator_sets_mail_up_and_the_password_is_never_shown_again(cast, admin):
    url = reverse("outward:outlet", args=["mail"])
    assert admin.post(url, MAIL).status_code == 302
    outlet = Outlet.objects.get()
    assert (outlet.host, outlet.is_on, outlet.names_clients) == ("smtp.example.com", True, False)
    kept = outlet.secret
    page = admin.get(url).content.decode()
    assert "smtp.example.com" in page
    assert "穿墙而过" not in page
    assert admin.post(url, {**MAIL, "secret": "", "port": "587"}).status_code == 302
    outlet.refresh_from_db()
    assert (outlet.port, outlet.secret) == (587, kept)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"host": ""}, "填邮件服务器"),
        ({"sender": "desk"}, "邮箱写成"),
        ({"url": "javascript:alert(1)"}, "写成 https://"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast, admin, wrong, words):
    answer = admin.post(reverse("outward:outlet", args=["mail"]), {**MAIL, **wrong})
    assert (answer.status_code, words in answer.content.decode(), Outlet.objects.count()) == (422, True, 0)


def test_who_is_told_is_read_and_changed_by_the_administrator_and_holds_at_once(cast, admin):
    url = reverse("outward:telling", args=["duty.due"])
    assert admin.post(url, {"also": ["keeper", "centre"], "channels": ["mail"]}).status_code == 302
    duty = Obligation(
        pk=1,
        rule="x",
        clause="3.1.5",
        subject_type="people.unit",
        subject_pk=cast.su.pk,
        title="x",
        unit_id=cast.su.pk,
        owner=cast.zhoumin,
    )
    notices.tell_moments([(duty, Moment(NOW, "due", 1), [cast.xuning.pk])], NOW)
    told = Notice.objects.order_by("pk").values_list("staff__username", flat=True)
    assert list(told) == ["xuning", "zhoumin", "wanghaiyan"]
    page = admin.get(reverse("outward:tellings")).content.decode()
    assert "系统管理员" in page
    assert admin.post(url, {}).status_code == 302
    row = Telling.objects.get()
    assert (row.also, row.channels, row.version) == ([], [], 3)


def test_only_the_administrator_changes_who_is_told(cast):
    with pytest.raises(Exception, match="forbidden"):
        actions.set_telling("duty.due", also=[], channels=[], by=cast.wanghaiyan, now=NOW)
    with refused("telling"):
        actions.set_telling("duty.due", also=["everybody"], channels=[], by=cast.admin, now=NOW)
    with pytest.raises(ValueError, match="nobody is called"):
        tellings.register_moment("x", "x", also=("everybody",))


def test_everybody_says_himself_where_he_is_reached(cast):
    client = Client()
    client.force_login(cast.zhoumin)
    url = reverse("outward:mine")
    assert client.post(url, {"mail": "z@example.com", "mail_own": "on", "mail_kinds": ["due"]}).status_code == 302
    row = Address.objects.get()
    assert (row.staff, row.value, row.follows_company, row.kinds) == (cast.zhoumin, "z@example.com", False, ["due"])
    wrong = client.post(url, {"mail": "z"})
    assert (wrong.status_code, "邮箱写成" in wrong.content.decode()) == (422, True)
    assert client.post(url, {"mail": ""}).status_code == 302
    row.refresh_from_db()
    assert row.value == ""


def test_the_log_shows_masked_addresses_and_reasons_and_sends_again(cast, admin, server, outlet, addressed, tell):
    server.behave(rcpt="550 5.1.1 no such user")
    tell()
    go()
    page = admin.get(reverse("outward:log") + "?state=failed").content.decode()
    assert ("zh***@example.com" in page, "no such user" in page, "zhoumin@example.com" in page) == (True, True, False)
    server.behave()
    assert admin.post(reverse("outward:send_again"), {"all": "1"}).status_code == 302
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert admin.post(reverse("outward:send_again"), {"all": "1"}).status_code == 409


def test_a_trial_by_page_says_what_came_of_it(cast, admin, server, outlet):
    actions.set_address("mail", "admin@example.com", follows_company=True, kinds=[], by=cast.admin, now=NOW)
    assert admin.post(reverse("outward:try_out", args=["mail"])).status_code == 302
    assert "试发已交出" in admin.get(reverse("outward:outlets")).content.decode()
    server.stop()
    admin.post(reverse("outward:try_out", args=["mail"]))
    assert "连不上邮件服务器" in admin.get(reverse("outward:outlets")).content.decode()


def test_the_log_asks_no_more_for_thirty_than_for_one(
    cast, admin, outlet, addressed, tell, django_assert_max_num_queries
):
    from chengnuo.kit.outward.planning import plan

    tell()
    plan(NOW)
    with django_assert_max_num_queries(20) as few:
        admin.get(reverse("outward:log"))
    for _nth in range(29):
        tell()
    plan(NOW)
    with django_assert_max_num_queries(20) as many:
        admin.get(reverse("outward:log"))
    assert len(many) == len(few)
