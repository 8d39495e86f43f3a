from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.ledger import clock
from chengnuo.people import actions
from chengnuo.people.models import Absence, Role, SignIn, Staff, Substitute, Unit
from tests.cast import PASSWORD

DAY = timedelta(days=1)
K = Role.Kind


@pytest.fixture(autouse=True)
def home(settings):
    settings.LOGIN_REDIRECT_URL = "people:sessions"


def signed_in(staff, password=PASSWORD):
    client = Client(HTTP_USER_AGENT="Firefox")
    answer = client.post("/sign-in/", {"username": staff.username, "password": password})
    assert answer.status_code == 302
    return client


@pytest.fixture
def admin(cast):
    return signed_in(cast.admin)


@pytest.fixture
def zhoumin(cast):
    return signed_in(cast.zhoumin)


def test_a_page_sends_a_stranger_to_sign_in_and_back(cast):
    client = Client()
    answer = client.get("/me/sessions/")
    assert answer.headers["Location"] == "/sign-in/?next=/me/sessions/"
    page = client.get(answer.headers["Location"])
    assert (page.status_code, 'value="/me/sessions/"' in page.text) == (200, True)
    answer = client.post("/sign-in/", {"username": "zhoumin", "password": PASSWORD, "next": "/settings/units/"})
    assert answer.headers["Location"] == "/settings/units/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///x", "", "foo", " x"]
)
def test_signing_in_leads_nowhere_else(cast, elsewhere):
    answer = Client().post("/sign-in/", {"username": "zhoumin", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/me/sessions/"


def test_who_is_signed_in_is_not_asked_again(zhoumin):
    assert zhoumin.get("/sign-in/?next=foo").headers["Location"] == "/me/sessions/"
    assert zhoumin.get("/sign-in/").headers["Location"] == "/me/sessions/"


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "zhoumin", "password": "not it"},
        {"username": "", "password": ""},
        {"username": "zhou\0min", "password": "x"},
        {"username": "z" * 500, "password": "x"},
        {"username": "zhoumin", "password": "x" * 100_000},
        {"next": "/"},
    ],
)
def test_a_failed_sign_in_shows_the_form_again(cast, typed):
    answer = Client().post("/sign-in/", typed)
    assert (answer.status_code, SignIn.objects.count()) == (422, 0)
    assert 'name="password"' in answer.text


def test_the_lock_is_said_in_words_with_its_end(cast):
    client = Client()
    for _time in range(5):
        answer = client.post("/sign-in/", {"username": "zhoumin", "password": "not it"})
    assert answer.status_code == 429
    assert "错误次数过多" in answer.text
    assert client.post("/sign-in/", {"username": "zhoumin", "password": PASSWORD}).status_code == 429


def test_signing_out_ends_the_session_for_good(cast, zhoumin):
    key = zhoumin.cookies["sessionid"].value
    assert zhoumin.get("/sign-out/").status_code == 405
    assert zhoumin.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert not Session.objects.filter(session_key=key).exists()
    assert SignIn.objects.get().ended_at is not None


def test_signing_in_as_another_ends_the_first_session(cast, zhoumin):
    zhoumin.post("/sign-in/", {"username": "lize", "password": PASSWORD})
    assert SignIn.objects.get(staff=cast.zhoumin).ended_at is not None
    assert SignIn.objects.get(staff=cast.lize).ended_at is None


def test_somebody_sees_his_sessions_and_ends_one(cast, zhoumin):
    other = signed_in(cast.zhoumin)
    page = zhoumin.get("/me/sessions/").text
    assert (page.count(">Firefox<"), "本次" in page) == (2, True)
    row = SignIn.objects.latest("pk")
    zhoumin.post(f"/me/sessions/{row.pk}/end/")
    assert other.get("/me/sessions/").headers["Location"] == "/sign-in/?next=/me/sessions/"
    assert zhoumin.get("/me/sessions/").status_code == 200


