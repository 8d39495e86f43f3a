"""Drafts: kept by the server, one's own, bounded."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from chengnuo.kit import drafts
from chengnuo.kit.models import Draft

from .conftest import NOW


def test_changed_fields_are_laid_over_the_others(page, zhou):
    page.post("/drafts/call/new/", {"content": "问预付", "kinds": ["enquiry", "loss"], "csrfmiddlewaretoken": "x"})
    answer = page.post("/drafts/call/new/", {"content": "问预付赔款"})
    assert answer.json()["mark"].endswith("已存草稿")
    assert drafts.initial(zhou, "call/new") == {"content": "问预付赔款", "kinds": ["enquiry", "loss"]}
    assert page.get("/drafts/call/new/").json()["data"]["content"] == "问预付赔款"


def test_a_draft_is_seen_by_its_writer_alone(page, zhou, xu):
    page.post("/drafts/call/new/", {"content": "问预付"})
    other = Client()
    other.force_login(xu)
    assert other.get("/drafts/call/new/").json() == {"data": {}}
    other.delete("/drafts/call/new/")
    other.post("/drafts/call/new/", {"content": "别的"})
    assert drafts.initial(zhou, "call/new") == {"content": "问预付"}


def test_without_a_sign_in_nothing_is_kept(db):
    assert Client().post("/drafts/call/new/", {"content": "x"}).status_code == 302
    assert Draft.objects.count() == 0


def test_control_characters_are_left_out_and_the_rest_is_kept(page, zhou):
    page.post("/drafts/call/new/", {"content": "a\0b\x1bc\n d", "na\0me": "x"})
    assert drafts.initial(zhou, "call/new") == {"content": "abc\n d", "name": "x"}


@pytest.mark.parametrize("fields", [{"content": "长" * 30000}, {f"f{nth}": "x" * 700 for nth in range(100)}])
def test_a_draft_beyond_its_limit_is_refused_and_the_old_one_stays(page, zhou, fields):
    page.post("/drafts/call/new/", {"content": "短"})
    assert page.post("/drafts/call/new/", fields).status_code == 422
    assert drafts.initial(zhou, "call/new") == {"content": "短"}


def test_a_draft_cannot_grow_beyond_its_limit_in_steps(page, zhou):
    answers = [page.post("/drafts/k/", {f"f{nth}": "x" * 9000}).status_code for nth in range(10)]
    assert answers == [200] * 7 + [422] * 3


def test_a_key_that_is_too_long_is_refused(page):
    assert page.post(f"/drafts/{'k' * 121}/", {"content": "x"}).status_code == 422


def test_a_draft_is_dropped_and_offered_to_the_page(page, zhou):
    page.post("/drafts/call/new/", {"content": "x"})
    assert drafts.context(zhou, "call/new")["draft_url"] == "/drafts/call/new/"
    assert drafts.context(zhou, "call/new")["draft_mark"].endswith("已存草稿")
    drafts.drop(zhou, "call/new")
    assert drafts.initial(zhou, "call/new") == {}
    assert drafts.context(zhou, "call/new")["draft_mark"] == ""


def test_untouched_drafts_are_forgotten_after_thirty_days(zhou):
    drafts.save(zhou, "k", QueryDict("a=1"), NOW)
    assert drafts.purge(NOW + timedelta(days=30)) == 0
    assert drafts.purge(NOW + timedelta(days=31)) == 1
