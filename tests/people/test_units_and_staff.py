import json
from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation, Ref, TrailEvent, TrailText
from chengnuo.people import actions
from chengnuo.people.models import Role, Share, SignIn, Staff, Substitute, Token, Unit
from chengnuo.people.reach import reach
from chengnuo.people.tokens import live_token
from tests.cast import refused

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
DAY = timedelta(days=1)


def last_event():
    return TrailEvent.objects.latest("pk")


def everything_is_told():
    findings, _events = check()
    return list(findings) == []


def open_wuxi(cast, **values):
    return actions.open_unit(
        **{"code": "wx", "name": "无锡分公司", "kind": "branch", "by": cast.admin, "now": NOW, **values}
    )


def test_a_unit_is_opened_with_its_event(cast):
    unit = open_wuxi(cast, division_code="320200", phone="0510-85551234")
    assert (unit.code, unit.opened_on, last_event().verb) == ("WX", date(2026, 9, 28), "unit.opened")
    assert everything_is_told()


@pytest.mark.parametrize(
    "values, code",
    [
        ({"code": "SU"}, "code_taken"),
        ({"name": "苏州分公司"}, "name_taken"),
        ({"code": "苏"}, "unit_code"),
        ({"name": "  "}, "name"),
        ({"division_code": "3202"}, "division_code"),
        ({"phone": "call me"}, "phone"),
    ],
)
def test_a_unit_with_values_that_cannot_be_is_not_opened(cast, values, code):
    with refused(code):
        open_wuxi(cast, **values)
    assert Unit.objects.count() == 6


def test_a_changed_unit_says_what_it_was(cast):
    actions.change_unit(
        cast.su, name="苏州分公司", division_code="320501", phone="0512-65550000", by=cast.admin, now=NOW
    )
    event = last_event()
    assert json.loads(event.body)["data"] == {"changes": {"division_code": ["320500", "320501"], "phone": None}}
    assert dict(TrailText.objects.filter(event=event).values_list("name", "text")) == {"phone.new": "0512-65550000"}
    assert everything_is_told()


def test_a_change_that_changes_nothing_is_no_event(cast):
    before = last_event().pk
    actions.change_unit(cast.su, name="苏州分公司", division_code="320500", phone="", by=cast.admin, now=NOW)
    assert last_event().pk == before


def test_a_unit_cannot_take_the_name_of_another(cast):
    with refused("name_taken"):
        actions.change_unit(cast.su, name="杭州分公司", division_code="", phone="", by=cast.admin, now=NOW)


def test_an_empty_unit_is_closed_once(cast):
    unit = open_wuxi(cast)
    assert actions.close_unit(unit, by=cast.admin, now=NOW).closed_on == date(2026, 9, 28)
    with refused("unit_closed"):
        actions.close_unit(unit, by=cast.admin, now=NOW)
    assert everything_is_told()


def test_a_unit_with_staff_is_not_closed(cast):
    with refused("unit_has_staff"):
        actions.close_unit(cast.bj, by=cast.admin, now=NOW)


def test_a_unit_in_which_somebody_holds_a_role_is_not_closed(cast):
    unit = open_wuxi(cast)
    actions.give_role(cast.zhoumin, unit=unit, kind=Role.Kind.OPERATOR, by=cast.admin, now=NOW)
    with refused("unit_has_roles"):
        actions.close_unit(unit, by=cast.admin, now=NOW)


def test_a_unit_that_owes_something_is_not_closed(cast):
    unit = open_wuxi(cast)
    Obligation.objects.create(
        rule="x",
        clause="3.1.5",
        subject_type="people.unit",
        subject_pk=unit.pk,
        title="x",
        unit_id=unit.pk,
        since=NOW,
        since_event=1,
    )
    with refused("unit_has_duties"):
        actions.close_unit(unit, by=cast.admin, now=NOW)


def hire(cast, **values):
    return actions.hire(
        **{"username": "tangjing", "name": "唐静", "unit": cast.su, "by": cast.admin, "now": NOW, **values}
    )


def test_somebody_is_hired_without_a_way_in_until_he_has_a_password(cast):
    staff = hire(cast, username="TangJing", phone="13900001111")
    assert (staff.username, staff.has_usable_password()) == ("tangjing", False)
    assert json.loads(last_event().body)["data"] == {"username": "tangjing", "unit": cast.su.pk}
    assert "13900001111" not in last_event().body
    assert everything_is_told()