def test_nobody_ends_the_session_of_another(cast, zhoumin):
    signed_in(cast.lize)
    row = SignIn.objects.get(staff=cast.lize)
    assert zhoumin.post(f"/me/sessions/{row.pk}/end/").status_code == 404
    assert SignIn.objects.get(pk=row.pk).ended_at is None


def test_somebody_ends_all_his_other_sessions(cast, zhoumin):
    others = [signed_in(cast.zhoumin) for _time in range(2)]
    zhoumin.post("/me/sessions/end-others/")
    assert [client.get("/me/sessions/").status_code for client in (zhoumin, *others)] == [200, 302, 302]


def test_a_changed_password_keeps_this_session_alone(cast, zhoumin):
    other = signed_in(cast.zhoumin)
    answer = zhoumin.post("/me/password/", {"current": PASSWORD, "password": "another long password"})
    assert answer.headers["Location"] == "/me/sessions/"
    assert "本次" in zhoumin.get("/me/sessions/").text
    assert other.get("/me/sessions/").status_code == 302
    signed_in(cast.zhoumin, "another long password")


def test_an_open_screen_is_no_place_to_guess_at_the_password(cast, zhoumin):
    for _try in range(10):
        zhoumin.post("/me/password/", {"current": "not it", "password": "another long password"})
    answer = zhoumin.post("/me/password/", {"current": PASSWORD, "password": "another long password"})
    assert answer.status_code == 429
    assert Staff.objects.get(pk=cast.zhoumin.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"current": "not it", "password": "another long password"}, "和现在的密码不一致"),
        ({"current": PASSWORD, "password": "short"}, "password"),
        ({"current": ""}, "缺这一项"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(cast, zhoumin, typed, words):
    answer = zhoumin.post("/me/password/", typed)
    assert (answer.status_code, words in answer.text) == (422, True)
    signed_in(cast.zhoumin)


def test_a_leaver_is_out_at_once(cast, zhoumin):
    Staff.objects.filter(pk=cast.zhoumin.pk).update(is_active=False)
    assert zhoumin.get("/me/sessions/").status_code == 302


def test_units_are_read_by_all_and_opened_by_the_administrator(cast, admin, zhoumin):
    assert "杭州分公司" not in zhoumin.get("/settings/units/").text
    assert "杭州分公司" in admin.get("/settings/units/").text
    typed = {"code": "wx", "name": "无锡分公司", "kind": "branch", "division_code": "320200", "phone": ""}
    assert zhoumin.post("/settings/units/new/", typed).status_code == 403
    assert admin.get("/settings/units/new/").status_code == 200
    assert admin.post("/settings/units/new/", typed).headers["Location"] == "/settings/units/"
    assert Unit.objects.get(code="WX").division_code == "320200"


def test_a_form_sent_twice_opens_one_unit(admin):
    typed = {"code": "WX", "name": "无锡分公司", "kind": "branch", "once": "4b3b3b0e-5a0c-4f0e-9d55-111111111111"}
    answers = [admin.post("/settings/units/new/", typed) for _time in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/settings/units/"] * 2
    assert Unit.objects.count() == 7


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"code": "SU"}, "已有机构用这个代码"),
        ({"name": "苏州分公司"}, "已有机构用这个名称"),
        ({"kind": "moon"}, "没有这个选项"),
        ({"division_code": "12"}, "行政区划代码是6位数字"),
        ({"name": "无\0锡"}, "不能用"),
    ],
)
def test_a_unit_that_cannot_be_is_said_beside_its_field(admin, typed, words):
    answer = admin.post("/settings/units/new/", {"code": "WX", "name": "无锡分公司", "kind": "branch", **typed})
    assert (answer.status_code, words in answer.text, Unit.objects.count()) == (422, True, 6)


