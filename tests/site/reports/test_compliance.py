"""规程执行 (6.2): what counts where, against a count by hand of any duties that the engine can leave."""

from datetime import date, timedelta
from random import Random

import pytest
from django.test import Client as Browser

from chengnuo.hotline import actions
from chengnuo.ledger.access import visible_obligations
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import clauses
from chengnuo.ledger.models import LIVE, Obligation
from chengnuo.ledger.models.duties import State
from chengnuo.ledger.obligations import RULES
from chengnuo.people.reach import reach
from chengnuo.site.reports.compliance import compliance, mondays
from chengnuo.site.reports.fates import LABELS, Fates, fates
from chengnuo.site.reports.periods import Period
from chengnuo.site.reports.spark import spark
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, SECOND, a_missed_call, at, do, turn
from tests.site.reports.world import a_duty, asked, late, met, random_duties

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


def by_hand(duties, now) -> Fates:
    """The page's definition in plain words."""
    counted = dict.fromkeys(LABELS, 0)
    for duty in duties:
        breached = duty.breached_at is not None
        if duty.state == State.WITHDRAWN and not breached:
            continue
        counted["produced"] += 1
        if duty.state in LIVE:
            counted["open"] += 1
            counted["overdue"] += breached or (duty.due is not None and duty.due < now)
        else:
            counted["late" if breached else "met"] += 1
    return Fates(**counted)


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_any_duties_are_those_counted_by_hand_and_add_up(cast, seed):
    units, people = [cast.su.pk, cast.hz.pk, cast.centre.pk], [cast.zhoumin.pk, cast.luyao.pk]
    Obligation.objects.bulk_create(random_duties(Random(seed), units, people, 400))
    for user in (cast.wanghaiyan, cast.xuning, cast.luyao):
        scope = asked(user)
        reached = set(reach(scope.user, NOW).units)
        mine = [
            duty
            for duty in visible_obligations(reach(scope.user, NOW), NOW)
            if duty.unit_id in reached and SEPTEMBER.start <= duty.since < SEPTEMBER.end
        ]
        found = compliance(scope)
        assert found.total == by_hand(mine, NOW)
        assert found.total.produced == found.total.met + found.total.late + found.total.open
        assert found.total.overdue <= found.total.open
        assert sum((line.fates for line in found.lines), Fates()) == found.total
        assert sum((fate for _unit, fate in found.by_unit()), Fates()) == found.total
        for line in found.lines:
            assert line.fates == by_hand([duty for duty in mine if duty.clause == line.clause.id], NOW)
            of_units = found.by_unit(line.clause.id)
            assert sum((fate for _unit, fate in of_units), Fates()) == line.fates
            for unit, fate in of_units:
                of_unit = [duty for duty in mine if (duty.clause, duty.unit_id) == (line.clause.id, unit)]
                assert fate == by_hand(of_unit, NOW)


def test_a_reader_counts_no_duty_that_he_may_not_see(cast):
    Obligation.objects.bulk_create(random_duties(Random(1), [cast.su.pk, cast.hz.pk], [cast.luyao.pk], 200))
    for user in (cast.wanghaiyan, cast.xuning, cast.luyao, cast.admin):
        scope = asked(user)
        seen = visible_obligations(reach(scope.user, NOW), NOW)
        assert not scope.duties.exclude(pk__in=seen.values("pk")).exists()


def test_a_duty_counts_in_the_period_in_which_it_arose_with_the_fate_of_today(cast):
    for since in (at("08-31 23:59:59"), at("09-01 00:00"), at("09-30 23:59:59"), at("10-01 00:00")):
        a_duty(cast.su.pk, since=since, **late(since))
    found = compliance(asked(cast.xuning, "since=2026-09-01&until=2026-09-30", now=at("10-05 12:00")))
    assert found.total == Fates(produced=2, late=2)
    assert found.before == Fates(produced=1, late=1)


def test_what_was_withdrawn_in_time_was_never_owed_and_what_was_withdrawn_late_stays_late(cast):
    a_duty(cast.su.pk, state=State.WITHDRAWN, ended_at=NOW)
    a_duty(cast.su.pk, **late(state=State.WITHDRAWN))
    assert compliance(asked(cast.xuning)).total == Fates(produced=1, late=1)


def test_a_duty_is_overdue_from_the_moment_after_its_time_before_the_worker_comes_round(cast):
    duty = a_duty(cast.su.pk, due=NOW)
    assert compliance(asked(cast.xuning)).total == Fates(produced=1, open=1)
    assert compliance(asked(cast.xuning, now=NOW + SECOND)).total == Fates(produced=1, open=1, overdue=1)
    assert duty.breached_at is None


def test_the_rate_is_met_by_met_late_and_overdue_and_is_none_of_nothing(cast):
    assert Fates(produced=10, met=6, late=1, open=3, overdue=1).rate == 75
    assert Fates(produced=3, open=3).rate is None
    assert Fates().rate is None


