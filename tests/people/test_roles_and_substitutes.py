import json
from datetime import datetime, timedelta

from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import TrailEvent
from chengnuo.people import actions
from chengnuo.people.models import Absence, Role, Substitute
from tests.cast import refused

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
DAY = timedelta(days=1)
K = Role.Kind


def everything_is_told():
    findings, _events = check()
    return list(findings) == []


def give(cast, staff, **values):
    given = {"unit": cast.su, "kind": K.CUSTODIAN, "by": cast.admin, "now": NOW, **values}
    return actions.give_role(staff, **given)


def test_a_role_is_given_from_now_on(cast):
    role = give(cast, cast.zhoumin)
    event = TrailEvent.objects.latest("pk")
    assert (role.starts_at, role.ends_at, event.verb, event.by) == (NOW, None, "role.given", cast.admin)
    assert json.loads(event.body)["data"]["kind"] == "custodian"
    assert everything_is_told()


def test_nobody_gives_himself_a_role(cast):
    with refused("forbidden"):
        give(cast, cast.admin, unit=cast.hq, kind=K.CHAIRMAN)


def test_a_role_held_in_that_time_is_not_given_twice(cast):
    give(cast, cast.zhoumin, starts_at=NOW + 5 * DAY, ends_at=NOW + 10 * DAY)
    with refused("role_held"):
        give(cast, cast.zhoumin)
    with refused("role_held"):
        give(cast, cast.zhoumin, starts_at=NOW + 9 * DAY, ends_at=NOW + 12 * DAY)
    give(cast, cast.zhoumin, ends_at=NOW + 5 * DAY)
    give(cast, cast.zhoumin, starts_at=NOW + 10 * DAY)


def test_a_role_is_not_backdated_before_today(cast):
    with refused("backdated"):
        give(cast, cast.zhoumin, starts_at=datetime(2026, 9, 27, 23, 59, tzinfo=ZONE))
    give(cast, cast.zhoumin, starts_at=datetime(2026, 9, 28, tzinfo=ZONE))


def test_a_role_that_ends_before_it_begins_is_refused(cast):
    with refused("period"):
        give(cast, cast.zhoumin, ends_at=NOW)


def test_the_seats_that_see_everything_are_where_the_procedure_puts_them(cast):
    for kind in (K.CENTRE, K.CENTRE_HEAD, K.EXECUTIVE, K.CHAIRMAN):
        with refused("role_seat"):
            give(cast, cast.zhoumin, kind=kind)


def test_no_role_is_given_in_a_closed_unit(cast):
    unit = actions.open_unit(code="WX", name="无锡分公司", kind="branch", by=cast.admin, now=NOW)
    with refused("unit_closed"):
        give(cast, cast.zhoumin, unit=actions.close_unit(unit, by=cast.admin, now=NOW))


def test_a_role_ends_now_or_later_but_not_in_the_past_and_not_twice(cast):
    role = give(cast, cast.zhoumin)
    with refused("backdated"):
        actions.end_role(role, by=cast.admin, now=NOW, ends_at=NOW - DAY)
    assert actions.end_role(role, by=cast.admin, now=NOW, ends_at=NOW + DAY).ends_at == NOW + DAY
    assert actions.end_role(role, by=cast.admin, now=NOW + DAY / 2).ends_at == NOW + DAY / 2
    with refused("role_ended"):
        actions.end_role(role, by=cast.admin, now=NOW + DAY)
    assert everything_is_told()


def test_a_role_that_has_not_begun_is_called_off(cast):
    role = give(cast, cast.zhoumin, starts_at=NOW + DAY)
    assert actions.end_role(role, by=cast.admin, now=NOW).ends_at == NOW + DAY
    with refused("role_ended"):
        actions.end_role(role, by=cast.admin, now=NOW)
    assert not Role.objects.filter(Role.at(NOW + DAY), pk=role.pk).exists()


def away(cast, **values):
    said = {"starts_at": NOW, "ends_at": NOW + DAY, "reason": "发烧", "by": cast.zhoumin, "now": NOW, **values}
    return actions.report_absence(cast.zhoumin, **said)


