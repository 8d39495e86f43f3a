"""People by API: what the pages do, by the same actions, and no wider."""

import pytest

from chengnuo.people import actions
from chengnuo.people.models import Absence, Role, Staff, Substitute, Token, Unit
from tests.api import asking
from tests.hotline.world import DAY, NOW, do


@pytest.fixture
def ask(cast):
    return asking


def test_the_administrator_opens_changes_and_closes_a_unit(cast, ask):
    status, unit = ask(cast.admin, "post", "/units", {"code": "yc", "name": "盐城分公司"})
    assert (status, unit["code"], unit["kind"], unit["at_work"]) == (201, "YC", "branch", 0)
    changed = {"name": "盐城", "phone": "0515-65551234", "version": unit["version"]}
    status, unit = ask(cast.admin, "post", f"/units/{unit['id']}/change", changed)
    assert (status, unit["name"], unit["phone"]) == (200, "盐城", "0515-65551234")
    status, unit = ask(cast.admin, "post", f"/units/{unit['id']}/close")
    assert (status, unit["closed_on"]) == (200, str(NOW.date()))


def test_a_unit_that_was_changed_meanwhile_is_not_overwritten(cast, ask):
    stale = {"name": "别的", "version": cast.su.version}
    do(actions.change_unit, cast.su, name="苏州", division_code="", phone="", by=cast.admin)
    status, told = ask(cast.admin, "post", f"/units/{cast.su.pk}/change", stale)
    assert (status, told["code"], Unit.objects.get(pk=cast.su.pk).name) == (409, "stale", "苏州")


def test_only_the_administrator_does_it(cast, ask):
    given = {"username": "newcomer", "name": "新人", "unit_id": cast.su.pk}
    status, told = ask(cast.xuning, "post", "/staff", given)
    assert (status, told["code"], Staff.objects.filter(username="newcomer").exists()) == (403, "forbidden", False)


def test_somebody_is_taken_on_given_a_role_and_leaves(cast, ask):
    given = {"username": "Newcomer", "name": "新人", "unit_id": cast.su.pk, "password": "a long way to go home"}
    status, member = ask(cast.admin, "post", "/staff", given)
    assert (status, member["username"], member["roles"]) == (201, "newcomer", [])
    assert "password" not in member
    role = {"kind": "operator", "unit_id": cast.su.pk}
    status, role = ask(cast.admin, "post", f"/staff/{member['id']}/roles", role)
    assert (status, role["kind"], role["ends_at"]) == (201, "operator", None)
    status, seen = ask(cast.xuning, "get", f"/staff/{member['id']}")
    assert (status, [one["kind"] for one in seen["roles"]], seen["sessions"]) == (200, ["operator"], None)
    status, gone = ask(cast.admin, "post", f"/staff/{member['id']}/leave")
    assert (status, gone["is_active"], gone["roles"]) == (200, False, [])


def test_a_weak_password_is_said_beside_its_field(cast, ask):
    status, told = ask(cast.admin, "post", f"/staff/{cast.zhoumin.pk}/password", {"password": "12345678"})
    assert (status, told["code"], list(told["fields"])) == (422, "weak_password", ["password"])


def test_nobody_resets_his_own_password_nor_gives_himself_a_role(cast, ask):
    assert ask(cast.admin, "post", f"/staff/{cast.admin.pk}/password", {"password": "a long way to go home"})[0] == 404
    role = {"kind": "chairman", "unit_id": cast.hq.pk}
    assert ask(cast.admin, "post", f"/staff/{cast.admin.pk}/roles", role)[0] == 403


def test_another_branchs_people_are_not_there(cast, ask):
    status, page = ask(cast.zhoumin, "get", "/staff")
    assert status == 200
    assert {one["username"] for one in page["staff"]} >= {"xuning", "lize", "linxiaotang"}
    assert "luyao" not in {one["username"] for one in page["staff"]}
    assert ask(cast.zhoumin, "get", f"/staff/{cast.luyao.pk}")[0] == 404
    assert [one["username"] for one in ask(cast.zhoumin, "get", "/staff?q=lize")[1]["staff"]] == ["lize"]


