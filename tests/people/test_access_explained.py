"""What the administrator is told of somebody's rights is what the product does; and why is what it rests on."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import TrailEvent, TrailLook, ref
from chengnuo.people import actions, grounds
from chengnuo.people.access_explained import about, explain, found
from chengnuo.people.actions.factors import set_factor_rules
from chengnuo.people.models import Role, Share, Staff, Unit
from chengnuo.settings.sign_in import Provider
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, NOW, a_call, a_client, do

K = Role.Kind
PAGES = {
    "clients.client": "clients:page",
    "hotline.call": "hotline:call",
    "hotline.promise": "hotline:promise",
    "visits.visit": "visits:page",
    "claims.claim": "claims:page",
    "complaints.complaint": "complaints:page",
}
FORMS = {
    ("hotline.promise", "handle"): "hotline:promise_answer",
    ("visits.visit", "take_on"): "visits:take_on",
    ("visits.visit", "hand_on"): "visits:hand_on",
    ("claims.claim", "take_on"): "claims:take_on",
    ("claims.claim", "hand_on"): "claims:hand_on",
    ("complaints.complaint", "take_on"): "complaints:take_on",
    ("complaints.complaint", "hand_on"): "complaints:hand_on",
    ("clients.client", "change"): "clients:edit",
}


@pytest.fixture
def books(cast):
    """In three branches a client, and calls on one's own line and on the next branch's, with a promise and cases."""
    branches = [(cast.su, cast.zhoumin), (cast.hz, cast.luyao), (cast.bj, cast.mengchuan)]
    clients = [a_client(cast, unit, by, name=f"第{unit.pk}锦穗公司", credit_code="") for unit, by in branches]
    for nth, (unit, by) in enumerate(branches):
        for client in (clients[nth], clients[nth - 1]):
            cases = [NewCase("appointment"), NewCase("complaint"), NewCase("loss")]
            a_call(cast, by=by, unit=unit, client=client, cases=cases, promise=NewPromise("查", NOW + HOUR))
    a_call(cast, by=cast.lize, unit=cast.su, promise=NewPromise("查", NOW + HOUR, keeper=cast.zhoumin))
    return clients


def numbers(clients) -> list[str]:
    return [*Call.objects.order_by("pk").values_list("number", flat=True), *cases(), *(f"#{one.pk}" for one in clients)]


def cases() -> list[str]:
    from chengnuo.claims.models import Claim
    from chengnuo.complaints.models import Complaint
    from chengnuo.visits.models import Visit

    return [one.number for model in (Visit, Claim, Complaint) for one in model.objects.order_by("pk")[:2]]


def shuffled(cast, clients, seed: int) -> list[Staff]:
    """Roles, ends of roles, substitutes and shares as chance has it."""
    chance = random.Random(seed)
    people = [cast.zhoumin, cast.xuning, cast.lize, cast.luyao, cast.mengchuan, cast.linxiaotang, cast.chenlixing]
    units = [cast.su, cast.hz, cast.bj, cast.centre, cast.hq]
    for role in chance.sample(list(Role.objects.filter(staff__in=people)), 3):
        do(actions.end_role, role, by=cast.admin)
    for _one in range(5):
        person, unit, kind = chance.choice(people), chance.choice(units), chance.choice(list(K))
        with suppress(Refusal):  # A seat that is elsewhere, a role that he holds.
            do(actions.give_role, person, unit=unit, kind=kind, by=cast.admin, ends_at=NOW + DAY)
    for principal, stand_in in (chance.sample(people, 2) for _one in range(2)):
        given = {"staff": stand_in, "starts_at": NOW, "ends_at": NOW + DAY, "reason": "出差"}
        with suppress(Refusal):  # One is named already.
            do(actions.name_substitute, principal, **given, by=principal)
    because = ref(Call.objects.earliest("pk"))
    for client in clients:
        scope = chance.choice(list(Share.Scope))
        do(
            actions.share_client,
            client_id=client.pk,
            unit=chance.choice(units[:3]),
            scope=scope,
            because=because,
            by=None,
        )
    do(actions.leave, chance.choice(people[3:5]), by=cast.admin)
    return list(Staff.objects.filter(pk__in=[one.pk for one in people]))


@pytest.mark.parametrize("seed", range(4))
def test_every_answer_is_what_the_pages_do_and_every_yes_has_its_reason(cast, books, seed):
    people = shuffled(cast, books, seed)
    asked = [one for number in numbers(books) for one in found(number)]
    with moved_to(NOW, "test"):
        for person in people:
            browser = Browser(raise_request_exception=False)
            browser.force_login(person)
            for kind, record in asked:
                told = about(person, kind, record, "", NOW)
                page = browser.get(reverse(PAGES[kind.type], args=[record.pk]))
                assert told.sees.is_yes == (page.status_code == 200), (person.username, record)
                assert told.sees.is_yes is False or told.sees.reasons not in ([], ["几个角色合在一起"])
                for act in told.acts:
                    if form := FORMS.get((kind.type, act.key)):
                        status = browser.get(reverse(form, args=[record.pk])).status_code
                        # 409: he may, and its state does not allow it.
                        assert act.verdict.is_yes == (status in {200, 409}), (person.username, record, act.key, status)
                    assert bool(act.verdict.reasons) or not act.verdict.is_yes


def sees(person, number: str) -> list[tuple[bool, list[str]]]:
    person = Staff.objects.get(pk=person.pk)
    told = [about(person, kind, record, number, NOW) for kind, record in found(number)]
    return [(one.sees.is_yes, one.sees.reasons) for one in told]


def test_the_reason_is_the_role_the_substitute_the_share_or_oneself(cast, books):
    first = Call.objects.earliest("pk").number
    assert sees(cast.zhoumin, first)[0] == (True, ["客户服务人员（苏州分公司），长期"])
    assert sees(cast.chenlixing, first)[0] == (True, ["分管领导（总部），长期"])
    assert sees(cast.mengchuan, first)[0][0] is False
    because = ref(Call.objects.latest("pk"))
    given = {"scope": Share.Scope.FULL, "because": because, "by": None, "ends_at": NOW + DAY}
    do(actions.share_client, client_id=books[0].pk, unit=cast.bj, **given)
    shared = f"客户服务人员（北京分公司），长期；客户共享给北京分公司（全部资料），因{because.load().number}，至2026-09-29 14:36"
    assert sees(cast.mengchuan, first)[0] == (True, [shared])
    until = {"starts_at": NOW, "ends_at": NOW + DAY, "reason": "出差"}
    do(actions.name_substitute, cast.xuning, staff=cast.luyao, **until, by=cast.xuning)
    assert "代许宁：机构负责人（苏州分公司），至2026-09-29 14:36" in sees(cast.luyao, first)[0][1]
    kept = Promise.objects.filter(keeper=cast.zhoumin).latest("pk")
    for role in Role.objects.filter(staff=cast.zhoumin):
        do(actions.end_role, role, by=cast.admin)
    alone = sees(cast.zhoumin, kept.call.number)
    assert alone == [(False, alone[0][1]), (True, ["记录由本人经手、承办或指定给本人"])]


def test_a_no_says_who_could(cast, books):
    told = {one.key: one for one in explain(Staff.objects.get(pk=cast.zhoumin.pk), NOW).rights}
    assert (told["call.register"].verdict.is_yes, told["roster.arrange"].verdict.is_yes) == (True, False)
    assert told["roster.arrange"].verdict.reasons == ["没有能办的角色；能办的：机构负责人、客服中心负责人"]
    assert told["manage"].verdict.reasons == ["没有能办的角色；能办的：系统管理员"]
    assert told["parameter.approve"].verdict.reasons == ["没有能办的角色；能办的：分管领导"]
    assert (told["promise.handle"].units, told["client.unmask"].units) == (["苏州分公司"], ["苏州分公司"])
    assert told["register.print"].verdict.reasons == ["客户服务人员（苏州分公司），长期"]


def test_the_rights_of_everybody_are_what_the_cast_is_for(cast, books):
    def allowed(person: Staff) -> set[str]:
        rights = explain(Staff.objects.get(pk=person.pk), NOW).rights
        return {one.key for one in rights if one.verdict.is_yes}

    assert allowed(cast.admin) == {"manage", "give_role", "report_absence", "calendar.import", "phrase.company"}
    assert "client.unmask" not in allowed(cast.chenlixing)
    assert "parameter.approve" in allowed(cast.chenlixing)
    assert {"roster.arrange", "promise.withdraw_alone", "client.import"} <= allowed(cast.xuning)


def test_who_left_or_has_no_password_may_nothing(cast, books):
    number = Call.objects.earliest("pk").number
    do(actions.leave, cast.zhoumin, by=cast.admin)
    assert sees(cast.zhoumin, number)[0] == (False, ["已离职，不能登录"])
    fresh = do(actions.hire, username="xinren", name="新人", unit=cast.su, by=cast.admin)
    do(actions.give_role, fresh, unit=cast.su, kind=K.MANAGER, by=cast.admin)
    assert sees(fresh, number)[0] == (False, ["还没有设密码，不能登录"])
    told = explain(Staff.objects.get(pk=cast.zhoumin.pk), NOW)
    assert (told.roles, {one.count for one in told.seen}) == ([], {0})


def test_what_the_next_sign_in_asks_first_is_told_and_a_provider_makes_up_for_a_password(cast, settings):
    assert explain(cast.xuning, NOW).first == []
    settings.SECOND_FACTOR = {K.MANAGER: "any"}
    assert explain(cast.xuning, NOW).first == ["角色要求第二因素，还没有设置，下次登录要先设置"]
    do(set_factor_rules, {K.MANAGER: "passkey"}, by=cast.admin)
    assert explain(cast.xuning, NOW).first == ["角色要求通行密钥，还没有设置，下次登录要先设置"]
    assert explain(cast.zhoumin, NOW).first == []
    fresh = do(actions.hire, username="xinren", name="新人", unit=cast.su, by=cast.admin)
    assert explain(fresh, NOW).hindrances == ["还没有设密码，不能登录"]
    settings.OIDC = Provider(issuer="http://localhost:1", client_id="x", secret="", name="统一登录")
    assert explain(fresh, NOW).hindrances == []


def test_a_role_s_dates_and_who_gave_it_are_told(cast, books):
    do(actions.give_role, cast.zhoumin, unit=cast.hz, kind=K.MANAGER, by=cast.admin, ends_at=NOW + 3 * DAY)
    told = explain(Staff.objects.get(pk=cast.zhoumin.pk), NOW)
    assert [(one.role.kind, one.given_by, one.until) for one in told.roles] == [
        (K.MANAGER, "系统管理员", NOW + 3 * DAY),
        (K.OPERATOR, "", None),
    ]
    assert [unit.code for unit, _reasons in told.units] == ["SU", "HZ"]


def test_a_stand_in_is_never_the_person(cast):
    zhoumin = Staff.objects.get(pk=cast.zhoumin.pk)
    grounds.Grounds(zhoumin, NOW).verdict(lambda who: False, unit_id=cast.su.pk)
    assert (zhoumin.pk, zhoumin._state.adding) == (cast.zhoumin.pk, False)
    assert Staff.objects.filter(pk=0).exists() is False


@pytest.fixture
def admin(cast):
    browser = Browser()
    browser.force_login(cast.admin)
    return browser


def test_the_administrator_asks_by_number_and_is_told_without_the_record(cast, books, admin):
    call = Call.objects.earliest("pk")
    url = reverse("people:staff_access_ask", args=[cast.zhoumin.pk])
    with moved_to(NOW, "test"):
        answer = admin.post(url, {"number": call.number})
        page = admin.get(reverse("people:staff_access", args=[cast.zhoumin.pk])).content.decode()
    text = answer.content.decode()
    assert (answer.status_code, call.number in text, "客户服务人员（苏州分公司），长期" in text) == (200, True, True)
    hidden = [books[0].name, "问保单何时到期", "陈月琴", reverse("hotline:call", args=[call.pk])]
    assert [word for word in hidden if word in text or word in page] == []
    event = TrailEvent.objects.get(verb="staff.access_asked")
    assert (event.by, event.subject_pk, call.number in event.body) == (cast.admin, cast.zhoumin.pk, False)
    assert TrailLook.objects.filter(staff=cast.admin, subject_type="people.staff").count() == 1


@pytest.mark.parametrize("number", ["DH-SU-26-9999", "#0", "#x", "#" + "9" * 30, "' OR 1=1", " "])
def test_a_number_that_nothing_bears_is_refused_beside_its_field_and_leaves_no_event(cast, admin, number):
    answer = admin.post(reverse("people:staff_access_ask", args=[cast.zhoumin.pk]), {"number": number})
    assert (answer.status_code, TrailEvent.objects.filter(verb="staff.access_asked").count()) == (422, 0)


def test_who_is_no_administrator_asks_nothing(cast, books):
    call = Call.objects.earliest("pk")
    with pytest.raises(Exception, match="forbidden"):
        actions.ask_access(cast.zhoumin, call.number, by=cast.wanghaiyan, now=NOW)
    with refused("no_such_number"):
        actions.ask_access(cast.zhoumin, "#999999", by=cast.admin, now=NOW)


def test_the_page_asks_no_more_for_thirty_rows_than_for_one(cast, books, admin):
    def asked() -> int:
        admin.get(reverse("people:staff_access", args=[cast.zhoumin.pk]))
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse("people:staff_access", args=[cast.zhoumin.pk]))
        return len(captured)

    with moved_to(NOW, "test"):
        before = asked()
        for nth in range(30):
            a_call(cast, NOW + timedelta(seconds=nth), promise=NewPromise("查", NOW + HOUR))
        assert asked() == before
        assert Unit.objects.count() == 6


def test_the_api_tells_the_same(cast, books):
    call = Call.objects.earliest("pk")
    _token, secret = do(actions.make_token, cast.admin, name="x", expires_at=NOW + DAY, by=cast.admin)
    headers = {"Authorization": f"Bearer {secret}"}
    browser = Browser()
    with moved_to(NOW, "test"):
        told = browser.get(f"/api/v1/staff/{cast.zhoumin.pk}/access", headers=headers).json()
        answer = browser.post(
            f"/api/v1/staff/{cast.zhoumin.pk}/access/questions",
            {"number": call.number},
            content_type="application/json",
            headers=headers,
        ).json()
    assert [(one["kind"], one["unit"]) for one in told["roles"]] == [("operator", "SU")]
    assert {"key": "manage", "is_everywhere": True}.items() <= next(
        one for one in told["rights"] if one["key"] == "manage"
    ).items()
    first = answer["answers"][0]
    assert (first["type"], first["id"], first["sees"]["is_yes"]) == ("hotline.call", call.pk, True)
