"""Whom a letter round writes to: of the clients one sees, each once, each with an address that was checked (4.2.1)."""

from datetime import timedelta

import pytest

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import TrailEvent, ref
from chengnuo.letters import actions
from chengnuo.letters.models import Campaign, Letter, LetterText
from chengnuo.people.actions import share_client
from chengnuo.people.models import Share
from tests.cast import refused
from tests.hotline.world import DAY, NOW, do, stored
from tests.letters.world import TODAY, VALUES, a_round, a_written_client, chosen, fixed, made, posted, states


@pytest.mark.clause("4.2.A", good=True)
def test_a_round_is_drafted_with_aim_and_scheme_and_its_list_fixed(cast):
    a_written_client(cast)
    campaign = a_round(cast)
    assert (campaign.number, campaign.state, campaign.owner, campaign.unit) == (
        "XH-SU-26-0001", "draft", cast.zhoumin, cast.su,
    )  # fmt: skip
    campaign = fixed(chosen(campaign))
    assert (campaign.state, campaign.fixed_at) == ("fixed", NOW)
    assert states(campaign) == [("chosen", "")]


@pytest.mark.clause("4.2.A", good=False)
def test_a_list_is_not_fixed_without_a_scheme_or_an_addressee(cast):
    campaign = a_round(cast, scheme="")
    with refused("nobody"):
        fixed(chosen(a_round(cast)))
    a_written_client(cast)
    campaign = chosen(campaign)
    with refused("no_scheme") as said:
        fixed(campaign)
    assert said.value.clause == "4.2.A"
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"


def test_values_that_cannot_be_are_said_beside_their_fields_and_nothing_is_written(cast):
    before = stored(Campaign, LetterText)
    for wrong, names in (
        ({"way": "pigeon"}, {"way"}),
        ({"basis": "other"}, {"basis_reason"}),
        ({"basis": ""}, {"basis"}),
        ({"replies_by": TODAY - timedelta(days=1)}, {"replies_by"}),
        ({"title": "", "aim": " ", "return_to": None}, {"title", "aim", "return_to"}),
        ({"body": "{密码}"}, {"body"}),
        ({"subject": ""}, {"subject"}),
    ):
        with pytest.raises(Invalid) as said:
            a_round(cast, **wrong)
        assert set(said.value.fields) == names
    with refused("forbidden"):
        a_round(cast, by=cast.luyao)
    assert stored(Campaign, LetterText) == before


@pytest.mark.clause("4.2.1", good=True)
def test_each_client_says_why_he_is_not_written_to(cast):
    a_written_client(cast, 1)
    a_written_client(cast, 2, address="")
    a_written_client(cast, 3, address="金塘路3号")
    a_written_client(cast, 4, address="苏州市吴中区金塘路4号 邮编 21")
    gone = a_written_client(cast, 5)
    do(clients.end_position, gone.positions.get(), by=cast.zhoumin)
    person = {"kind": "person", "name": "罗咏仪"}
    home = "苏州市姑苏区平江路6号2室"
    a_written_client(cast, 6, values=person, address=home)
    a_written_client(cast, 7, values={"kind": "person", "name": "罗咏和"}, address="苏州市姑苏区 平江路6号2室")
    a_written_client(cast, 8, address="苏州市吴中区木渎镇金塘路1号")  # Another company under the first one's roof.
    campaign = chosen(a_round(cast))
    assert states(campaign) == [
        ("chosen", ""),
        ("excluded", "no_address"),
        ("excluded", "short"),
        ("excluded", "postcode"),
        ("excluded", "no_contact"),
        ("chosen", ""),
        ("excluded", "duplicate"),
        ("chosen", ""),
    ]
    twin = campaign.letters.get(excuse="duplicate")
    assert twin.why_not == "同一收件处已有一封：罗咏仪"


def test_by_mail_the_address_is_a_mailbox_and_one_mailbox_gets_one(cast):
    a_written_client(cast, 1)
    a_written_client(cast, 2, contact={"email": ""})
    a_written_client(cast, 3, contact={"email": "a1@x.example"})
    campaign = chosen(a_round(cast, way="mail"))
    assert states(campaign) == [("chosen", ""), ("excluded", "no_email"), ("excluded", "duplicate")]
    assert campaign.letters.first().address in {"a1@x.example", ""}


def test_a_filter_takes_kind_tick_branch_line_and_the_days_between_which_a_policy_ends(cast):
    one = a_written_client(cast, 1)
    a_written_client(cast, 2, values={"kind": "association"})
    do(clients.tick, one, "key", reason="大额保费", by=cast.linxiaotang)
    for asked, count in (
        ({"kind": "association"}, 1),
        ({"ticks": ["key", "large"]}, 1),
        ({"unit": cast.hz.pk}, 0),
        ({"line": "property"}, 2),
        ({"line": "motor"}, 0),
        ({"since": TODAY, "until": TODAY + timedelta(days=300)}, 2),
        ({"until": TODAY}, 0),
        ({}, 2),
    ):
        assert (asked, chosen(a_round(cast), **asked).letters.count()) == (asked, count)
    with refused("filter"):
        actions.asked_of(since=TODAY, until=TODAY - timedelta(days=1))


