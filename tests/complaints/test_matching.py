"""How well the same matter is told from another: on the labelled pairs, and on texts that have nothing in common."""

from itertools import pairwise

from benchmarks.repeats.judging import judged, pairs, rates, read_side
from chengnuo.complaints.matching import likeness, read
from chengnuo.complaints.matching.weighing import SAME


def test_of_the_labelled_pairs_enough_are_found_and_few_are_wrong():
    rows = judged()
    recall, precision = rates(rows)
    assert len(rows) >= 400
    assert (recall >= 0.95, precision >= 0.8) == (True, True), (recall, precision)
    assert not any(row.is_held for row in rows if row.kind == "twin_company")


def test_texts_of_strangers_are_seldom_held_to_be_one_matter():
    texts = [read_side(pair["earlier"] | {"claim": "", "policy": ""}) for pair in pairs()]
    held = [likeness(a, b).score >= SAME for a, b in pairwise(texts)]
    assert sum(held) / len(held) < 0.2


def test_a_text_beside_itself_is_held_and_one_without_a_word_in_common_is_not():
    for one, other in pairwise(["电梯广告难看", "发票抬头错了", "前台骂人", "保单没寄到", "热线打不通", "慢"]):
        assert likeness(read(one), read(one)).score >= SAME
        assert likeness(read(one), read(other)).score < SAME


def test_two_claims_two_policies_or_two_cars_are_two_matters_whatever_the_words():
    words = "修车五千四，票据交过去好些天了，钱还不下来"
    assert likeness(read(words, claim="1"), read(words, claim="2")).score < SAME
    assert likeness(read(words, policy="1"), read(words, policy="2")).score < SAME
    assert likeness(read("陕A·T3367 " + words), read("陕A·T8812 " + words)).score < SAME


def test_sums_are_read_in_figures_and_in_words():
    assert read("三千八百二").things["sum"] == read("3,820元").things["sum"] == {"3820"}
    assert read("赔三万八").things["sum"] == read("3.8万").things["sum"] == {"38000"}
    assert read("打电话19900001234，二〇二六年，等了5天").things["sum"] == frozenset()


def test_numbers_that_name_a_thing_are_read():
    things = read("沪A·D3W56 的保单 PDAA-2026-0001 五月十二日出险").things
    assert (things["plate"], things["number"], things["day"]) == ({"沪ad3w56"}, {"pdaa20260001"}, {"5-12"})


CALLED = "财务潘经理来电，语气很急，请三点以前打他手机。"


def test_who_calls_and_how_he_is_reached_makes_no_two_matters_one():
    one, other = "冲床砸了模具，机损险报了二十天没人来看", "保费发票的税号少了一位，抵扣不了，请重开"
    assert likeness(read(CALLED + one), read(CALLED + other)).score < SAME
    assert read(CALLED + one).grams == read(one).grams


def test_a_complaint_about_how_one_was_called_is_a_matter_like_any_other():
    rude = read("前台的小李语气恶劣，请他打电话道歉")
    assert "语气" in rude.grams
    assert {"rude", "apology"} <= rude.concepts
    assert "机器" in read("机器人推销电话天天打").grams
