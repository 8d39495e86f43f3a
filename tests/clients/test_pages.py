"""The pages: what they show and to whom, what they refuse, and how many queries they take."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import format_html

from chengnuo.clients import actions, panels
from chengnuo.clients.models import Agreement, Client, Position
from chengnuo.ledger.models import TrailEvent, TrailLook
from chengnuo.people.models import Share

from .conftest import AGREEMENT, COMPANY, CONTACT, NOW, OTHER_CODE, PERSON, POLICY, RESIDENT, SITE, entered, signed_in


@pytest.fixture
def su(cast):
    return signed_in(cast.zhoumin)


@pytest.fixture
def hz(cast):
    return signed_in(cast.luyao)


@pytest.fixture
def centre(cast):
    return signed_in(cast.linxiaotang)


def page_of(client: Client) -> str:
    return reverse("clients:page", args=[client.pk])


def posted(browser, name, /, *args, **values):
    return browser.post(reverse(f"clients:{name}", args=args), {"once": uuid4(), **values})


NEW = {
    "name": "常熟虞尚服饰有限公司",
    "kind": "company",
    "credit_code": OTHER_CODE,
    "since": "2026-09-01",
    "contact": "周亚楠",
    "title": "经理",
    "phones": "138 0000 1055\n0512-0000 5530",
}


def test_a_client_is_entered_by_form(su, cast):
    answer = posted(su, "new", **NEW, unit=cast.su.pk, manager=cast.xuning.pk)
    client = Client.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(client))
    assert (client.unit, client.manager, client.positions.get().contact.phones.count()) == (cast.su, cast.xuning, 2)


def test_the_same_form_sent_twice_enters_one_client(su, cast):
    values = {**NEW, "unit": cast.su.pk, "once": uuid4()}
    first, second = (su.post(reverse("clients:new"), values) for _n in range(2))
    assert (first["Location"], Client.objects.count()) == (second["Location"], 1)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"credit_code": "91999999MAK6UYX56A"}, "信用代码的校验位不对"),
        ({"phones": "十三八"}, "拨不通"),
        ({"name": ""}, "缺这一项"),
        ({"name": "甲\0乙"}, "不能用"),
        ({"since": "2026-02-30"}, "写成 2026-09-28 的样子"),
        ({"kind": "person"}, "个人没有统一社会信用代码"),
        ({"unit": "999999999999999999999"}, "没有这个选项"),
    ],
)
def test_what_cannot_be_comes_back_with_its_reason_and_nothing_lost(su, cast, change, words):
    answer = posted(su, "new", **{**NEW, "unit": cast.su.pk, **change})
    page = answer.content.decode()
    assert (answer.status_code, words in page, Client.objects.count()) == (422, True, 0)
    assert "周亚楠" in page


def test_a_client_cannot_be_entered_for_another_branch(su, cast):
    assert posted(su, "new", **NEW, unit=cast.hz.pk).status_code == 422
    assert Client.objects.count() == 0


def test_who_serves_no_clients_enters_none(cast):
    assert posted(signed_in(cast.zhengqiming), "new", **NEW, unit=cast.su.pk).status_code == 403


def test_a_similar_client_is_warned_of_and_entered_only_when_said_so(su, cast, client_su):
    values = {**NEW, "name": "苏州锦穗精密机械制造有限公司", "unit": cast.su.pk}
    warned = posted(su, "new", **values)
    assert warned.status_code == 409
    assert "名称相近：苏州锦穗精密机械有限公司（苏州分公司）" in warned.content.decode()
    assert posted(su, "new", **values, although_similar="on").status_code == 302


def test_the_page_of_a_client_tells_everything_with_personal_numbers_masked(su, client_su, person_su, agreement):
    page = su.get(page_of(client_su)).content.decode()
    for words in (
        "苏州锦穗精密机械有限公司",
        "91999999MAMHW8NR6D",
        "陈月琴",
        "138****1021",
        "0512****6620",
        "木渎厂",
        "YA-PRO-2026-105000",
        "20,930.00",
        "WT-2026-001",
        "登记客户",
    ):
        assert words in page, words
    for secret in ("138 0000 1021", "13800001021", "0512-0000 6620"):
        assert secret not in page, secret
    page = su.get(page_of(person_su)).content.decode()
    assert ("999***********206X" in page, RESIDENT in page) == (True, False)


def test_personal_numbers_stay_masked_in_the_timeline_after_a_change(su, cast, client_su, person_su):
    actions.change_contact(
        client_su.positions.get(), version=1, values=CONTACT | {"phones": ["138 0000 1099"]}, by=cast.zhoumin, now=NOW
    )
    actions.change_client(
        person_su, version=1, values=PERSON | {"resident_id": "999999196209308061"}, by=cast.zhoumin, now=NOW
    )
    assert "1380000" not in su.get(page_of(client_su)).content.decode().replace(" ", "")
    page = su.get(page_of(person_su)).content.decode()
    assert (RESIDENT in page, "999999196209308061" in page) == (False, False)


def test_opening_the_page_is_a_look(su, cast, client_su):
    su.get(page_of(client_su))
    su.get(page_of(client_su))
    assert [(look.staff, look.subject_pk) for look in TrailLook.objects.select_related("staff")] == [
        (cast.zhoumin, client_su.pk)
    ]


def test_a_client_of_another_branch_is_not_found_on_any_page(hz, client_su, agreement):
    position = client_su.positions.get()
    paths = [
        page_of(client_su),
        *(
            reverse(f"clients:{name}", args=[client_su.pk])
            for name in ("edit", "contact_new", "site_new", "policy_new", "agreement_new")
        ),
    ]
    paths += [reverse("clients:contact_edit", args=[position.pk]), reverse("clients:contact_end", args=[position.pk])]
    paths += [
        reverse("clients:site_edit", args=[client_su.sites.get().pk]),
        reverse("clients:policy_edit", args=[client_su.policies.get().pk]),
    ]
    paths += [
        reverse("clients:agreement_move", args=[agreement.pk, "sign"]),
        reverse("clients:tick", args=[client_su.pk, "key"]),
    ]
    assert [hz.get(path).status_code for path in paths] == [404] * len(paths)
    assert (
        hz.post(reverse("clients:unmask_phone", args=[position.pk, position.contact.phones.first().pk])).status_code
        == 404
    )
    assert "苏州锦穗" not in hz.get(reverse("clients:list")).content.decode()


def test_a_shared_client_is_read_and_not_changed(cast, client_su):
    Share.objects.create(
        client_id=client_su.pk,
        unit=cast.bj,
        scope="full",
        starts_at=NOW - timedelta(days=1),
        ends_at=None,
        because_type="people.unit",
        because_pk=1,
    )
    bj = signed_in(cast.mengchuan)
    assert bj.get(page_of(client_su)).status_code == 200
    assert bj.get(reverse("clients:edit", args=[client_su.pk])).status_code == 403
    assert posted(bj, "site_new", client_su.pk, **SITE).status_code == 403


def test_pressing_show_gives_the_number_in_its_place_and_is_on_record(su, client_su):
    position = client_su.positions.get()
    path = reverse("clients:unmask_phone", args=[position.pk, position.contact.phones.first().pk])
    assert su.get(path).status_code == 405
    answer = su.post(path, headers={"HX-Request": "true"})
    assert answer.content.decode().strip() == '<a class="shown" href="tel:13800001021">138 0000 1021</a>'
    assert "no-store" in answer["Cache-Control"]
    assert "138 0000 1021" in su.post(path).content.decode()
    assert TrailEvent.objects.filter(verb="client.unmasked").count() == 2


def test_showing_an_id_is_on_record_and_an_executive_does_not_see_it(su, cast, person_su):
    path = reverse("clients:unmask", args=[person_su.pk])
    assert RESIDENT in su.post(path).content.decode()
    assert signed_in(cast.chenlixing).post(path).status_code == 403
    assert (
        "hx-post"
        not in signed_in(cast.chenlixing)
        .get(page_of(person_su))
        .content.decode()
        .split('id="timeline"')[0]
        .split("</header>")[-1]
    )
    assert TrailEvent.objects.filter(verb="client.unmasked").count() == 1


def test_a_phone_of_somebody_else_cannot_be_shown_through_ones_own_contact(su, client_su, person_su):
    mine, other = client_su.positions.get(), person_su.positions.get().contact.phones.get()
    assert su.post(reverse("clients:unmask_phone", args=[mine.pk, other.pk])).status_code == 404


def edited(client: Client, **change) -> dict:
    return {
        "name": client.name,
        "kind": client.kind,
        "credit_code": client.credit_code,
        "since": "2026-09-01",
        "version": client.version,
        **change,
    }


def test_a_client_is_changed_and_a_masked_id_left_empty_stays(su, person_su):
    assert posted(su, "edit", person_su.pk, **edited(person_su, name="罗咏怡")).status_code == 302
    person_su.refresh_from_db()
    assert (person_su.name, person_su.resident_id) == ("罗咏怡", RESIDENT)
    assert RESIDENT not in su.get(reverse("clients:edit", args=[person_su.pk])).content.decode()


def test_two_people_editing_see_both_texts_and_choose(su, cast, client_su):
    actions.change_client(client_su, version=1, values=COMPANY | {"name": "别人改的名字"}, by=cast.lize, now=NOW)
    clash = posted(su, "edit", client_su.pk, **edited(client_su, name="我改的名字"))
    page = clash.content.decode()
    assert (clash.status_code, "别人改的名字" in page, "我改的名字" in page, 'name="version" value="2"' in page) == (
        409,
        True,
        True,
        True,
    )
    assert posted(su, "edit", client_su.pk, **edited(client_su, name="我改的名字", version=2)).status_code == 302


def test_ticks_are_the_centres(su, centre, client_su):
    values = {"reason": "集团重点", "on": "2026-09-01"}
    assert posted(su, "tick", client_su.pk, "key", **values).status_code == 403
    assert posted(centre, "tick", client_su.pk, "vip", **values).status_code == 404
    assert posted(centre, "tick", client_su.pk, "key", **values).status_code == 302
    assert "取消重点客户" in centre.get(page_of(client_su)).content.decode()
    assert posted(centre, "tick", client_su.pk, "key", **values).status_code == 302
    client_su.refresh_from_db()
    assert client_su.key is False


def test_contacts_are_added_changed_and_ended(su, client_su):
    assert (
        posted(su, "contact_new", client_su.pk, name="顾振邦", title="副总经理", phones="138 0000 1022").status_code
        == 302
    )
    position = Position.objects.get(contact__name="顾振邦")
    kept = position.contact.phones.get()
    values = {"version": 1, "name": "顾振邦", "title": "总经理", "kept": [kept.pk], "phones": "138 0000 1023"}
    assert posted(su, "contact_edit", position.pk, **values).status_code == 302
    assert position.contact.phones.filter(is_active=True).count() == 2
    assert "138 0000 1022" not in su.get(reverse("clients:contact_edit", args=[position.pk])).content.decode()
    clash = posted(su, "contact_edit", position.pk, **{**values, "name": "顾振帮"})
    assert (clash.status_code, "顾振邦" in clash.content.decode()) == (409, True)
    assert posted(su, "contact_end", position.pk, reason="离职").status_code == 302
    assert posted(su, "contact_end", position.pk, reason="离职").status_code == 409


@pytest.mark.parametrize(
    "name, values, wrong", [("site", SITE, {"lat": "北纬"}), ("policy", POLICY | {"no": "P2"}, {"premium": "-1"})]
)
def test_sites_and_policies_are_added_and_changed_and_refused(su, client_su, name, values, wrong):
    rows = client_su.sites if name == "site" else client_su.policies
    assert posted(su, f"{name}_new", client_su.pk, **values).status_code == 302
    row = rows.latest("pk")
    assert su.get(reverse(f"clients:{name}_edit", args=[row.pk])).status_code == 200
    assert posted(su, f"{name}_edit", row.pk, **values, version=1).status_code == 302
    assert posted(su, f"{name}_edit", row.pk, **{**values, **wrong}, version=1).status_code == 422
    changed = "name" if name == "site" else "insurer"
    assert posted(su, f"{name}_edit", row.pk, **{**values, changed: "另一个"}, version=1).status_code == 302
    assert posted(su, f"{name}_edit", row.pk, **{**values, changed: "第三个"}, version=1).status_code == 409


def test_an_agreement_goes_its_way_by_the_buttons_of_its_state(su, client_su):
    assert posted(su, "agreement_new", client_su.pk, **AGREEMENT).status_code == 302
    agreement = Agreement.objects.get()
    assert posted(su, "agreement_move", agreement.pk, "activate").status_code == 409
    assert posted(su, "agreement_move", agreement.pk, "fold").status_code == 404
    assert posted(su, "agreement_move", agreement.pk, "sign", signed_on="2026-09-01").status_code == 302
    assert posted(su, "agreement_move", agreement.pk, "terminate", reason="").status_code == 422
    page = su.get(page_of(client_su)).content.decode()
    moves = [
        f"/clients/agreements/{agreement.pk}/{verb}/" in page for verb in ("sign", "activate", "expire", "terminate")
    ]
    assert moves == [False, True, False, True]


def test_other_rooms_put_their_cards_on_the_page(su, client_su, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register_panel("later", 20, lambda request, client: format_html("<p>{}的来电</p>", client.name))
    panels.register_panel("first", 10, lambda request, client: format_html("<p>{}</p>", "正在办"))
    panels.register_panel("none", 5, lambda request, client: None)
    page = su.get(page_of(client_su)).content.decode()
    assert "<p>正在办</p><p>苏州锦穗精密机械有限公司的来电</p>" in page.replace("\n", "")


@pytest.mark.parametrize(
    "query, found",
    [
        ("", 2),
        ("?q=精密", 1),
        ("?q=138-0000-1021", 1),
        ("?kind=person", 1),
        ("?tick=key", 0),
        ("?unit=999999", 0),
        ("?kind=ship", 0),
        ("?before=x&sort=name", 2),
        ("?q=%F0%9F%98%80", 0),
    ],
)
def test_the_list_is_filtered_and_what_cannot_be_is_left_out(su, client_su, person_su, query, found):
    answer = su.get(reverse("clients:list") + query)
    assert (answer.status_code, answer.content.decode().count("data-row")) == (200, found)


def test_the_list_is_newest_first_and_paged_both_ways_without_a_count(su, cast, django_assert_max_num_queries):
    def names(address: str) -> list[str]:
        return [row.record.name for row in su.get(reverse("clients:list") + address).context["list"].rows]

    for number in range(52):
        entered(cast.su, cast.zhoumin, {"name": f"第{number}户", "kind": "person"}, although_similar=True)
    with django_assert_max_num_queries(30) as seen:
        first = su.get(reverse("clients:list")).context["list"]
    assert not any(query["sql"].startswith("SELECT COUNT") for query in seen)
    assert (len(first.rows), first.newer) == (50, "")
    assert names("")[:2] == ["第51户", "第50户"]
    second = su.get(reverse("clients:list") + first.older).context["list"]
    assert (names(first.older), second.older) == (["第1户", "第0户"], "")
    assert names(second.newer) == names("")


def test_the_list_tells_how_many_policies_are_in_force(su, cast):
    ended = POLICY | {"no": "P0", "starts_on": "2020-01-01", "ends_on": "2020-12-31"}
    entered(cast.su, cast.zhoumin, policies=[POLICY, ended], ticks=["key"], reason="大户")
    (row,) = su.get(reverse("clients:list")).context["list"].rows
    assert (row.record.in_force, str(row.record.next_end)) == (1, "2027-05-27")
    assert "重点客户" in su.get(reverse("clients:list") + "?tick=key").content.decode()


def queries(browser, path, captured) -> int:
    browser.get(path)
    with captured as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_no_pages_queries_grow_with_its_rows(su, cast, django_assert_max_num_queries):
    one = entered(cast.su, cast.zhoumin, contacts=[CONTACT], sites=[SITE], policies=[POLICY])
    actions.draft_agreement(one, values=AGREEMENT, by=cast.zhoumin, now=NOW)
    few = [queries(su, path, django_assert_max_num_queries(48)) for path in (page_of(one), reverse("clients:list"))]
    many = entered(
        cast.su,
        cast.zhoumin,
        {"name": "卅", "kind": "person"},
        contacts=[CONTACT | {"name": f"人{n}", "phones": [f"138 0001 {n:04}", f"138 0002 {n:04}"]} for n in range(30)],
        sites=[SITE] * 30,
        policies=[POLICY | {"no": f"P{n}"} for n in range(30)],
    )
    for number in range(30):
        actions.draft_agreement(many, values=AGREEMENT | {"number": f"W{number}"}, by=cast.zhoumin, now=NOW)
        entered(
            cast.su,
            cast.zhoumin,
            {"name": f"第{number}户", "kind": "person"},
            manager=cast.xuning,
            although_similar=True,
        )
    # The last events of the second are all of one kind of record, whose names are asked for once.
    assert queries(su, page_of(many), django_assert_max_num_queries(few[0]))
    assert queries(su, reverse("clients:list"), django_assert_max_num_queries(48)) == few[1]


@pytest.mark.parametrize(
    "path",
    [
        "/clients/99999999999999999999999/",
        "/clients/0/",
        "/clients/?before=99999999999999999999",
        "/clients/?after=9223372036854775808",
        "/clients/?q=" + "x" * 3000,
    ],
)
def test_impossible_addresses_are_answered(su, path):
    assert su.get(path).status_code in {200, 404}