def test_a_unit_is_changed_and_closed_when_empty(cast, admin):
    url = f"/settings/units/{cast.su.pk}/"
    assert "苏州分公司" in admin.get(url).text
    assert admin.post(url, {"name": "杭州分公司", "version": 1}).status_code == 422
    assert admin.post(url, {"name": "苏州中心分公司", "phone": "0512-65551234", "version": 1}).status_code == 302
    assert admin.post(f"{url}close/").status_code == 409
    assert Unit.objects.get(pk=cast.su.pk).closed_on is None
    assert admin.post(f"/settings/units/{cast.office.pk}/close/").status_code == 302
    assert Unit.objects.get(pk=cast.office.pk).closed_on is not None


def test_two_who_change_one_unit_see_both_texts(cast, admin):
    url = f"/settings/units/{cast.su.pk}/"
    assert admin.post(url, {"name": "苏州分公司", "phone": "0512-1111", "version": 1}).status_code == 302
    answer = admin.post(url, {"name": "苏州分公司", "phone": "0512-2222", "version": 1})
    assert (answer.status_code, "0512-1111" in answer.text, "0512-2222" in answer.text) == (409, True, True)
    assert Unit.objects.get(pk=cast.su.pk).phone == "0512-1111"
    assert admin.post(url, {"name": "苏州分公司", "phone": "0512-2222", "version": 2}).status_code == 302


def test_two_who_change_one_person_see_both_texts(cast, admin):
    url = f"/settings/staff/{cast.zhoumin.pk}/edit/"
    assert admin.post(url, {"name": "周敏", "unit": cast.hz.pk, "version": 1}).status_code == 302
    answer = admin.post(url, {"name": "周敏", "unit": cast.bj.pk, "version": 1})
    assert (answer.status_code, "杭州分公司" in answer.text) == (409, True)
    assert Staff.objects.get(pk=cast.zhoumin.pk).unit == cast.hz


def test_staff_are_found_by_name_and_unit(cast, admin, zhoumin):
    assert "陆瑶" in admin.get("/settings/staff/").text
    found = admin.get("/settings/staff/", {"q": "周敏"}).text
    assert ("周敏" in found, "陆瑶" in found) == (True, False)
    found = admin.get("/settings/staff/", {"unit": cast.hz.pk}).text
    assert ("陆瑶" in found, "周敏" in found) == (True, False)
    assert "没有符合条件的人" in admin.get("/settings/staff/", {"q": "没有这个人"}).text
    assert "陆瑶" not in zhoumin.get("/settings/staff/").text
    for hostile in ({"unit": "x"}, {"unit": "9" * 40}, {"q": "x" * 9999}, {"page": "x"}, {"page": "9" * 40}):
        assert admin.get("/settings/staff/", hostile).status_code == 200


def test_a_person_is_hired_changed_and_leaves(cast, admin, zhoumin):
    typed = {"name": "唐静", "unit": cast.su.pk, "username": "tangjing", "password": PASSWORD, "phone": ""}
    assert zhoumin.post("/settings/staff/new/", typed).status_code == 403
    assert admin.post("/settings/staff/new/", {**typed, "username": "zhoumin"}).status_code == 422
    answer = admin.post("/settings/staff/new/", typed)
    staff = Staff.objects.get(username="tangjing")
    assert answer.headers["Location"] == f"/settings/staff/{staff.pk}/"
    his = signed_in(staff)
    assert admin.get(f"{answer.headers['Location']}edit/").status_code == 200
    assert admin.post(f"{answer.headers['Location']}edit/", {"name": "", "unit": cast.su.pk}).status_code == 422
    assert (
        admin.post(f"{answer.headers['Location']}edit/", {"name": "唐静", "unit": cast.hz.pk, "version": 1}).status_code
        == 302
    )
    assert admin.post(f"{answer.headers['Location']}leave/").status_code == 302
    assert admin.post(f"{answer.headers['Location']}leave/").status_code == 409
    assert his.get("/me/sessions/").status_code == 302


def test_the_administrator_does_not_leave_by_his_own_hand(cast, admin):
    assert admin.post(f"/settings/staff/{cast.admin.pk}/leave/").status_code == 403
    assert Staff.objects.get(pk=cast.admin.pk).is_active


