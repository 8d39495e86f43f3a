from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Ref
from chengnuo.people import access, actions
from chengnuo.people.models import Absence, Role, Share, Staff, Substitute
from chengnuo.people.reach import reach

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
CALL = Ref("hotline.call", 1)
K = Role.Kind


def fresh(staff):
    return Staff.objects.get(pk=staff.pk)


def test_an_operator_reaches_his_unit_and_the_heads_reach_all(cast):
    everywhere = tuple(sorted(unit.pk for unit in (cast.hq, cast.centre, cast.office, cast.su, cast.hz, cast.bj)))
    assert reach(cast.zhoumin, NOW).units == (cast.su.pk,)
    for staff in (cast.linxiaotang, cast.wanghaiyan, cast.chenlixing, cast.zhengqiming):
        assert reach(staff, NOW).units == everywhere


def test_the_administrator_reaches_no_records(cast):
    assert reach(cast.admin, NOW).units == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 10), length=st.integers(1, 10), at=st.integers(-3, 25))
def test_a_role_reaches_from_its_first_instant_to_before_its_last(cast, start, length, at):
    role = actions.give_role(
        cast.zhoumin,
        unit=cast.hz,
        kind=K.OPERATOR,
        by=None,
        now=NOW,
        starts_at=NOW + start * DAY,
        ends_at=NOW + (start + length) * DAY,
    )
    try:
        assert (cast.hz.pk in reach(fresh(cast.zhoumin), NOW + at * DAY).units) == (start <= at < start + length)
    finally:
        role.delete()


def test_a_substitute_reaches_what_the_principal_holds_within_its_dates(cast):
    row = actions.name_substitute(
        cast.xuning, staff=cast.luyao, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW
    )
    during = reach(fresh(cast.luyao), NOW)
    assert during.units == tuple(sorted([cast.su.pk, cast.hz.pk]))
    assert during.is_in(cast.su.pk, K.MANAGER)
    assert during.standing_in == ((cast.xuning.pk, K.MANAGER, cast.su.pk),)
    assert cast.su.pk in reach(fresh(cast.luyao), NOW + DAY - TICK).units
    assert reach(fresh(cast.luyao), NOW + DAY).units == (cast.hz.pk,)
    assert reach(fresh(cast.luyao), NOW - TICK).units == (cast.hz.pk,)
    actions.revoke_substitute(row, by=cast.xuning, now=NOW + DAY / 2)
    assert reach(fresh(cast.luyao), NOW + DAY / 2).units == (cast.hz.pk,)


def test_what_is_held_for_another_is_not_lent_on(cast):
    for principal, staff in ((cast.xuning, cast.luyao), (cast.luyao, cast.mengchuan)):
        actions.name_substitute(
            principal, staff=staff, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=principal, now=NOW
        )
    assert reach(fresh(cast.mengchuan), NOW).units == tuple(sorted([cast.hz.pk, cast.bj.pk]))


def test_a_principal_who_has_left_lends_nothing(cast):
    actions.name_substitute(
        cast.xuning, staff=cast.luyao, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW
    )
    actions.leave(cast.xuning, by=cast.admin, now=NOW)
    assert reach(fresh(cast.luyao), NOW).units == (cast.hz.pk,)


def test_who_has_left_reaches_nothing(cast):
    actions.leave(cast.wanghaiyan, by=cast.admin, now=NOW)
    gone = reach(fresh(cast.wanghaiyan), NOW)
    assert (gone.units, gone.clients, gone.held) == ((), (), frozenset())


def test_a_share_shows_a_client_by_its_scope_until_it_ends(cast):
    for client, scope in ((11, Share.Scope.CARD), (12, Share.Scope.FULL)):
        actions.share_client(
            client_id=client, unit=cast.hz, scope=scope, because=CALL, by=None, now=NOW, ends_at=NOW + DAY
        )
    during = reach(fresh(cast.luyao), NOW)
    assert (during.clients, during.cards) == ((12,), (11,))
    after = reach(fresh(cast.luyao), NOW + DAY)
    assert (after.clients, after.cards) == ((), ())
    other = reach(fresh(cast.zhoumin), NOW)
    assert (other.clients, other.cards) == ((), ())