@pytest.mark.parametrize(
    "values, code",
    [
        ({"username": "zhoumin"}, "username_taken"),
        ({"username": "ZHOUMIN"}, "username_taken"),
        ({"username": "唐静"}, "username"),
        ({"name": ""}, "name"),
        ({"name": "唐\x07静"}, "name"),
        ({"password": "short"}, "weak_password"),
        ({"password": "1234567890"}, "weak_password"),
    ],
)
def test_somebody_with_values_that_cannot_be_is_not_hired(cast, values, code):
    with refused(code):
        hire(cast, **values)
    assert Staff.objects.count() == 10


def test_nobody_is_hired_into_a_closed_unit(cast):
    unit = actions.close_unit(open_wuxi(cast), by=cast.admin, now=NOW)
    with refused("unit_closed"):
        hire(cast, unit=unit)


def test_somebody_moves_to_another_unit_and_keeps_his_roles(cast):
    moved = actions.change_staff(cast.zhoumin, name="周敏", unit=cast.hz, phone="", by=cast.admin, now=NOW)
    assert moved.unit == cast.hz
    assert json.loads(last_event().body)["data"] == {"changes": {"unit": [cast.su.pk, cast.hz.pk]}}
    assert reach(moved, NOW).units == (cast.su.pk,)
    assert everything_is_told()


def test_nobody_moves_into_a_closed_unit(cast):
    unit = actions.close_unit(open_wuxi(cast), by=cast.admin, now=NOW)
    with refused("unit_closed"):
        actions.change_staff(cast.zhoumin, name="周敏", unit=unit, phone="", by=cast.admin, now=NOW)


def test_who_leaves_loses_roles_substitutes_sessions_and_tokens(cast):
    stands_in = actions.name_substitute(
        cast.xuning, staff=cast.zhoumin, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW
    )
    session = Session.objects.create(session_key="k" * 32, session_data="", expire_date=NOW + DAY)
    actions.open_session(cast.zhoumin, session_key=session.session_key, address=None, agent="", now=NOW)
    _token, secret = actions.make_token(cast.zhoumin, name="x", expires_at=NOW + DAY, by=cast.admin, now=NOW)

    gone = actions.leave(cast.zhoumin, by=cast.admin, now=NOW)

    assert gone.is_active is False
    assert list(Role.objects.filter(staff=gone).values_list("ends_at", flat=True)) == [NOW]
    assert Substitute.objects.get(pk=stands_in.pk).revoked_at == NOW
    assert not Session.objects.filter(pk=session.pk).exists()
    assert SignIn.objects.get().ended_at == NOW
    assert (live_token(secret, NOW), Token.objects.get().revoked_at) == (None, NOW)
    assert reach(gone, NOW).units == ()
    assert everything_is_told()


def test_nobody_leaves_by_his_own_hand(cast):
    with refused("forbidden"):
        actions.leave(cast.admin, by=cast.admin, now=NOW)


def test_a_leaver_is_not_changed_nor_given_anything(cast):
    gone = actions.leave(cast.zhoumin, by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.leave(gone, by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.change_staff(gone, name="周敏", unit=cast.su, phone="", by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.set_password(gone, "another long password", by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.give_role(gone, unit=cast.su, kind=Role.Kind.OPERATOR, by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.make_token(gone, name="x", expires_at=NOW + DAY, by=cast.admin, now=NOW)
    with refused("has_left"):
        actions.name_substitute(
            cast.xuning, staff=gone, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW
        )


def test_a_client_is_shared_because_of_a_record_and_the_share_ends_once(cast):
    share = actions.share_client(
        client_id=7, unit=cast.hz, scope=Share.Scope.CARD, because=Ref("hotline.call", 3), by=cast.luyao, now=NOW
    )
    assert json.loads(last_event().body)["data"]["because"] == ["hotline.call", 3]
    assert actions.end_share(share, by=cast.luyao, now=NOW + DAY).ends_at == NOW + DAY
    with refused("share_ended"):
        actions.end_share(share, by=cast.luyao, now=NOW + DAY)
    assert everything_is_told()


def test_a_share_that_ends_before_it_begins_is_refused(cast):
    with refused("period"):
        actions.share_client(
            client_id=7, unit=cast.hz, scope="card", because=Ref("hotline.call", 3), by=cast.luyao, now=NOW, ends_at=NOW
        )


def test_a_share_called_off_before_it_begins_is_empty(cast):
    share = actions.share_client(
        client_id=7,
        unit=cast.hz,
        scope="full",
        because=Ref("hotline.call", 3),
        by=cast.luyao,
        now=NOW,
        starts_at=NOW + DAY,
    )
    assert actions.end_share(share, by=cast.luyao, now=NOW).ends_at == NOW + DAY
    with refused("share_ended"):
        actions.end_share(share, by=cast.luyao, now=NOW)