def test_a_password_is_set_for_another_and_ends_his_sessions(cast, admin, zhoumin):
    url = f"/settings/staff/{cast.zhoumin.pk}/password/"
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"password": "short"}).status_code == 422
    assert admin.post(url, {"password": "another long password"}).status_code == 302
    assert zhoumin.get("/me/sessions/").status_code == 302
    assert admin.get(f"/settings/staff/{cast.admin.pk}/password/").status_code == 404


def test_the_administrator_ends_somebodys_sessions(cast, admin, zhoumin):
    url = f"/settings/staff/{cast.zhoumin.pk}/"
    assert "打开的会话" in admin.get(url).text
    assert zhoumin.post(f"{url}sessions/end/").status_code == 403
    assert admin.post(f"{url}sessions/end/").headers["Location"] == url
    assert zhoumin.get("/me/sessions/").status_code == 302


def test_somebody_of_another_branch_is_not_there(cast, zhoumin):
    assert zhoumin.get(f"/settings/staff/{cast.luyao.pk}/").status_code == 404
    page = zhoumin.get(f"/settings/staff/{cast.lize.pk}/").text
    assert ("李泽" in page, "授予角色" in page, "打开的会话" in page) == (True, False, False)


def role_typed(cast, **typed):
    today = clock.now().date().isoformat()
    return {"kind": "custodian", "unit": cast.su.pk, "starts_at": today, "ends_at": "", **typed}


def test_a_role_is_given_and_ended(cast, admin, zhoumin):
    url = f"/settings/staff/{cast.zhoumin.pk}/"
    day = clock.now().astimezone(clock.ZONE).date()
    typed = role_typed(cast, starts_at=day.isoformat(), ends_at=day.isoformat())
    assert zhoumin.post(f"{url}roles/new/", typed).status_code == 403
    assert admin.get(f"{url}roles/new/").status_code == 200
    assert admin.post(f"{url}roles/new/", typed).headers["Location"] == url
    role = Role.objects.latest("pk")
    assert role.ends_at - role.starts_at == DAY
    assert admin.post(f"{url}roles/new/", typed).status_code == 409
    assert "档案专管员" in admin.get(url).text
    assert zhoumin.post(f"/settings/roles/{role.pk}/end/").status_code == 403
    assert admin.post(f"/settings/roles/{role.pk}/end/").headers["Location"] == url
    assert admin.post(f"/settings/roles/{role.pk}/end/").status_code == 409


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "king"},
        {"unit": "0"},
        {"starts_at": "soon"},
        {"starts_at": "0001-01-01"},
        {"starts_at": "2020-01-01"},
        {"kind": "chairman"},
    ],
)
def test_a_role_that_cannot_be_is_said_beside_its_field(cast, admin, typed):
    answer = admin.post(f"/settings/staff/{cast.zhoumin.pk}/roles/new/", role_typed(cast, **typed))
    assert (answer.status_code, Role.objects.filter(staff=cast.zhoumin).count()) == (422, 1)


def test_the_administrator_gives_himself_no_role(cast, admin):
    assert admin.post(f"/settings/staff/{cast.admin.pk}/roles/new/", role_typed(cast)).status_code == 403


def test_an_absence_is_reported_and_ended(cast, zhoumin):
    url = f"/settings/staff/{cast.zhoumin.pk}/"
    assert zhoumin.get(f"{url}absences/new/").status_code == 200
    assert (
        zhoumin.post(
            f"{url}absences/new/", {"starts_at": "2026-09-28T09:00", "ends_at": "x", "reason": "发烧"}
        ).status_code
        == 422
    )
    typed = {"starts_at": "2026-09-28T09:00", "ends_at": "2100-01-01T09:00", "reason": "发烧"}
    assert zhoumin.post(f"{url}absences/new/", typed).headers["Location"] == url
    assert zhoumin.post(f"{url}absences/new/", typed).status_code == 409
    absence = Absence.objects.get()
    assert absence.starts_at.astimezone(clock.ZONE).hour == 9
    assert "发烧" in zhoumin.get(url).text
    lize = signed_in(cast.lize)
    assert "发烧" not in lize.get(url).text
    assert lize.post(f"{url}absences/new/", typed).status_code == 403
    assert lize.post(f"/settings/absences/{absence.pk}/end/").status_code == 404
    assert zhoumin.post(f"/settings/absences/{absence.pk}/end/").headers["Location"] == url
    assert zhoumin.post(f"/settings/absences/{absence.pk}/end/").status_code == 409