def test_an_absence_is_reported_and_ended(cast, ask):
    given = {"starts_at": (NOW + DAY).isoformat(), "ends_at": (NOW + 2 * DAY).isoformat(), "reason": "培训"}
    status, absence = ask(cast.xuning, "post", f"/staff/{cast.zhoumin.pk}/absences", given)
    assert (status, absence["staff_id"]) == (201, cast.zhoumin.pk)
    assert [one["id"] for one in ask(cast.zhoumin, "get", "/absences")[1]["absences"]] == [absence["id"]]
    assert ask(cast.lize, "get", "/absences")[1]["absences"] == []
    status, told = ask(cast.xuning, "post", f"/staff/{cast.zhoumin.pk}/absences", given)
    assert (status, told["code"]) == (409, "absence_overlaps")
    assert ask(cast.zhoumin, "post", f"/absences/{absence['id']}/end")[0] == 200
    assert Absence.objects.get().ends_at == NOW + DAY


def test_a_substitute_is_named_and_revoked_by_his_principal(cast, ask):
    given = {"staff_id": cast.lize.pk, "ends_at": (NOW + DAY).isoformat(), "reason": "培训"}
    status, row = ask(cast.zhoumin, "post", "/me/substitutes", given)
    assert (status, row["principal_id"], row["staff_id"]) == (201, cast.zhoumin.pk, cast.lize.pk)
    assert ask(cast.lize, "post", f"/me/substitutes/{row['id']}/revoke")[0] == 403
    assert ask(cast.zhoumin, "post", f"/me/substitutes/{row['id']}/revoke")[0] == 200
    assert Substitute.objects.get().revoked_at == NOW


def test_sessions_are_listed_and_ended(cast, ask):
    for key in ("one", "two"):
        do(actions.open_session, cast.zhoumin, session_key=key, address="10.0.0.1", agent="Firefox")
    status, page = ask(cast.zhoumin, "get", "/me/sessions")
    assert (status, len(page["sessions"]), page["sessions"][0]["address"]) == (200, 2, "10.0.0.1")
    assert ask(cast.lize, "post", f"/me/sessions/{page['sessions'][0]['id']}/end")[0] == 404
    assert ask(cast.zhoumin, "post", "/me/sessions/end") == (200, {"ended": 2})


def test_tokens_are_listed_without_their_secrets_and_revoked(cast, ask):
    token, secret = do(actions.make_token, cast.zhoumin, name="总机", expires_at=NOW + DAY, by=cast.zhoumin)
    status, page = ask(cast.zhoumin, "get", "/tokens")
    (shown,) = [one for one in page["tokens"] if one["id"] == token.pk]
    assert (status, shown["name"], shown["scopes"]) == (200, "总机", ["write"])
    assert secret not in str(page)
    assert "hash" not in shown
    assert ask(cast.lize, "post", f"/tokens/{token.pk}/revoke")[0] == 404
    assert ask(cast.admin, "post", f"/tokens/{token.pk}/revoke")[0] == 200
    assert Token.objects.get(pk=token.pk).revoked_at == NOW


def test_whose_token_it_is(cast, ask):
    status, me = ask(cast.zhoumin, "get", "/me")
    assert (status, me["username"], me["sessions"]) == (200, "zhoumin", 0)


def test_a_role_ends(cast, ask):
    role = Role.objects.get(staff=cast.lize)
    assert ask(cast.admin, "post", f"/roles/{role.pk}/end")[0] == 200
    assert Role.objects.get(pk=role.pk).ends_at == NOW


@pytest.mark.parametrize("path", ["/units", "/staff", "/absences", "/me/substitutes", "/me/sessions", "/tokens"])
def test_an_impossible_cursor_is_answered_in_words(cast, ask, path):
    assert ask(cast.zhoumin, "get", f"{path}?cursor=x")[0] == 422


@pytest.mark.parametrize("path", [f"/units/{10**30}", "/staff/x", "/staff/-1"])
def test_an_impossible_id_is_answered_in_words(cast, ask, path):
    assert ask(cast.zhoumin, "get", path)[0] in {404, 422}
