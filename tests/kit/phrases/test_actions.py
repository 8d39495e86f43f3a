"""Who has which phrases, what they may say, and what is on record of them."""

import pytest

from chengnuo.kit.models import Phrase
from chengnuo.kit.phrases import rules
from chengnuo.kit.phrases.access import may_write, visible_phrases
from chengnuo.kit.phrases.actions import add_phrase, change_phrase, remove_phrase
from chengnuo.kit.records import visible_refs
from chengnuo.ledger.check import check
from chengnuo.ledger.models import TrailEvent, TrailText, ref
from chengnuo.people.actions import end_role, name_substitute
from chengnuo.people.models import Role
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, NOW, do
from tests.kit.phrases.conftest import a_phrase


def titles(user, now=NOW):
    return set(visible_phrases(user, now).values_list("title", flat=True))


def test_own_phrases_are_their_owners_alone_and_a_branchs_are_of_the_branch(cast, own, of_suzhou, of_all):
    assert titles(cast.zhoumin) == {"自己的", "苏州的", "公司的"}
    assert titles(cast.xuning) == titles(cast.lize) == {"苏州的", "公司的"}
    for other in (cast.luyao, cast.mengchuan, cast.linxiaotang, cast.wanghaiyan, cast.chenlixing, cast.admin):
        assert titles(other) == {"公司的"}


def test_what_is_named_elsewhere_is_named_to_the_same_people(cast, own, of_suzhou):
    refs = [ref(own), ref(of_suzhou)]
    assert visible_refs(cast.zhoumin, NOW, refs) == set(refs)
    assert visible_refs(cast.luyao, NOW, refs) == set()


def test_who_left_a_branch_has_its_phrases_no_longer_and_keeps_his_own(cast, own, of_suzhou, of_all):
    do(end_role, Role.objects.get(staff=cast.zhoumin), by=cast.admin)
    assert titles(cast.zhoumin, NOW + HOUR) == {"自己的", "公司的"}


def test_who_stands_in_for_a_manager_writes_for_the_branch_meanwhile(cast, of_suzhou):
    given = {"staff": cast.zhoumin, "starts_at": NOW + HOUR, "ends_at": NOW + DAY, "reason": "培训", "by": cast.xuning}
    do(name_substitute, cast.xuning, **given)
    allowed = [may_write(cast.zhoumin, of_suzhou, at) for at in (NOW, NOW + 2 * HOUR, NOW + 2 * DAY)]
    assert allowed == [False, True, False]


@pytest.mark.parametrize("who", ["zhoumin", "lize", "luyao", "linxiaotang", "wanghaiyan", "chenlixing", "admin"])
def test_a_branchs_phrase_is_written_by_its_manager_alone(cast, of_suzhou, who):
    by = getattr(cast, who)
    with refused("forbidden"):
        a_phrase(cast, scope="unit", unit=cast.su, by=by)
    with refused("forbidden"):
        do(change_phrase, of_suzhou, title="x", text="x", by=by)
    with refused("forbidden"):
        do(remove_phrase, of_suzhou, by=by)
    assert Phrase.objects.get().title == "苏州的"


@pytest.mark.parametrize("who", ["zhoumin", "xuning", "linxiaotang", "chenlixing", "zhengqiming"])
def test_the_companys_phrase_is_written_by_the_head_of_the_centre_and_the_administrator(cast, of_all, who):
    with refused("forbidden"):
        a_phrase(cast, scope="company", by=getattr(cast, who))
    with refused("forbidden"):
        do(change_phrase, of_all, title="x", text="x", by=getattr(cast, who))
    assert do(change_phrase, of_all, title="改了", text="x", by=cast.admin).title == "改了"


def test_nobody_changes_what_is_anothers_own(cast, own):
    for by in (cast.xuning, cast.wanghaiyan, cast.admin):
        with refused("forbidden"):
            do(change_phrase, own, title="x", text="x", by=by)


def test_a_phrase_of_a_unit_names_it_and_no_other_does(cast):
    with refused("unit"):
        a_phrase(cast, scope="unit", by=cast.xuning)
    with refused("unit"):
        a_phrase(cast, unit=cast.su)


