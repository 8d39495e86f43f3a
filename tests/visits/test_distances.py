"""The order of a day's visits, of random days: nothing lost, what is agreed in its time, what is urgent not put back."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.clients.models import Site
from chengnuo.ledger.clock import ZONE
from chengnuo.visits.distances import between, by_day, ordered
from chengnuo.visits.models import Visit
from tests.hotline.world import at

MIDNIGHT = at("09-29 00:00")
SUZHOU, SHANGHAI = Site(lat="31.298974", lon="120.585289"), Site(lat="31.230416", lon="121.473701")

sites = st.none() | st.builds(
    lambda lat, lon: Site(lat=lat, lon=lon), st.none() | st.floats(-90, 90), st.none() | st.floats(-180, 180)
)
minutes = st.none() | st.integers(0, 24 * 60 - 1)


def visit(pk, agreed, wanted, is_urgent, site):
    when = [None if one is None else MIDNIGHT + timedelta(minutes=one) for one in (agreed, wanted)]
    return Visit(pk=pk, agreed_at=when[0], wanted_at=when[1], is_urgent=is_urgent, site=site)


days = st.lists(st.tuples(minutes, minutes, st.booleans(), sites), max_size=9).map(
    lambda rows: [visit(pk, *row) for pk, row in enumerate(rows, start=1)]
)


def part(one):
    return 2 if one.planned_at is None else int(one.planned_at.astimezone(ZONE).hour >= 12)


@settings(max_examples=200, deadline=None)
@given(days)
def test_every_visit_stands_once_the_agreed_ones_in_their_time_and_none_urgent_behind_one_that_is_not(visits):
    stops = [stop.visit for stop in ordered(visits)]
    assert sorted(one.pk for one in stops) == sorted(one.pk for one in visits)
    assert [part(one) for one in stops] == sorted(part(one) for one in stops)
    times = [one.agreed_at for one in stops if one.agreed_at]
    assert times == sorted(times)
    for half in range(3):
        loose = [one.is_urgent for one in stops if part(one) == half and not one.agreed_at]
        assert loose == sorted(loose, reverse=True)


@settings(max_examples=100, deadline=None)
@given(days)
def test_the_order_does_not_depend_on_how_the_visits_came(visits):
    forth, back = ordered(visits), ordered(visits[::-1])
    assert [stop.visit.pk for stop in forth] == [stop.visit.pk for stop in back]
    assert [day for day, _stops in by_day(visits)] == [day for day, _stops in by_day(visits[::-1])]


def test_a_distance_is_that_of_the_globe_and_unknown_without_a_place():
    assert round(between(SUZHOU, SHANGHAI) or 0, 1) == 84.8
    assert (between(SUZHOU, SUZHOU), between(SUZHOU, None), between(Site(lat="31", lon=None), SUZHOU)) == (
        0,
        None,
        None,
    )


def test_of_two_that_are_not_agreed_the_nearer_to_the_stop_before_comes_first():
    here, near, far = (Site(lat=lat, lon="120.6") for lat in ("31.30", "31.31", "31.90"))
    first, away, close = (
        visit(1, 540, None, False, here),
        visit(2, None, 600, False, far),
        visit(3, None, 660, False, near),
    )
    stops = ordered([away, close, first])
    assert [stop.visit.pk for stop in stops] == [1, 3, 2]
    assert [round(stop.km or 0) for stop in stops] == [0, 1, 66]