@pytest.mark.clause("4.2.1", good=False)
def test_nobody_is_chosen_whom_the_author_does_not_see(cast):
    a_written_client(cast, 1)
    a_written_client(cast, 2, unit=cast.hz, by=cast.luyao)
    campaign = chosen(a_round(cast))
    assert [one.client.unit for one in campaign.letters.all()] == [cast.su]
    with refused("forbidden"):
        do(actions.choose_part, campaign, actions.asked_of(), by=cast.luyao)


def test_choosing_again_adds_only_who_is_new_and_the_events_name_every_letter(cast):
    a_written_client(cast, 1)
    campaign = chosen(a_round(cast))
    a_written_client(cast, 2)
    campaign = chosen(campaign)
    assert [one.number for one in campaign.letters.order_by("nth")] == [
        "XH-SU-26-0001-00001",
        "XH-SU-26-0001-00002",
    ]
    taken = TrailEvent.objects.filter(verb="campaign.addressees_taken")
    assert [event.mentions.filter(subject_type="letters.letter").count() for event in taken.order_by("pk")] == [1, 1]


def test_two_wordings_take_turns_and_a_second_comes_before_the_addressees(cast):
    campaign = a_round(cast)
    do(actions.set_text, campaign, key="B", subject="换一种说法", body="{客户}", by=cast.zhoumin)
    for nth in (1, 2, 3):
        a_written_client(cast, nth)
    campaign = chosen(campaign)
    assert list(campaign.letters.order_by("nth").values_list("text__key", flat=True)) == ["A", "B", "A"]
    late = chosen(a_round(cast))
    with refused("addressees_chosen"):
        do(actions.set_text, late, key="B", subject="晚了", body="晚了", by=cast.zhoumin)
    do(actions.set_text, late, key="A", subject="改标题", body="改正文", by=cast.zhoumin)
    assert late.texts.get().subject == "改标题"


def test_who_is_taken_out_by_hand_has_the_reason_and_comes_in_again_when_it_is_mended(cast):
    client = a_written_client(cast, 1)
    campaign = chosen(a_round(cast))
    letter = campaign.letters.get()
    with refused("reason_missing"):
        do(actions.exclude_letters, [letter], reason=" ", by=cast.zhoumin)
    do(actions.exclude_letters, [letter], reason="正在投诉", by=cast.zhoumin)
    assert Letter.objects.get().why_not == "人工剔除：正在投诉"
    site = client.sites.get()
    do(clients.change_site, site, values={"name": "厂", "address": "金塘路"}, version=site.version, by=cast.zhoumin)
    with refused("still_excluded"):
        do(actions.include_letter, Letter.objects.get(), by=cast.zhoumin)
    site.refresh_from_db()
    better = {"name": "厂", "address": "苏州市吴中区金塘路8号"}
    do(clients.change_site, site, values=better, version=site.version, by=cast.zhoumin)
    do(actions.include_letter, Letter.objects.get(), by=cast.zhoumin)
    again = Letter.objects.get()
    assert (again.state, again.excuse, again.address) == ("chosen", "", "苏州市吴中区金塘路8号")


def test_a_field_without_a_value_stops_that_letter_with_its_name_before_anything_is_printed(cast):
    a_written_client(cast, 1)
    a_written_client(cast, 2, policies=[])
    campaign = fixed(chosen(a_round(cast)))
    assert states(campaign) == [("chosen", ""), ("excluded", "no_value")]
    assert campaign.letters.get(excuse="no_value").why_not == "合并项缺值：险种、到期日"
    assert campaign.batches.count() == 0


def test_a_draft_changed_by_two_is_refused_to_the_second_and_nothing_changes_once_fixed(cast):
    a_written_client(cast)
    campaign = a_round(cast)
    given = {"values": {**VALUES, "aim": "另一个目的"}, "by": cast.zhoumin}
    do(actions.change_campaign, campaign, version=1, **given)
    with refused("stale"):
        do(actions.change_campaign, campaign, version=1, **given)
    campaign = fixed(chosen(campaign))
    with refused("not_draft"):
        do(actions.change_campaign, campaign, **given)
    with refused("not_draft"):
        do(actions.choose_part, campaign, actions.asked_of(), by=cast.zhoumin)


def test_a_round_is_cancelled_with_its_reason_until_a_letter_is_made(cast):
    a_written_client(cast)
    campaign = chosen(a_round(cast))
    do(actions.cancel_campaign, campaign, reason="不寄了", by=cast.zhoumin)
    assert Campaign.objects.get(pk=campaign.pk).state == "cancelled"
    out = posted(made(fixed(chosen(a_round(cast)))))
    with refused("illegal_move"):
        do(actions.cancel_campaign, out, reason="不寄了", by=cast.zhoumin)


def shared_client(cast) -> Client:
    client = a_written_client(cast, 1)
    given = {"scope": Share.Scope.FULL, "because": ref(client), "by": None}
    do(share_client, client_id=client.pk, unit=cast.bj, now=NOW - DAY, **given)
    return client


def test_a_client_shared_with_another_branch_is_written_to_by_it_and_his_own_sees_the_letter(cast):
    from chengnuo.letters.access import visible_campaigns, visible_letters

    shared_client(cast)
    campaign = chosen(a_round(cast, by=cast.mengchuan, unit=cast.bj))
    letter = campaign.letters.get()
    assert (letter.unit, letter.client_unit) == (cast.bj, cast.su)
    assert list(visible_letters(cast.zhoumin, NOW)) == [letter]
    assert list(visible_campaigns(cast.zhoumin, NOW)) == []
    assert list(visible_letters(cast.luyao, NOW)) == []