@pytest.mark.clause("6.2", good=True)
@pytest.mark.clause("4.0", good=True)
def test_a_call_back_in_the_last_second_is_in_time_on_the_report_of_its_branch(cast):
    call = a_missed_call(cast)
    back = NOW + 15 * MINUTE
    do(actions.call_back, call, by=cast.zhoumin, now=back, at=back, reached=False)
    found = compliance(asked(cast.wanghaiyan, now=back))
    (line,) = [line for line in found.lines if line.clause.id == "3.1.2"]
    assert (line.fates.met, line.fates.late) == (1, 0)
    assert found.by_unit("3.1.2") == [(cast.su.pk, line.fates)]


@pytest.mark.clause("6.2", good=False)
def test_a_call_back_a_second_later_is_late_on_the_report_for_ever(cast):
    call = a_missed_call(cast)
    back = NOW + 15 * MINUTE + SECOND
    turn(back)
    assert compliance(asked(cast.xuning, now=back)).total.overdue == 1
    do(actions.call_back, call, by=cast.zhoumin, now=back, at=back, reached=False)
    found = compliance(asked(cast.xuning, now=back))
    (line,) = [line for line in found.lines if line.clause.id == "3.1.2"]
    assert (line.fates.met, line.fates.late, line.fates.overdue, line.fates.rate) == (0, 1, 0, 0)


def test_every_clause_in_force_that_has_a_rule_stands_there_even_with_nothing(cast):
    lines = compliance(asked(cast.xuning)).lines
    ruled = {rule.clause for rule in RULES.values()}
    assert [line.clause.id for line in lines] == [one for one in clauses() if one in ruled]
    assert {line.fates for line in lines} == {Fates()}
    assert compliance(asked(cast.xuning, "since=2025-01-01&until=2025-12-31")).lines == []


def test_the_target_is_the_figure_in_force(cast):
    assert compliance(asked(cast.xuning)).target == rulebook().parameter("compliance.target", NOW).value == 95


def test_the_weeks_are_the_twelve_up_to_today_and_each_rate_is_of_its_own(cast):
    monday = date(2026, 9, 28)
    scope = asked(cast.xuning, "since=2026-01-01&until=2026-12-31")
    assert mondays(scope) == [monday - timedelta(weeks=back) for back in range(11, -1, -1)]
    for since, more in (
        (at("09-28 00:00"), met(at("09-28 00:00"))),
        (at("09-27 23:59:59"), late(at("09-27 23:59:59"))),
        (at("09-21 00:00"), met(at("09-21 00:00"))),
        (at("07-12 23:59:59"), met(at("07-12 23:59:59"))),
    ):
        a_duty(cast.su.pk, since=since, **more)
    (line,) = [line for line in compliance(scope).lines if line.clause.id == "3.1.2"]
    assert [week.rate for week in line.weeks] == [None] * 10 + [50, 100]


@pytest.mark.parametrize(
    "rates, below",
    [([80, 80, 80], 3), ([80, 90, 89.9], 1), ([80, 95], 0), ([None, 80, None, 70, None], 2), ([None], 0)],
)
def test_weeks_below_ninety_are_counted_from_the_latest_back(rates, below):
    from chengnuo.site.reports.compliance import ClauseLine, Week

    weeks = [Week(date(2026, 9, 28), rate) for rate in rates]
    assert ClauseLine(clauses()["3.1.2"], Fates(), weeks).weeks_below == below


def test_a_spark_keeps_to_its_scale_and_breaks_where_there_is_no_rate():
    drawn = spark([10, 78, None, 100, 95], 95)
    assert [line.count(",") for line in drawn.lines] == [2, 2]
    low, lowest = drawn.lines[0].split()
    assert low.split(",")[1] == lowest.split(",")[1] == "19.0"
    assert drawn.lines[1].split()[0].split(",")[1] == "3.0"
    assert drawn.end == ("101.0", drawn.target)
    assert "10 78 — 100 95" in drawn.words
    assert spark([None, 90], 95).lines == []


def test_a_year_asks_as_often_as_a_day_and_many_branches_as_one(cast, django_assert_num_queries):
    for days, count in ((1, 1), (300, 60)):
        Obligation.objects.bulk_create(random_duties(Random(2), [cast.su.pk, cast.hz.pk], [cast.zhoumin.pk], count))
        scope = asked(cast.wanghaiyan, f"since={NOW.date() - days * DAY}&until={NOW.date()}")
        rulebook()
        with django_assert_num_queries(4):  # Three, and the stamp of the figures.
            compliance(scope)


def test_the_fates_of_a_list_and_of_a_figure_are_the_same_conditions(cast):
    a_duty(cast.su.pk, **met())
    a_duty(cast.su.pk, **late())
    a_duty(cast.su.pk, due=NOW - HOUR)
    a_duty(cast.su.pk, due=NOW + HOUR)
    a_duty(cast.su.pk, due=None)
    counted = {name: Obligation.objects.filter(which, clause="3.1.2").count() for name, which in fates(NOW).items()}
    assert counted == {"produced": 5, "met": 1, "late": 1, "open": 3, "overdue": 1, "bad": 2, "untimely": 4}


def test_a_clause_that_is_none_is_hidden(cast):
    browser = Browser()
    browser.force_login(cast.xuning)
    assert [browser.get(f"/reports/compliance/{id_}/").status_code for id_ in ("3.1.5", "9.9", "1")] == [200, 404, 404]
