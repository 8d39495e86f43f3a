"""Response time (2.1, 3.1.2, 3.1.5), promises and calls: against a count by hand; who sees whose figures."""

from datetime import timedelta
from itertools import product
from random import Random
from statistics import median, quantiles

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.clients.models import Client
from chengnuo.hotline.figures import outcome, with_outcome
from chengnuo.hotline.models import Call, Promise, PromiseState
from chengnuo.ledger.models import ParameterVersion
from chengnuo.site.reports import calls, fairness, promises, response
from chengnuo.site.reports.response import METRICS
from chengnuo.site.reports.tables import LEAST, duration
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, a_missed_call, a_promise, at
from tests.site.reports.world import a_duty, asked, lived


def line(table, key):
    return next(line.cells for line in table.lines if line.key == str(key))


def table(tables, key):
    return next(one for one in tables if one.key == key)


def answered(cast, seconds, **more):
    """Calls that rang in the hour of nine and were answered after so many seconds, beside the actions."""
    first = a_call(cast, NOW)
    given = {"unit": cast.su, "operator": cast.zhoumin, "rang_at": at("09-21 09:00"), **more}
    row = {field.attname: getattr(first, field.attname) for field in Call._meta.fields if field.name != "id"}
    Call.objects.bulk_create(
        Call(
            **{
                **row,
                **{
                    f"{k}_id" if k in ("unit", "operator", "client") else k: v if k == "rang_at" else v.pk
                    for k, v in given.items()
                },
                "number": f"{first.number}-{nth}",
                "answered_at": given["rang_at"] + timedelta(seconds=second),
            }
        )
        for nth, second in enumerate(seconds)
    )
    Call.objects.filter(pk=first.pk).update(state="void")


def test_median_and_ninetieth_percentile_are_those_of_statistics(cast):
    seconds = [Random(3).randint(1, 90) for _nth in range(41)]
    answered(cast, seconds)
    found = response.tables(asked(cast.xuning), METRICS["answered"])
    expected = [41, median(seconds), quantiles(seconds, n=10, method="inclusive")[-1]]
    for key, place in (("hours", 9), ("units", cast.su.pk), ("people", cast.zhoumin.pk), ("tiers", "unknown")):
        assert [cell.value for cell in line(table(found, key), place)] == pytest.approx(expected), key
    assert [cell.value for cell in response.total(asked(cast.xuning), METRICS["answered"])] == pytest.approx(expected)


def test_below_twenty_the_number_is_told_and_nothing_else(cast):
    answered(cast, range(1, LEAST))
    number, middle, ninetieth = line(table(response.tables(asked(cast.xuning), METRICS["answered"]), "hours"), 9)
    assert (number.value, middle.value, ninetieth.value, middle.is_short) == (LEAST - 1, None, None, True)
    answered(cast, [5], unit=cast.su, rang_at=at("09-21 09:30"))
    assert response.total(asked(cast.xuning), METRICS["answered"])[1].value is not None


def test_each_kind_of_time_is_taken_from_its_own_start(cast):
    lived(cast)
    scope = asked(cast.wanghaiyan)
    for key, records, start, end in (
        (
            "called_back",
            Call.objects.filter(answered_at=None, called_back_at__isnull=False),
            "rang_at",
            "called_back_at",
        ),
        ("kept", Promise.objects.filter(answered_at__isnull=False), "made_at", "answered_at"),
    ):
        by_hand = sorted((getattr(one, end) - getattr(one, start)).total_seconds() for one in records)
        assert sorted(row.seconds for row in response.measured(scope, METRICS[key])) == by_hand
        assert len(by_hand) > 1


def test_an_acknowledgement_is_measured_from_its_duty_where_the_procedure_has_one(cast):
    figure = ParameterVersion.objects.get(key="centre.acknowledges")
    client = a_client(cast)
    Client.objects.update(large=True)
    given = {"parameter": figure, "state": "met", "client_id": client.pk, "owner": cast.linxiaotang}
    for nth in range(LEAST):
        since = at("09-21 09:00") + nth * MINUTE
        a_duty(cast.centre.pk, clause="3.4.3", since=since, ended_at=since + 7 * MINUTE, **given)
    a_duty(cast.centre.pk, clause="3.4.3", parameter=figure)
    a_duty(cast.centre.pk, clause="3.4.3", state="met", ended_at=NOW)
    found = response.tables(asked(cast.wanghaiyan), METRICS["acknowledged"])
    for key, place in (("hours", 9), ("people", cast.linxiaotang.pk), ("tiers", "large"), ("tiers", "company")):
        assert [cell.value for cell in line(table(found, key), place)] == [LEAST, 420, 420]
    assert line(table(found, "tiers"), "unknown")[0].value == 0


def test_the_database_and_python_tell_the_same_outcome_of_every_promise(cast):
    promise = a_promise(cast, NOW + HOUR)
    for state, moved, gone in product(PromiseState.values, (0, 2), (None, NOW, NOW + HOUR, NOW + DAY)):
        Promise.objects.update(state=state, times_moved=moved, withdrawn_at=gone)
        promise = with_outcome(Promise.objects.all()).get()
        assert promise.outcome == outcome(promise), (state, moved, gone)


def test_promises_are_counted_as_python_counts_them_and_add_up(cast):
    lived(cast)
    scope = asked(cast.wanghaiyan, "since=2026-01-01&until=2026-12-31")
    every = list(Promise.objects.all())
    for one in promises.tables(scope):
        for row in one.lines:
            of = {column.key: cell.value for column, cell in zip(one.columns, row.cells, strict=True)}
            assert of["total"] == sum(of[name] for name in promises.FATES), row.key
    head = {column.key: cell.value for column, cell in promises.head_figures(scope)}
    said = [outcome(one) for one in every]
    assert {name: head[name] for name in promises.FATES} == {name: said.count(name) for name in promises.FATES}
    assert head["total"] == len(every)
    assert min(head[name] for name in ("kept", "late", "moved", "unanswered")) > 0