def test_an_absence_is_a_fact_that_may_lie_in_the_past(cast):
    away(cast, starts_at=NOW - 3 * DAY, ends_at=NOW - 2 * DAY, by=cast.xuning)
    event = TrailEvent.objects.latest("pk")
    assert (event.verb, "发烧" in event.body) == ("absence.reported", False)
    assert everything_is_told()


def test_an_absence_is_reported_once(cast):
    away(cast)
    with refused("absence_overlaps"):
        away(cast, starts_at=NOW + DAY / 2, ends_at=NOW + 2 * DAY)
    away(cast, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)


def test_an_empty_absence_is_refused(cast):
    with refused("period"):
        away(cast, ends_at=NOW)


def test_who_is_back_ends_his_absence_once(cast):
    absence = away(cast)
    assert actions.end_absence(absence, by=cast.zhoumin, now=NOW + DAY / 4).ends_at == NOW + DAY / 4
    with refused("absence_over"):
        actions.end_absence(absence, by=cast.zhoumin, now=NOW + DAY / 2)
    assert everything_is_told()


def test_an_absence_that_has_not_begun_is_called_off(cast):
    absence = away(cast, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)
    actions.end_absence(absence, by=cast.zhoumin, now=NOW)
    assert not Absence.objects.filter(Absence.at(NOW + DAY)).exists()
    with refused("absence_over"):
        actions.end_absence(absence, by=cast.zhoumin, now=NOW)


def name(cast, principal, staff, **values):
    said = {"starts_at": NOW, "ends_at": NOW + DAY, "reason": "出差", "by": principal, "now": NOW, **values}
    return actions.name_substitute(principal, staff=staff, **said)


def test_the_principal_names_his_substitute(cast):
    row = name(cast, cast.xuning, cast.zhoumin)
    event = TrailEvent.objects.latest("pk")
    assert (row.principal, row.staff, event.verb) == (cast.xuning, cast.zhoumin, "substitute.named")
    assert everything_is_told()


def test_nobody_else_names_a_substitute_for_him(cast):
    with refused("forbidden"):
        name(cast, cast.xuning, cast.zhoumin, by=cast.admin)


def test_nobody_stands_in_for_himself(cast):
    with refused("own_substitute"):
        name(cast, cast.xuning, cast.xuning)


def test_a_substitution_is_not_backdated_and_not_empty(cast):
    with refused("backdated"):
        name(cast, cast.xuning, cast.zhoumin, starts_at=NOW - DAY)
    with refused("period"):
        name(cast, cast.xuning, cast.zhoumin, ends_at=NOW)


def test_one_substitute_at_a_time(cast):
    first = name(cast, cast.xuning, cast.zhoumin)
    with refused("already_substituted"):
        name(cast, cast.xuning, cast.lize, ends_at=NOW + 3 * DAY)
    actions.revoke_substitute(first, by=cast.xuning, now=NOW)
    name(cast, cast.xuning, cast.lize)


def test_only_the_principal_takes_his_delegation_back_and_once(cast):
    row = name(cast, cast.xuning, cast.zhoumin)
    with refused("forbidden"):
        actions.revoke_substitute(row, by=cast.zhoumin, now=NOW)
    actions.revoke_substitute(row, by=cast.xuning, now=NOW)
    with refused("substitution_over"):
        actions.revoke_substitute(row, by=cast.xuning, now=NOW)
    assert Substitute.objects.get().revoked_at == NOW
    assert everything_is_told()


def test_the_last_administrators_role_does_not_end_until_another_holds_it(cast):
    (role,) = cast.admin.roles.all()
    with refused("last_administrator"):
        actions.end_role(role, by=cast.admin, now=NOW)
    actions.give_role(cast.chenlixing, unit=cast.hq, kind=Role.Kind.ADMINISTRATOR, by=cast.admin, now=NOW)
    actions.end_role(role, by=cast.chenlixing, now=NOW)
    role.refresh_from_db()
    assert role.ends_at == NOW