def test_reach_takes_two_reads_and_none_when_asked_again(cast):
    user = fresh(cast.zhoumin)
    with CaptureQueriesContext(connection) as first:
        reach(user, NOW)
    with CaptureQueriesContext(connection) as again:
        reach(user, NOW)
    assert (len(first), len(again)) == (2, 0)


AROUND = st.integers(-2, 2)
SPANS = st.tuples(AROUND, st.one_of(st.none(), st.integers(0, 3)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=st.lists(SPANS, max_size=4), shares=st.lists(SPANS, max_size=4), lent=AROUND, revoked=st.booleans())
def test_reach_reads_dates_as_the_models_do(cast, roles, shares, lent, revoked):
    with transaction.atomic():
        for start, length in roles:
            ends_at = None if length is None else NOW + (start + length) * DAY
            Role.objects.create(
                staff=cast.xuning, unit=cast.bj, kind=K.CUSTODIAN, starts_at=NOW + start * DAY, ends_at=ends_at
            )
        for number, (start, length) in enumerate(shares):
            Share.objects.create(
                client_id=number,
                unit=cast.hz,
                scope=Share.Scope.FULL,
                starts_at=NOW + start * DAY,
                ends_at=None if length is None else NOW + (start + length) * DAY,
                because_type=CALL.type,
                because_pk=CALL.pk,
            )
        Substitute.objects.create(
            principal=cast.xuning,
            staff=cast.luyao,
            starts_at=NOW + lent * DAY,
            ends_at=NOW + (lent + 1) * DAY,
            revoked_at=NOW if revoked else None,
            reason="出差",
        )
        lenders = Substitute.objects.filter(Substitute.at(NOW), staff=cast.luyao).values_list("principal", flat=True)
        held = Role.objects.filter(Role.at(NOW), staff__in=[cast.luyao.pk, *lenders]).values_list("kind", "unit")
        shown = Share.objects.filter(Share.at(NOW), unit=cast.hz).order_by("client_id").values_list("client_id")
        found = reach(fresh(cast.luyao), NOW)
        assert (found.held, found.clients) == (frozenset(held), tuple(client for (client,) in shown))
        transaction.set_rollback(True)


def names(rows):
    return sorted(row.name for row in rows)


def test_everybody_sees_the_names_of_his_unit_and_of_the_centre(cast):
    assert names(access.visible_staff(cast.luyao, NOW)) == names([cast.luyao, cast.linxiaotang, cast.wanghaiyan])
    assert names(access.visible_staff(cast.zhoumin, NOW)) == names(
        [cast.zhoumin, cast.xuning, cast.lize, cast.linxiaotang, cast.wanghaiyan]
    )


def test_the_administrator_and_the_heads_see_everybody(cast):
    for staff in (cast.admin, cast.wanghaiyan, cast.chenlixing):
        assert access.visible_staff(staff, NOW).count() == 10


def test_a_branch_sees_itself_and_the_units_that_serve_it(cast):
    assert names(access.visible_units(cast.zhoumin, NOW)) == names([cast.su, cast.hq, cast.centre, cast.office])
    assert access.visible_units(cast.admin, NOW).count() == 6


def test_only_the_administrator_manages_and_he_gives_himself_nothing(cast):
    people = [getattr(cast, name) for name in vars(cast) if isinstance(getattr(cast, name), Staff)]
    assert [staff.username for staff in people if access.may_manage(staff, NOW)] == ["admin"]
    assert access.may_give_role(cast.admin, cast.zhoumin, NOW)
    assert not access.may_give_role(cast.admin, cast.admin, NOW)


def test_an_absence_is_reported_by_himself_his_manager_or_the_administrator(cast):
    may = [
        staff.username
        for staff in (cast.admin, cast.zhoumin, cast.xuning, cast.lize, cast.wanghaiyan, cast.luyao)
        if access.may_report_absence(staff, cast.zhoumin, NOW)
    ]
    assert may == ["admin", "zhoumin", "xuning"]


def test_why_somebody_is_away_is_seen_by_those_who_may_report_it(cast):
    actions.report_absence(cast.zhoumin, starts_at=NOW, ends_at=NOW + DAY, reason="发烧", by=cast.zhoumin, now=NOW)
    for staff, seen in ((cast.zhoumin, 1), (cast.xuning, 1), (cast.admin, 1), (cast.lize, 0), (cast.wanghaiyan, 0)):
        assert access.visible_absences(staff, NOW).count() == seen
    assert Absence.objects.count() == 1
