"""Lists: filter, sort, columns, views and pages, all in the address."""

import re

import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from chengnuo.kit import lists
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.models import ListChoice, SavedView
from chengnuo.people.models import Staff

from .conftest import NOW


class NameFilter(Form):
    name = forms.CharField(label="姓名", required=False, max_length=20)


PEOPLE = Listing(
    "people",
    columns=[
        Column("name", "姓名", lambda one: one.name, is_fixed=True, sort="name"),
        Column("unit", "机构", lambda one: one.unit.name),
        Column("username", "用户名", lambda one: one.username, sort="username", is_default=False),
    ],
    filter_form=NameFilter,
    narrow=lambda rows, asked: rows.filter(name__icontains=asked["name"]) if asked["name"] else rows,
    sort="-id",
)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 3)


@pytest.fixture
def look(rf, zhou):
    def shown(query: str = ""):
        request = rf.get("/people/", QueryDict(query.removeprefix("?")))
        request.user, request.now = zhou, NOW
        return PEOPLE.shown(request, Staff.objects.select_related("unit"))

    return shown


def names(shown) -> list[str]:
    return [row.record.name for row in shown.rows]


def walked(look, query: str = "") -> list[str]:
    """Every name from the first page to the last, and back again to the first."""
    shown, forth = look(query), []
    while True:
        forth.append(names(shown))
        if not shown.older:
            break
        shown = look(shown.older)
    back = [names(shown)]
    while shown.newer:
        shown = look(shown.newer)
        back.insert(0, names(shown))
    assert back == forth
    return [name for page in forth for name in page]


def test_newest_first_page_after_page_and_back(look):
    assert walked(look) == list(Staff.objects.order_by("-pk").values_list("name", flat=True))


@pytest.mark.parametrize("sort", ["name", "-name", "username", "-username"])
def test_another_order_is_complete_too(look, sort):
    Staff.objects.filter(name__in=["周敏", "许宁", "李泽", "陆瑶"]).update(name="同名")
    expected = Staff.objects.order_by(sort, "-pk" if sort.startswith("-") else "pk").values_list("name", flat=True)
    assert walked(look, f"sort={sort}") == list(expected)


def test_what_is_entered_meanwhile_moves_no_page(look, cast):
    older = look().older
    before = names(look(older))
    Staff.objects.create(username="new", name="新人", unit=cast.su)
    assert names(look(older)) == before


def test_the_filter_narrows_and_stays_in_the_address(look):
    assert names(look("name=周")) == ["周敏"]
    assert "name=" in look("name=e").heads[0].url or look("name=e").rows == []


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "sort=-unit__name",
        "after=x",
        "after=[1]",
        'after=["x","y"]',
        "before=[null,1]",
        'after=["\\u0000",1]&sort=name',
        'after=["",1]',
        f"after={'[' * 9999}",
        "after=[1,true]",
        f"after=[1,{10**30}]",
    ],
)
def test_an_address_that_cannot_be_shows_the_first_page(look, query):
    assert names(look(query)) == names(look("sort=name" if "sort=name" in query else ""))


def test_a_wrong_filter_shows_nothing_and_says_why(look):
    shown = look(f"name={'x' * 21}")
    assert shown.rows == []
    assert "name" in shown.form.errors


def test_columns_are_chosen_per_person_and_the_fixed_one_stays(look, page, zhou):
    assert [head.column.key for head in look().heads] == ["name", "unit"]
    page.post(
        "/lists/people/columns/", {"col": ["username", "odd", "x" * 999], "density": "compact", "next": "/notices/"}
    )
    shown = look()
    assert [head.column.key for head in shown.heads] == ["name", "username"]
    assert shown.density == "compact"
    page.post("/lists/people/columns/", {"reset": "1"})
    assert ListChoice.objects.count() == 0


def test_a_view_is_saved_shown_as_current_and_dropped(look, page):
    answer = page.post("/lists/people/views/", {"name": "姓周", "query": "name=周&after=5", "next": "/notices/"})
    assert answer["Location"] == "/notices/"
    (tab,) = look("name=周").tabs
    assert (tab.view.name, tab.is_current) == ("姓周", True)
    assert names(look(tab.url)) == ["周敏"]
    page.post(f"/lists/people/views/{tab.view.pk}/drop/")
    assert SavedView.objects.count() == 0


def test_nobody_drops_the_view_of_another(xu, page):
    lists.keep_view(xu, "people", "姓周", "name=周")
    other = SavedView.objects.get()
    assert page.post(f"/lists/people/views/{other.pk}/drop/").status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name, query", [("", "a=1"), ("x" * 31, "a=1"), ("\0", "a=1"), ("好", "a=" + "x" * 2000)])
def test_a_view_that_cannot_be_is_refused(page, name, query):
    assert page.post("/lists/people/views/", {"name": name, "query": query}).status_code == 422


def test_views_have_a_limit(zhou, page):
    for nth in range(20):
        lists.keep_view(zhou, "people", f"视图{nth}", "name=x")
    assert page.post("/lists/people/views/", {"name": "又一个", "query": "name=x"}).status_code == 422


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(page, where):
    assert page.post("/lists/people/columns/", {"next": where})["Location"] == "/"


def test_the_queries_do_not_grow_with_the_rows(look, cast, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 50)
    with CaptureQueriesContext(connection) as few:
        look("name=周")
    with CaptureQueriesContext(connection) as many:
        look()
    assert (len(few), len(many)) == (3, 3)


def test_the_page_shows_the_table_and_escapes_what_was_written(look, zhou, rf):
    Staff.objects.filter(pk=zhou.pk).update(name="<i>周")
    request = rf.get("/people/")
    request.user, request.now = zhou, NOW
    html = render_to_string("kit/_list.html", {"list": look("name=周")}, request)
    assert "&lt;i&gt;周" in html
    assert re.search(r'aria-sort|<th scope="col"><a href="\?', html)
