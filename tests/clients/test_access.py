"""Who sees which clients: own, others', shared, ended; and who may do what."""

from datetime import timedelta

import pytest

from chengnuo.clients.access import (
    caller_cards,
    may_change,
    may_enter,
    may_tick,
    may_unmask,
    units_for_entry,
    visible_agreements,
    visible_clients,
    visible_policies,
    visible_positions,
    visible_sites,
)
from chengnuo.clients.duplicates import candidates
from chengnuo.clients.lookup import matching, with_name
from chengnuo.clients.models import Client
from chengnuo.people.models import Share

from .conftest import CONTACT, NOW, PERSON, RESIDENT, entered


@pytest.fixture
def client_hz(cast):
    return entered(cast.hz, cast.luyao, PERSON, contacts=[CONTACT | {"name": "罗先生"}], although_similar=True)


def share(client, unit, scope, starts=-1, ends=1):
    return Share.objects.create(
        client_id=client.pk,
        unit=unit,
        scope=scope,
        starts_at=NOW + timedelta(hours=starts),
        ends_at=NOW + timedelta(hours=ends),
        because_type="people.unit",
        because_pk=unit.pk,
    )


@pytest.mark.parametrize(
    "who, seen",
    [
        ("zhoumin", ["su"]),
        ("xuning", ["su"]),
        ("luyao", ["hz"]),
        ("mengchuan", []),
        ("admin", []),
        ("linxiaotang", ["hz", "su"]),
        ("wanghaiyan", ["hz", "su"]),
        ("chenlixing", ["hz", "su"]),
        ("zhengqiming", ["hz", "su"]),
    ],
)
def test_a_client_is_seen_by_his_branch_and_by_those_who_reach_every_branch(cast, client_su, client_hz, who, seen):
    rows = visible_clients(getattr(cast, who), NOW).order_by("-pk")
    assert [row.unit.code.lower() for row in rows] == seen


@pytest.mark.parametrize(
    "scope, starts, ends, seen", [("full", -1, 1, 1), ("full", -2, -1, 0), ("full", 1, 2, 0), ("card", -1, 1, 0)]
)
def test_a_share_shows_the_client_while_it_lasts_and_only_in_full(
    cast, client_su, agreement, scope, starts, ends, seen
):
    share(client_su, cast.bj, scope, starts, ends)
    for visible in (visible_clients, visible_positions, visible_sites, visible_policies, visible_agreements):
        assert visible(cast.mengchuan, NOW).count() == seen


def test_a_share_lets_read_and_not_write(cast, client_su):
    share(client_su, cast.bj, "full")
    assert may_unmask(cast.mengchuan, client_su, NOW) is True
    assert may_change(cast.mengchuan, client_su, NOW) is False


@pytest.mark.parametrize(
    "who, change, unmask, tick, enter",
    [
        ("zhoumin", 1, 1, 0, 1),
        ("xuning", 1, 1, 0, 1),
        ("luyao", 0, 0, 0, 1),
        ("linxiaotang", 1, 1, 1, 1),
        ("chenlixing", 0, 0, 0, 0),
        ("zhengqiming", 0, 0, 0, 0),
        ("admin", 0, 0, 0, 0),
    ],
)
def test_who_may_change_unmask_tick_and_enter(cast, client_su, who, change, unmask, tick, enter):
    person = getattr(cast, who)
    may = (
        may_change(person, client_su, NOW),
        may_unmask(person, client_su, NOW),
        may_tick(person, NOW),
        may_enter(person, NOW),
    )
    assert may == (bool(change), bool(unmask), bool(tick), bool(enter))


def test_a_client_is_entered_for_ones_own_branch_and_by_the_centre_for_any(cast):
    assert [unit.code for unit in units_for_entry(cast.zhoumin, NOW)] == ["SU"]
    assert [unit.code for unit in units_for_entry(cast.linxiaotang, NOW)] == ["SU", "HZ", "BJ"]
    assert list(units_for_entry(cast.chenlixing, NOW)) == []


def test_an_operator_sees_the_card_of_every_client_and_others_do_not(cast, client_su, client_hz):
    assert caller_cards(cast.mengchuan, NOW).count() == 2
    assert caller_cards(cast.xuning, NOW).count() == 1
    assert caller_cards(cast.admin, NOW).count() == 0
    share(client_hz, cast.su, "card")
    assert caller_cards(cast.xuning, NOW + timedelta(minutes=1)).count() == 2


@pytest.mark.parametrize(
    "text, found",
    [
        ("精密机械", True),
        ("苏 州锦穗", True),
        ("穗", True),
        ("机械精密", False),
        ("138-0000-1021", True),
        ("0512 00006620", True),
        ("13900000000", False),
        ("91999999mamhw8nr6d", True),
        ("YA-PRO-2026-105000", True),
        ("", False),
        ("%", False),
        ("（）", False),
        ("x" * 5000, False),
    ],
)
def test_a_client_is_found_by_name_phone_code_or_policy(cast, client_su, text, found):
    assert list(matching(Client.objects.all(), text)) == ([client_su] if found else [])


def test_a_person_is_found_by_his_resident_id_and_by_half_a_surrogate_pair_nobody(cast, client_hz):
    assert list(matching(Client.objects.all(), RESIDENT.lower())) == [client_hz]
    entered(cast.hz, cast.luyao, {"name": "童𬱖", "kind": "person"})
    assert [one.name for one in with_name(Client.objects.all(), "𬱖")] == ["童𬱖"]


def test_similar_names_and_shared_phones_are_candidates_and_another_branchs_has_no_name(cast, client_su, client_hz):
    found = candidates("苏州锦穗精密机械制造有限公司", [], by=cast.zhoumin, now=NOW)
    assert [(one.client, one.why) for one in found] == [(client_su, "name")]
    found = candidates("帕丽旦·艾山", ["13800001021"], by=cast.zhoumin, now=NOW)
    assert [(one.client, one.why) for one in found] == [(client_su, "phone"), (None, "phone")]
    assert found[1].text == "电话相同：别的机构已有，问客服中心"


def test_unlike_names_of_one_city_are_no_candidates(cast, client_su):
    assert candidates("苏州澄泾纺织染整有限公司", [], by=cast.zhoumin, now=NOW) == []
