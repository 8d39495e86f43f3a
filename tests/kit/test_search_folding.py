"""How texts are compared, cut and marked, without a database."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chengnuo.kit.search.asking import read
from chengnuo.kit.search.folding import fold, grams, places
from chengnuo.kit.search.keys import compact, keys_of
from chengnuo.kit.search.kinds import Words
from chengnuo.kit.search.pinyin import READINGS, SYLLABLES, spelled
from chengnuo.kit.search.showing import marked, snippet

TEXT = st.text("保险理赔abＡＢ ，。é𬱖😀%_<&\u200b\u202e", max_size=40)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("ＤＨ－２６", "dh-26"),
        ("锦\u200b穗", "锦穗"),
        ("a\u202eb\x00c", "abc"),
        ("㈱ ℃", "(株) °c"),
        ("e\u0301", "é"),
        ("行\n列\u3000末", "行 列 末"),
        ("STRASSE straße", "strasse strasse"),
        ("𬱖😀", "𬱖😀"),
    ],
)
def test_width_case_and_invisible_marks_are_folded_away(text, folded):
    assert fold(text) == folded


@given(TEXT, TEXT)
def test_a_part_of_a_text_has_no_lexeme_that_the_text_lacks(text, part):
    whole, piece = fold(text + part + text), fold(part)
    pairs = {gram for gram in grams(piece) if len(gram) > 1}
    assert pairs <= grams(whole)


@given(TEXT, st.integers(0, 39), st.integers(1, 6))
def test_what_is_marked_in_a_text_is_what_was_asked_for(text, start, length):
    composed = unicodedata.normalize("NFC", text)
    word = fold(composed[start : start + length]).strip()
    assume(word)
    spans = places(composed, [word])
    assert spans
    assert word in fold("".join(composed[a:b] for a, b in spans))


def test_marks_are_escaped_around_their_words():
    assert marked('<b>"锦穗"&', ["锦穗", "<b"]) == "<mark>&lt;b</mark>&gt;&quot;<mark>锦穗</mark>&quot;&amp;"
    assert marked("ＡＢｃ", ["bc"]) == "Ａ<mark>Ｂｃ</mark>"
    assert marked("ababa", ["aba", "ba"]) == "<mark>ababa</mark>"


def test_a_snippet_is_a_line_around_the_first_word_and_nothing_where_there_is_none():
    text = "前" * 50 + "\n预付赔款" + "后" * 200
    assert snippet(["别的", text], ["赔款"]) == ("…" + "前" * 13 + " 预付<mark>赔款</mark>" + "后" * 72 + "…")
    assert snippet([text], ["没有"]) == ""


@pytest.mark.parametrize(
    "typed, words",
    [
        ("锦穗 保单", ["锦穗", "保单"]),
        ("  锦穗　锦穗 ", ["锦穗"]),
        ('"到账 时间" 赔款', ["到账 时间", "赔款"]),
        ("“到账 时间”", ["到账 时间"]),
        ('"锦穗 x', ['"锦穗', "x"]),
        ('锦"穗', ['锦"穗']),
        ('""', ['""']),
        ('" "', []),
        ("", []),
        ("\u200b\u202e", []),
        ("100%_*", ["100%_*"]),
    ],
)
def test_words_are_parted_by_blanks_and_kept_together_by_quotes(typed, words):
    assert read(typed).words == words


def test_a_query_is_refused_when_it_would_find_half_of_everything_or_is_a_text():
    assert [read(text).is_askable for text in ("D", "1", "敏", "😀", "ab", "长" * 200)] == [False, False] + [True] * 4
    assert read("长" * 201).is_too_long
    assert read("长" * 10_000).is_too_long
    assert read(" ".join(f"词{n}" for n in range(21))).is_too_long


@pytest.mark.parametrize("typed", ["zhoumin", "zm", "zhou", "min", "ZM", "zhou min"])
def test_a_name_is_spelled_from_every_character_on_in_full_and_by_initials(typed):
    ways = spelled("周敏")
    assert all(any(way.startswith(part) for way in ways) for part in fold(typed).split())


@pytest.mark.parametrize(
    "name, typed",
    [
        ("重庆长江", "chongqingchangjiang"),
        ("重庆长江", "zhongqing"),
        ("单雄信", "shanxiong"),
        ("吕布", "lvb"),
        ("曾毅", "zengy"),
    ],
)
def test_a_character_read_in_several_ways_is_found_by_each(name, typed):
    assert any(way.startswith(typed) for way in spelled(name))


def test_the_readings_of_a_long_name_are_bounded():
    name = "重行长乐单曾解仇区查盖种" * 3
    assert len(spelled(name)) <= 2 * READINGS * 36
    assert max(map(len, spelled(name))) <= 6 * SYLLABLES
    assert spelled("Allianz SE") == frozenset()


def test_a_number_is_found_from_each_of_its_parts_on_without_hyphens():
    keys = keys_of(Words(number="DH-SU-26-0001"))
    assert keys == {"odhsu260001", "ndhsu260001", "nsu260001", "n260001", "n0001"}
    assert compact("dh-su 26/0001") == "dhsu260001"


def test_a_landline_is_found_without_its_area_code_and_by_its_last_four():
    assert keys_of(Words(phones=["051200006620"])) == {"p051200006620", "p00006620", "l6620"}
    assert keys_of(Words(phones=["13800001021"])) == {"p13800001021", "l1021"}