def test_a_substitute_is_named_and_taken_back(cast, zhoumin):
    day = clock.now().astimezone(clock.ZONE).date()
    typed = {"staff": cast.lize.pk, "starts_at": day.isoformat(), "ends_at": day.isoformat(), "reason": "培训"}
    assert zhoumin.get("/me/substitutes/new/").status_code == 200
    assert zhoumin.post("/me/substitutes/new/", typed).headers["Location"] == "/me/substitutes/"
    row = Substitute.objects.get()
    assert row.ends_at.astimezone(clock.ZONE).date() == day + DAY
    assert zhoumin.post("/me/substitutes/new/", typed).status_code == 409
    assert "替代中" in zhoumin.get("/me/substitutes/").text
    lize = signed_in(cast.lize)
    assert "周敏" in lize.get("/me/substitutes/").text
    assert lize.post(f"/me/substitutes/{row.pk}/revoke/").status_code == 403
    assert signed_in(cast.luyao).post(f"/me/substitutes/{row.pk}/revoke/").status_code == 404
    assert zhoumin.post(f"/me/substitutes/{row.pk}/revoke/").headers["Location"] == "/me/substitutes/"
    assert zhoumin.post(f"/me/substitutes/{row.pk}/revoke/").status_code == 409


def test_a_substitute_who_is_not_a_colleague_is_not_offered(cast, zhoumin):
    day = clock.now().astimezone(clock.ZONE).date().isoformat()
    for staff in (cast.luyao, cast.zhoumin):
        typed = {"staff": staff.pk, "starts_at": day, "ends_at": day, "reason": "培训"}
        assert zhoumin.post("/me/substitutes/new/", typed).status_code == 422
    assert not Substitute.objects.exists()


def test_settings_open_with_the_units(zhoumin):
    assert zhoumin.get("/settings/").headers["Location"] == "/settings/units/"


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_ask_as_much_for_thirty_rows_as_for_few(cast, admin):
    now = clock.now()
    urls = [reverse("people:units"), reverse("people:staff"), reverse("people:sessions"), reverse("people:substitutes")]
    urls.append(reverse("people:staff_member", args=[cast.zhoumin.pk]))
    actions.name_substitute(
        cast.admin, staff=cast.xuning, starts_at=now, ends_at=now + DAY, reason="x", by=cast.admin, now=now
    )
    actions.report_absence(cast.zhoumin, starts_at=now, ends_at=now + DAY, reason="x", by=cast.admin, now=now)
    few = [queries(admin, url) for url in urls]
    for number in range(1, 31):
        then = now + 2 * number * DAY
        unit = actions.open_unit(code=f"T{number}", name=f"第{number}分公司", kind="branch", by=cast.admin, now=now)
        staff = actions.hire(username=f"test{number}", name="唐静", unit=unit, by=cast.admin, now=now)
        actions.give_role(staff, unit=unit, kind=K.OPERATOR, by=cast.admin, now=now)
        actions.give_role(cast.zhoumin, unit=unit, kind=K.OPERATOR, by=cast.admin, now=now)
        actions.open_session(cast.admin, session_key=f"key{number}", address=None, agent="", now=now)
        actions.name_substitute(
            cast.admin, staff=cast.xuning, starts_at=then, ends_at=then + DAY, reason="x", by=cast.admin, now=now
        )
        actions.report_absence(cast.zhoumin, starts_at=then, ends_at=then + DAY, reason="x", by=cast.admin, now=now)
    assert [queries(admin, url) for url in urls] == few
