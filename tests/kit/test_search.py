"""The search box: every kind, within reach, whatever is typed."""

import pytest

from chengnuo.kit import search
from chengnuo.kit.search import Hit, cleaned, register_search
from chengnuo.people.models import Staff


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(search, "_kinds", {})

    def people(user, now, q, limit):
        found = Staff.objects.filter(unit=user.unit, name__icontains=q).order_by("pk")[:limit]
        return [Hit(one.name, one.unit.name, f"/people/{one.pk}/") for one in found.select_related("unit")]

    def calls(user, now, q, limit):
        return [
            Hit("来电", "李建明", f"/calls/{nth}/", f"DH-26-{nth}")
            for nth in range(20)
            if f"DH-26-{nth}".startswith(q.upper())
        ][:limit]

    register_search("people", "人员", people)
    register_search("call", "来电", calls)


def test_what_is_found_stands_under_its_kind(page, zhou):
    text = page.get("/search/", {"q": "周"}).content.decode()
    assert "人员" in text
    assert f'<a href="/people/{zhou.pk}/">周敏</a>' in text
    assert "没有找到" not in text


def test_more_than_ten_of_a_kind_ask_for_more_words(page):
    text = page.get("/search/", {"q": "DH-26-"}).content.decode()
    assert text.count('class="row"') == 10
    assert "再多写几个字" in text


@pytest.mark.parametrize("q", ["DH-26-3", "dh-26-3", " ＤＨ-26-3 "])
def test_the_number_of_one_record_opens_it(page, q):
    assert page.get("/search/", {"q": q})["Location"] == "/calls/3/"


@pytest.mark.parametrize(
    "q", ["", " ", "%", "_", "%%", "\\", "'", "😀", "x" * 5000, "a\u202eb", "1", "<script>", "(", "*", "\u200b"]
)
def test_no_query_makes_it_fall_over(page, q):
    answer = page.get("/search/", {"q": q})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_wildcard_finds_only_itself(page):
    assert "/people/" not in page.get("/search/", {"q": "_敏"}).content.decode()


def test_one_letter_is_too_short_and_one_chinese_character_is_a_word(page):
    assert "再多写一个字" in page.get("/search/", {"q": "D"}).content.decode()
    assert "/people/" in page.get("/search/", {"q": "敏"}).content.decode()


def test_a_query_is_cleaned_before_the_rooms_get_it():
    assert cleaned("  １３８ 0000\t") == "138 0000"
    assert len(cleaned("长" * 100)) == 64
