"""Every action, one test per way out."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chengnuo.clients import actions
from chengnuo.clients.changes import Stale
from chengnuo.clients.models import Agreement, Client, Contact, Phone, Position
from chengnuo.ledger.check import check
from chengnuo.ledger.models import TrailEvent, TrailLook
from chengnuo.people.models import Share
from tests.cast import refused

from .conftest import AGREEMENT, CODE, COMPANY, CONTACT, NOW, OTHER_CODE, PERSON, POLICY, RESIDENT, SITE, day, entered

LATER = NOW + timedelta(days=30)


def happened(verb: str) -> int:
    return TrailEvent.objects.filter(verb=verb).count()


def texts_of(verb: str) -> dict[str, str]:
    return dict(TrailEvent.objects.filter(verb=verb).latest("pk").texts.values_list("name", "text"))


def test_a_client_is_entered_with_all_that_is_known_as_one_event(client_su):
    assert happened("client.entered") == 1
    assert [(one.contact.name, one.title) for one in client_su.positions.all()] == [("陈月琴", "行政主管")]
    assert list(Phone.objects.values_list("digits", flat=True)) == ["13800001021", "051200006620"]
    assert client_su.sites.get().lat == Decimal("31.252")
    assert client_su.policies.get().premium == Decimal("20930.00")


@pytest.mark.parametrize("count", [1, 30])
def test_entering_takes_the_same_few_statements_whatever_comes_with_it(cast, count, django_assert_num_queries):
    policies = [POLICY | {"no": f"P{n}"} for n in range(count)]
    contacts = [CONTACT | {"name": f"人{n}", "phones": [f"138 0001 {n:04}"]} for n in range(count)]
    sites = [SITE | {"name": f"场所{n}"} for n in range(count)]
    entered(cast.su, cast.zhoumin, {"name": "先", "kind": "person"})
    with django_assert_num_queries(19):
        entered(cast.su, cast.zhoumin, contacts=contacts, sites=sites, policies=policies)


def test_personal_numbers_are_never_in_the_body_of_an_event(person_su):
    event = TrailEvent.objects.get(verb="client.entered")
    assert RESIDENT not in event.body
    assert "13800003212" not in event.body.replace(" ", "")
    assert "罗咏仪" not in event.body


@pytest.mark.parametrize(
    "more, field",
    [
        ({"contacts": [CONTACT, CONTACT | {"phones": ["x"]}]}, "contacts.1.phones"),
        ({"sites": [SITE | {"address": ""}]}, "sites.0.address"),
        ({"policies": [POLICY, POLICY | {"premium": "-1"}]}, "policies.1.premium"),
        ({"values": COMPANY | {"credit_code": "91999999MAMHW8NR6E"}}, "credit_code"),
    ],
)
def test_what_cannot_be_is_named_by_its_row_and_nothing_is_written(cast, more, field):
    with refused("invalid") as refusal:
        entered(cast.su, cast.zhoumin, **{"values": COMPANY, **more})
    assert list(refusal.value.fields) == [field]
    assert Client.objects.count() == 0


def test_a_policy_number_is_registered_once(cast, client_su):
    with refused("known_policy") as refusal:
        entered(cast.su, cast.zhoumin, PERSON, policies=[POLICY])
    assert list(refusal.value.fields) == ["policies.0.no"]


def test_a_tick_at_entry_needs_its_reason(cast):
    with refused("invalid"):
        entered(cast.su, cast.linxiaotang, ticks=["key"])
    assert entered(cast.su, cast.linxiaotang, ticks=["key"], reason="集团重点").key is True


def test_the_same_person_standing_for_two_clients_is_one_contact(cast, client_su):
    other = entered(
        cast.su,
        cast.zhoumin,
        PERSON,
        contacts=[CONTACT | {"title": "表姐", "phones": ["+86 13800001021", "139 0000 0001"]}],
        although_similar=True,
    )
    assert Contact.objects.count() == 1
    assert [one.title for one in Position.objects.all()] == ["行政主管", "表姐"]
    assert other.positions.get().contact.phones.count() == 3


def test_a_shared_front_desk_number_makes_nobody_the_same_person(cast, client_su):
    entered(
        cast.su, cast.zhoumin, PERSON, contacts=[{"name": "前台", "phones": ["0512-0000 6620"]}], although_similar=True
    )
    assert Contact.objects.count() == 2


def test_a_contact_of_another_branch_is_not_taken_over(cast, client_su):
    entered(cast.hz, cast.luyao, PERSON, contacts=[CONTACT], although_similar=True)
    assert Contact.objects.count() == 2


def test_a_change_keeps_old_and_new_in_its_event(cast, client_su):
    changed = actions.change_client(
        client_su,
        version=1,
        values=COMPANY | {"name": "苏州锦穗机械有限公司", "since": "2019-03-01"},
        by=cast.zhoumin,
        now=NOW,
    )
    assert (changed.name, changed.version) == ("苏州锦穗机械有限公司", 2)
    assert texts_of("client.changed") == {"name.old": "苏州锦穗精密机械有限公司", "name.new": "苏州锦穗机械有限公司"}


def test_a_change_that_changes_nothing_is_no_event(cast, client_su):
    actions.change_client(client_su, version=1, values=COMPANY, by=cast.zhoumin, now=NOW)
    assert happened("client.changed") == 0


def test_a_change_of_an_older_version_shows_both(cast, client_su):
    actions.change_client(client_su, version=1, values=COMPANY | {"name": "别人改的"}, by=cast.lize, now=NOW)
    with pytest.raises(Stale) as stale:
        actions.change_client(client_su, version=1, values=COMPANY | {"name": "我改的"}, by=cast.zhoumin, now=NOW)
    assert (stale.value.code, stale.value.status) == ("stale", 409)
    assert (stale.value.theirs.name, stale.value.mine["name"]) == ("别人改的", "我改的")


def test_the_number_of_a_visible_client_names_him(cast, client_su):
    with refused("known_client") as refusal:
        entered(cast.su, cast.zhoumin, COMPANY | {"name": "另一个名字"})
    assert refusal.value.fields == {"credit_code": "已有这个客户：苏州锦穗精密机械有限公司（苏州分公司），打开那一户"}


def test_the_number_of_another_branchs_client_names_nobody(cast, client_su):
    with refused("known_client") as refusal:
        entered(cast.hz, cast.luyao, COMPANY | {"name": "另一个名字"})
    assert refusal.value.fields == {"credit_code": "别的机构已有这个客户，问客服中心"}


def test_a_change_to_the_number_of_another_client_is_refused(cast, client_su):
    other = entered(
        cast.su, cast.zhoumin, {"name": "常熟虞尚服饰有限公司", "kind": "company", "credit_code": OTHER_CODE}
    )
    with refused("known_client"):
        actions.change_client(
            other,
            version=1,
            values={"name": other.name, "kind": "company", "credit_code": CODE},
            by=cast.zhoumin,
            now=NOW,
        )


def test_a_tick_is_set_with_reason_and_day_and_taken_back(cast, client_su):
    assert (
        actions.tick(
            client_su, "high_risk", reason="粉尘车间", on=day("2026-09-01"), by=cast.linxiaotang, now=NOW
        ).high_risk
        is True
    )
    assert texts_of("client.ticked") == {"reason": "粉尘车间"}
    assert actions.untick(client_su, "high_risk", reason="已整改", by=cast.linxiaotang, now=NOW).ticks == []


def test_a_tick_that_is_set_cannot_be_set_again(cast, client_su):
    actions.tick(client_su, "key", reason="大户", by=cast.linxiaotang, now=NOW)
    with refused("already_so"):
        actions.tick(client_su, "key", reason="大户", by=cast.linxiaotang, now=NOW)


@pytest.mark.parametrize(
    "name, more, code",
    [
        ("vip", {"reason": "x"}, "unknown_tick"),
        ("key", {"reason": " "}, "invalid"),
        ("key", {"reason": "x", "on": day("2026-09-29")}, "future_day"),
    ],
)
def test_a_tick_needs_a_known_name_a_reason_and_a_day_that_has_come(cast, client_su, name, more, code):
    with refused(code):
        actions.tick(client_su, name, by=cast.linxiaotang, now=NOW, **more)


def test_showing_an_id_or_a_phone_is_an_event_and_gives_the_value(cast, person_su):
    position = person_su.positions.get()
    assert actions.unmask_resident_id(person_su, reason="核对报案人", by=cast.zhoumin, now=NOW) == RESIDENT
    assert actions.unmask_phone(position, position.contact.phones.get(), by=cast.zhoumin, now=NOW) == "138 0000 3212"
    assert happened("client.unmasked") == 2
    assert TrailLook.objects.count() == 0


def test_nothing_masked_is_nothing_to_show(cast, client_su, person_su):
    with refused("nothing_to_show"):
        actions.unmask_resident_id(client_su, by=cast.zhoumin, now=NOW)
    with refused("nothing_to_show"):
        actions.unmask_phone(
            client_su.positions.get(), person_su.positions.get().contact.phones.get(), by=cast.zhoumin, now=NOW
        )


def test_a_contact_is_added_once(cast, client_su):
    added = actions.add_contact(
        client_su, values={"name": "顾振邦", "title": "副总经理", "phones": ["138 0000 1022"]}, by=cast.zhoumin, now=NOW
    )
    assert str(added) == "顾振邦 副总经理"
    with refused("known_contact"):
        actions.add_contact(client_su, values={"name": "顾振邦", "phones": ["13800001022"]}, by=cast.zhoumin, now=NOW)


def test_a_contacts_number_that_is_no_longer_given_stays_on_record_out_of_use(cast, client_su):
    position = client_su.positions.get()
    values = CONTACT | {"title": "总经理", "phones": ["138 0000 1021", "138 0000 1099"]}
    actions.change_contact(position, version=1, values=values, by=cast.zhoumin, now=NOW)
    assert list(Phone.objects.values_list("digits", "is_active")) == [
        ("13800001021", True),
        ("051200006620", False),
        ("13800001099", True),
    ]
    back = CONTACT | {"title": "总经理", "phones": ["138 0000 1021", "138 0000 1099", "0512-0000 6620"]}
    actions.change_contact(position, version=2, values=back, by=cast.zhoumin, now=NOW)
    assert list(Phone.objects.values_list("is_active", flat=True)) == [True, True, True]
    assert happened("client.contact_changed") == 2


def test_a_contact_changed_by_somebody_else_meanwhile_is_stale(cast, client_su):
    position = client_su.positions.get()
    actions.change_contact(position, version=1, values=CONTACT | {"phones": []}, by=cast.lize, now=NOW)
    with refused("stale"):
        actions.change_contact(position, version=1, values=CONTACT | {"note": "午后打"}, by=cast.zhoumin, now=NOW)


def test_an_ended_position_is_over(cast, client_su):
    position = client_su.positions.get()
    actions.end_position(position, reason="离职", by=cast.zhoumin, now=NOW)
    with refused("position_ended"):
        actions.end_position(position, by=cast.zhoumin, now=NOW)
    with refused("position_ended"):
        actions.change_contact(position, version=1, values=CONTACT, by=cast.zhoumin, now=NOW)
    again = actions.add_contact(client_su, values=CONTACT, by=cast.zhoumin, now=NOW)
    assert again.pk != position.pk


def test_a_site_is_added_and_changed(cast, client_su):
    site = actions.add_site(client_su, values=SITE | {"name": "二厂", "lat": "", "lon": None}, by=cast.zhoumin, now=NOW)
    assert actions.change_site(site, version=1, values=SITE, by=cast.zhoumin, now=NOW).name == "木渎厂"
    with refused("stale"):
        actions.change_site(site, version=1, values=SITE | {"name": "三厂"}, by=cast.zhoumin, now=NOW)


def test_a_policy_is_added_and_changed_and_its_number_is_taken_once(cast, client_su):
    policy = actions.add_policy(client_su, values=POLICY | {"no": "P2"}, by=cast.zhoumin, now=NOW)
    assert actions.change_policy(policy, version=1, values=POLICY | {"no": "P3"}, by=cast.zhoumin, now=NOW).no == "P3"
    with refused("number_taken"):
        actions.add_policy(client_su, values=POLICY, by=cast.zhoumin, now=NOW)
    with refused("number_taken"):
        actions.change_policy(policy, version=2, values=POLICY, by=cast.zhoumin, now=NOW)
    with refused("stale"):
        actions.change_policy(policy, version=1, values=POLICY | {"no": "P4"}, by=cast.zhoumin, now=NOW)


def test_an_agreement_is_signed_carried_out_and_expires(cast, agreement):
    signed = actions.sign_agreement(agreement, signed_on=day("2026-09-28"), by=cast.zhoumin, now=NOW)
    assert (signed.state, signed.signed_on, happened("agreement.signed")) == ("signed", day("2026-09-28"), 1)
    with refused("too_early"):
        actions.activate_agreement(agreement, by=cast.zhoumin, now=NOW)
    assert actions.activate_agreement(agreement, by=cast.zhoumin, now=LATER).state == "active"
    with refused("too_early"):
        actions.expire_agreement(agreement, by=cast.zhoumin, now=LATER)
    assert actions.expire_agreement(agreement, by=None, now=NOW + timedelta(days=368)).state == "expired"


def test_an_agreement_cannot_be_signed_tomorrow_nor_its_number_used_twice(cast, client_su, agreement):
    with refused("invalid"):
        actions.sign_agreement(agreement, signed_on=day("2026-09-29"), by=cast.zhoumin, now=NOW)
    with refused("number_taken"):
        actions.draft_agreement(client_su, values=AGREEMENT, by=cast.zhoumin, now=NOW)


def test_ending_an_agreement_before_its_time_needs_a_reason(cast, agreement):
    actions.sign_agreement(agreement, signed_on=day("2026-09-28"), by=cast.zhoumin, now=NOW)
    with refused("invalid"):
        actions.terminate_agreement(agreement, reason="", by=cast.zhoumin, now=NOW)
    assert actions.terminate_agreement(agreement, reason="客户并入集团", by=cast.zhoumin, now=NOW).state == "terminated"


ACTS = {
    "sign": lambda a, by: actions.sign_agreement(a, signed_on=day("2026-09-01"), by=by, now=NOW + timedelta(days=400)),
    "activate": lambda a, by: actions.activate_agreement(a, by=by, now=NOW + timedelta(days=400)),
    "expire": lambda a, by: actions.expire_agreement(a, by=by, now=NOW + timedelta(days=400)),
    "terminate": lambda a, by: actions.terminate_agreement(a, reason="并户", by=by, now=NOW + timedelta(days=400)),
}


@pytest.mark.parametrize("state", Agreement.State.values)
@pytest.mark.parametrize("verb", list(ACTS))
def test_every_pair_of_state_and_move_is_as_the_table_says(cast, agreement, state, verb):
    Agreement.objects.filter(pk=agreement.pk).update(state=state, signed_on=day("2026-09-01"))
    move = next(one for one in Agreement.MOVES if one.verb == verb)
    if state in move.from_:
        assert ACTS[verb](agreement, cast.zhoumin).state == move.to
    else:
        with refused("illegal_move"):
            ACTS[verb](agreement, cast.zhoumin)


def test_after_a_whole_story_check_finds_nothing(cast, client_su, person_su, agreement):
    position = client_su.positions.get()
    actions.change_client(
        client_su, version=1, values=COMPANY | {"since": "2019-01-01"}, manager=cast.xuning, by=cast.zhoumin, now=NOW
    )
    actions.tick(client_su, "key", reason="大户", by=cast.linxiaotang, now=NOW)
    actions.change_contact(
        position, version=1, values=CONTACT | {"phones": ["138 0000 1099"], "note": "午后打"}, by=cast.zhoumin, now=NOW
    )
    actions.add_contact(client_su, values={"name": "罗咏仪", "phones": ["13800003212"]}, by=cast.zhoumin, now=NOW)
    actions.end_position(position, reason="离职", by=cast.zhoumin, now=NOW)
    actions.change_site(
        actions.add_site(client_su, values=SITE, by=cast.zhoumin, now=NOW),
        version=1,
        values=SITE | {"lat": "31.5"},
        by=cast.zhoumin,
        now=NOW,
    )
    policy = actions.add_policy(client_su, values=POLICY | {"no": "P2", "commission": "12.5"}, by=cast.zhoumin, now=NOW)
    actions.change_policy(policy, version=1, values=POLICY | {"no": "P2", "premium": "5"}, by=cast.zhoumin, now=NOW)
    actions.sign_agreement(agreement, signed_on=day("2026-09-28"), by=cast.zhoumin, now=NOW)
    actions.unmask_resident_id(person_su, by=cast.zhoumin, now=NOW)
    assert Share.objects.count() == 0
    assert check()[0] == []
    Client.objects.filter(pk=client_su.pk).update(name="悄悄改的")
    assert [(one.code, one.where) for one in check()[0]] == [("row_changed", f"clients.client:{client_su.pk}")]
