"""The page of phrases, and the API of the same."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.kit.models import Phrase
from chengnuo.ledger.models import TrailEvent
from tests.api import asking
from tests.complaints.world import a_complaint
from tests.hotline.world import a_client
from tests.kit.phrases.conftest import a_phrase

WORDS = {"title": "已收到", "text": "材料已收到", "room": ""}


def of(staff) -> Browser:
    browser = Browser()
    browser.force_login(staff)
    return browser


def test_a_person_adds_changes_and_removes_his_own(cast):
    zhou = of(cast.zhoumin)
    assert zhou.post(reverse("phrases:new"), {**WORDS, "scope": "own"}).status_code == 302
    phrase = Phrase.objects.get()
    assert (phrase.scope, phrase.owner) == ("own", cast.zhoumin)
    edit = reverse("phrases:edit", args=[phrase.pk])
    assert zhou.post(edit, {**WORDS, "title": "收讫", "version": 1}).status_code == 302
    assert "收讫" in zhou.get(reverse("phrases:list")).text
    assert zhou.post(reverse("phrases:remove", args=[phrase.pk])).headers["Location"] == reverse("phrases:list")
    page = zhou.get(reverse("phrases:list")).text
    assert ("已删除：收讫" in page, "还没有常用语" in page) == (True, True)
    assert zhou.get(edit).status_code == 404


def test_a_form_that_is_sent_twice_adds_one(cast):
    zhou, sent = of(cast.zhoumin), {**WORDS, "scope": "own", "once": "6f1c4a37-5f0f-4a52-9a58-0c0f6a8f7a11"}
    answers = [zhou.post(reverse("phrases:new"), sent).status_code for _nth in range(2)]
    assert (answers, Phrase.objects.count()) == ([302, 302], 1)


def test_each_is_offered_the_scopes_that_he_may_write(cast):
    def offered(staff):
        form = of(staff).get(reverse("phrases:new")).context["form"]
        return [label for _value, label in form.fields["scope"].choices]

    assert offered(cast.zhoumin) == ["自己"]
    assert offered(cast.xuning) == ["自己", "苏州分公司"]
    assert offered(cast.wanghaiyan) == ["自己", "客户服务中心", "全公司"]
    assert offered(cast.admin) == ["自己", "全公司"]


def test_a_manager_adds_one_for_his_branch_and_his_people_cannot_change_it(cast):
    sent = {**WORDS, "scope": f"unit:{cast.su.pk}", "room": "claims"}
    assert of(cast.xuning).post(reverse("phrases:new"), sent).status_code == 302
    phrase = Phrase.objects.get()
    assert (phrase.unit, phrase.owner, phrase.room) == (cast.su, None, "claims")
    edit = reverse("phrases:edit", args=[phrase.pk])
    page = of(cast.zhoumin).get(reverse("phrases:list")).text
    assert ("已收到" in page, edit in page) == (True, False)
    assert [of(one).post(edit, WORDS).status_code for one in (cast.zhoumin, cast.luyao)] == [403, 404]


@pytest.mark.parametrize("scope", ["company", "unit:1", "unit:999999", "unit", "nobody", "", "unit:-1"])
def test_a_scope_that_is_not_offered_is_refused(cast, scope):
    page = of(cast.zhoumin).post(reverse("phrases:new"), {**WORDS, "scope": scope})
    assert (page.status_code, Phrase.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"text": ""}, "缺这一项"),
        ({"title": ""}, "缺这一项"),
        ({"title": "\u200b"}, "标题写1到40个字"),
        ({"text": "请找【经理】"}, "没有【经理】，可用【客户】【单号】【承办】【机构】"),
        ({"text": "好\x1b"}, "U+001B"),
        ({"title": "长" * 41}, "40"),
        ({"text": "长" * 2001}, "2000"),
        ({"room": "nowhere"}, "没有这个选项"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, wrong, words):
    page = of(cast.zhoumin).post(reverse("phrases:new"), {**WORDS, "scope": "own", **wrong})
    (field,) = wrong
    assert (page.status_code, words in page.context["form"].errors[field][0]) == (422, True)
    assert Phrase.objects.count() == 0


def test_a_script_is_shown_as_it_is_written(cast):
    a_phrase(cast, "<script>alert(1)</script>", text='"><script>alert(2)</script></textarea>')
    zhou = of(cast.zhoumin)
    for address in (reverse("phrases:list"), reverse("phrases:edit", args=[Phrase.objects.get().pk])):
        page = zhou.get(address).text
        assert ("<script>alert" in page, "&lt;script&gt;alert(2)" in page) == (False, True)


def test_two_who_change_one_at_once_see_both_versions(cast, of_suzhou):
    edit, xu = reverse("phrases:edit", args=[of_suzhou.pk]), of(cast.xuning)
    assert xu.post(edit, {**WORDS, "title": "一", "version": 1}).status_code == 302
    page = xu.post(edit, {**WORDS, "title": "二", "version": 1})
    assert (page.status_code, "一" in page.text, Phrase.objects.get().title) == (409, True, "一")


def test_every_long_field_of_a_complaints_act_has_its_button_and_the_phrases_own_has_none(cast):
    complaint, zhou = a_complaint(cast, a_client(cast)), of(cast.zhoumin)
    page = zhou.get(f"{complaint.get_absolute_url()}assess/").text
    assert page.count("<textarea") == page.count("data-phrases=") > 0
    assert 'data-phrases="id_finding"' in page
    of_client = f"{reverse('complaints:new')}?client={complaint.client_id}"
    for address in (reverse("hotline:new"), of_client):
        page = zhou.get(address).text
        assert page.count("<textarea") == page.count("data-phrases=") > 0
    assert "data-phrases=" not in zhou.get(reverse("phrases:new")).text


def test_the_api_adds_lists_changes_and_removes(cast, of_suzhou):
    status, made = asking(cast.zhoumin, "post", "/phrases", {"title": "已收到", "text": "【客户】好", "room": "claims"})
    assert (status, made["scope"], made["unit"], made["room"]) == (201, "own", None, "claims")
    _status, listed = asking(cast.zhoumin, "get", "/phrases")
    assert [(one["title"], one["scope"], one["unit"]) for one in listed["phrases"]] == [
        ("已收到", "own", None),
        ("苏州的", "unit", "SU"),
    ]
    _status, narrowed = asking(cast.zhoumin, "get", "/phrases?room=hotline")
    assert [one["title"] for one in narrowed["phrases"]] == ["苏州的"]
    address = f"/phrases/{made['id']}"
    status, changed = asking(cast.zhoumin, "post", address, {"title": "收讫", "text": "收讫", "version": 1})
    assert (status, changed["title"], changed["room"], changed["version"]) == (200, "收讫", "", 2)
    assert asking(cast.zhoumin, "post", address, {"title": "晚了", "text": "晚了", "version": 1})[0] == 409
    status, gone = asking(cast.zhoumin, "post", f"{address}/remove")
    assert (status, gone["removed_at"] is not None) == (200, True)
    assert asking(cast.zhoumin, "post", f"{address}/remove")[0] == 404
    assert TrailEvent.objects.filter(subject_type="kit.phrase", subject_pk=made["id"]).count() == 3


@pytest.mark.parametrize(
    "body, status",
    [
        ({"title": "x"}, 422),
        ({"title": "x", "text": "【经理】"}, 422),
        ({"title": "x", "text": "x\x00"}, 422),
        ({"title": "x", "text": "长" * 2001}, 422),
        ({"title": "x", "text": "x", "room": "people"}, 422),
        ({"title": "x", "text": "x", "scope": "unit"}, 422),
        ({"title": "x", "text": "x", "scope": "unit", "unit": "NO"}, 422),
        ({"title": "x", "text": "x", "scope": "own", "unit": "SU"}, 422),
        ({"title": "x", "text": "x", "scope": "unit", "unit": "SU"}, 403),
        ({"title": "x", "text": "x", "scope": "company"}, 403),
        ({"title": "x", "text": "x", "owner": 1}, 422),
    ],
)
def test_the_api_refuses_what_cannot_be(cast, body, status):
    assert (asking(cast.zhoumin, "post", "/phrases", body)[0], Phrase.objects.count()) == (status, 0)


def test_the_api_shows_nobody_what_is_anothers(cast, own, of_suzhou):
    for other in (cast.luyao, cast.admin, cast.wanghaiyan):
        assert asking(other, "get", "/phrases")[1]["phrases"] == []
        assert asking(other, "post", f"/phrases/{own.pk}", {"title": "x", "text": "x"})[0] == 404
        assert asking(other, "post", f"/phrases/{of_suzhou.pk}/remove")[0] == 404
    assert asking(cast.zhoumin, "get", "/phrases?room=nowhere")[0] == 422