@pytest.mark.parametrize(
    "name, seen",
    [
        ("zhoumin", {"周敏"}),
        ("lize", {"李泽"}),
        ("xuning", {"周敏", "李泽"}),
        ("luyao", {"陆瑶"}),
        ("mengchuan", set()),
        ("wanghaiyan", {"周敏", "李泽", "陆瑶"}),
        ("chenlixing", {"周敏", "李泽", "陆瑶"}),
        ("admin", set()),
    ],
)
def test_a_persons_figures_are_for_himself_his_manager_the_centre_and_the_leaders(cast, name, seen):
    lived(cast)
    a_promise(cast, NOW + HOUR, keeper=cast.lize)
    a_call(cast, by=cast.lize)
    scope = asked(getattr(cast, name))
    for tables in (promises.tables(scope), response.tables(scope, METRICS["answered"])):
        assert {row.label for row in table(tables, "people").lines} == seen


@pytest.mark.clause("2.1", good=True)
def test_tiers_that_are_treated_alike_have_no_spread(cast):
    _two_tiers(cast, large=30, ordinary=30)
    (tiers, _kinds) = fairness.tables(asked(cast.wanghaiyan))
    of = dict(zip([column.key for column in tiers.columns], line(tiers, "spread"), strict=True))
    assert of["answered_median"].value == 0


@pytest.mark.clause("2.1", good=False)
def test_a_tier_that_waits_longer_shows_in_the_spread_and_one_of_few_calls_does_not(cast):
    _two_tiers(cast, large=5, ordinary=65)
    (tiers, _kinds) = fairness.tables(asked(cast.wanghaiyan))
    place = [column.key for column in tiers.columns].index("answered_median")
    told = {row.key: (row.cells[place].value, row.cells[place].is_short) for row in tiers.lines}
    assert told == {
        "key": (None, True),
        "large": (5, False),
        "high_risk": (None, False),
        "ordinary": (65, False),
        "spread": (60, False),
    }


def _two_tiers(cast, *, large: int, ordinary: int) -> None:
    """A large client and an ordinary one, answered so many seconds after the first ring; a key client asked twice."""
    names = {"large": ("锦穗一厂", large, LEAST), "": ("锦穗二厂", ordinary, LEAST), "key": ("锦穗三厂", 600, 2)}
    for tick, (name, seconds, times) in names.items():
        client = a_client(cast, name=name, credit_code="")
        if tick:
            Client.objects.filter(pk=client.pk).update(**{tick: True})
        answered(cast, [seconds] * times, client=client)


def test_a_client_of_two_tiers_counts_in_both_and_an_unknown_caller_apart(cast):
    client = a_client(cast)
    Client.objects.update(key=True, high_risk=True)
    answered(cast, [1, 2, 3], client=client)
    answered(cast, [4])
    tiers = table(response.tables(asked(cast.xuning), METRICS["answered"]), "tiers")
    counted = {row.key: row.cells[0].value for row in tiers.lines if row.cells[0].value}
    assert counted == {"key": 3, "high_risk": 3, "company": 3, "unknown": 1}


def test_calls_stand_on_the_local_weekday_and_hour_and_void_ones_nowhere(cast):
    a_call(cast, rang_at=at("09-28 00:10"), answered_at=at("09-28 00:10"), kinds=["enquiry", "loss"])
    a_call(cast, rang_at=at("09-27 23:50"), answered_at=at("09-27 23:50"))
    missed = a_missed_call(cast, at("09-26 08:00"))
    Call.objects.filter(pk=a_missed_call(cast, NOW).pk).update(state="void")
    heat, kinds, hours, units = calls.tables(asked(cast.xuning))
    counted = {
        (row.key, column.key): cell.value
        for row in heat.lines
        for column, cell in zip(heat.columns, row.cells, strict=True)
        if cell.value
    }
    assert counted == {("1", "0"): 1, ("7", "23"): 1, ("6", "8"): 1}
    assert {row.key: row.cells[0].value for row in kinds.lines} == {
        "enquiry": 1, "appointment": 0, "complaint": 0, "loss": 1, "none": 2,
    }  # fmt: skip
    assert [cell.value for cell in line(units, cast.su.pk)] == pytest.approx([3, 3, 1, 100 / 3])
    assert [cell.value for cell in line(hours, 8)] == [1, 1, 1, 100]
    assert missed.was_missed


@pytest.mark.parametrize(
    "seconds, words",
    [(0, "0秒"), (12.4, "12秒"), (59.6, "1分"), (192, "3分12秒"), (3599, "59分59秒"), (3600, "1时"), (97200, "1天3时")],
)
def test_a_time_is_written_as_people_say_it(seconds, words):
    assert duration(seconds) == words


def test_reports_ask_as_often_for_many_records_as_for_one(cast):

    counts = []
    for rounds in (1, 2):
        answered(cast, range(30 * rounds), unit=cast.su if rounds == 1 else cast.hz)
        a_duty(cast.su.pk)
        with CaptureQueriesContext(connection) as captured:
            scope = asked(cast.wanghaiyan)
            for metric in METRICS.values():
                response.tables(scope, metric)
            promises.tables(scope)
            calls.tables(scope)
            fairness.tables(scope)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 45