@pytest.mark.parametrize(
    "words, field",
    [
        ({"title": ""}, "title"),
        ({"title": " \t\u200b"}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"text": ""}, "text"),
        ({"text": " \r\n "}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "好\x00"}, "text"),
        ({"text": "好\x1b[31m"}, "text"),
        ({"text": "好\ud800"}, "text"),
        ({"text": "请找【经理】"}, "text"),
        ({"text": "【】"}, "text"),
        ({"text": "【 客户】"}, "text"),
        ({"room": "nowhere"}, "room"),
        ({"room": "people"}, "room"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(cast, words, field):
    with pytest.raises(rules.Invalid) as caught:
        a_phrase(cast, **words)
    assert (list(caught.value.fields), Phrase.objects.count()) == ([field], 0)


def test_an_unknown_name_is_told_with_those_that_there_are(cast):
    with refused("unknown_name") as caught:
        a_phrase(cast, text="【客户】找【经理】")
    assert caught.value.fields["text"] == "没有【经理】，可用【客户】【单号】【承办】【机构】"


def test_the_longest_there_may_be_is_kept_with_one_kind_of_line_end(cast):
    kept = a_phrase(cast, "长" * 40, text="甲\r\n乙\r" + "长" * 1996)
    kept.refresh_from_db()
    assert (len(kept.title), kept.text[:4], len(kept.text)) == (40, "甲\n乙\n", 2000)


def test_there_are_two_hundred_of_a_scope_and_no_more_until_one_is_removed(cast, own, monkeypatch):
    Phrase.objects.bulk_create(
        Phrase(title="x", text="x", owner=cast.zhoumin, added_at=NOW) for _nth in range(rules.MOST - 1)
    )
    with refused("too_many_phrases") as caught:
        a_phrase(cast)
    assert "200" in caught.value.message
    a_phrase(cast, by=cast.xuning)
    do(remove_phrase, own, by=cast.zhoumin)
    a_phrase(cast)


def test_every_act_is_on_record_with_its_words_apart_and_the_ledger_is_whole(cast):
    phrase = a_phrase(cast, room="claims")
    do(change_phrase, phrase, title="收讫", text="收讫", by=cast.zhoumin, version=1)
    do(remove_phrase, phrase, by=cast.zhoumin)
    events = TrailEvent.objects.filter(subject_type="kit.phrase", subject_pk=phrase.pk).order_by("seq")
    assert [(one.verb, one.by) for one in events] == [
        ("phrase.added", cast.zhoumin),
        ("phrase.changed", cast.zhoumin),
        ("phrase.removed", cast.zhoumin),
    ]
    assert not any("收" in one.body for one in events)
    said = TrailText.objects.filter(event=events[1]).order_by("name").values_list("name", "text")
    assert dict(said)["title.old"] == "已收到"
    assert dict(said)["title"] == "收讫"
    phrase.refresh_from_db()
    assert (phrase.removed_at, titles(cast.zhoumin), check()[0]) == (NOW, set(), [])


def test_what_was_removed_is_neither_changed_nor_removed_again(cast, own):
    do(remove_phrase, own, by=cast.zhoumin)
    with refused("phrase_removed"):
        do(change_phrase, own, title="x", text="x", by=cast.zhoumin)
    with refused("phrase_removed"):
        do(remove_phrase, own, by=cast.zhoumin)


def test_two_who_change_one_at_once_are_told(cast, of_suzhou):
    do(change_phrase, of_suzhou, title="一", text="一", by=cast.xuning, version=1)
    with refused("stale"):
        do(change_phrase, of_suzhou, title="二", text="二", by=cast.xuning, version=1)


def test_the_rooms_are_the_chapters_of_the_procedure():
    assert {"hotline", "claims", "complaints", "visits", "letters"} <= set(rules.rooms())
    assert not {"desk", "settings", "clients"} & set(rules.rooms())


def test_add_phrase_takes_one_for_oneself_by_itself(cast):
    assert do(add_phrase, title="x", text="y", by=cast.zhoumin).scope == Phrase.Scope.OWN
