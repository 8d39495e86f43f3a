"""Two telephones and two people at the same instant, on connections of their own."""

import pytest

from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import TrailEvent
from chengnuo.visits import actions
from chengnuo.visits.actions import Answers
from chengnuo.visits.models import Survey, Visit
from tests.cast import cast as made
from tests.hotline.world import a_client, do
from tests.plans.world import a_promise
from tests.satisfaction.test_at_once import side_by_side
from tests.visits.world import AGREED, a_visit, agreed, given, paid, signed

LEFT = given().left_at


@pytest.fixture
def cast(committing_db):
    yield made()
    assert check()[0] == []


def told(work):
    """`ok`, or the code of the refusal."""
    try:
        work()
    except Refusal as refusal:
        return refusal.code
    return "ok"


def test_of_two_that_finish_one_visit_the_second_finds_another_version_and_nothing_is_doubled(cast):
    visit = agreed(cast, a_visit(cast, a_client(cast)))

    def finish(by):
        both = {"version": visit.version, "by": by, "now": LEFT}
        mine = Visit.objects.select_related("client").get(pk=visit.pk)
        answers = Answers(overall=5, wishes=["分列账单"])
        return told(lambda: do(actions.finish_visit, mine, given(), answers, signed(LEFT), **both))

    assert sorted(side_by_side(lambda: finish(cast.zhoumin), lambda: finish(cast.lize))) == ["ok", "stale"]
    assert Survey.objects.count() == 1
    assert TrailEvent.objects.filter(verb="visit.done").count() == 1


def test_two_visits_by_one_plan_item_are_both_recorded_and_one_of_them_carries_it_out(cast):
    client = a_client(cast)
    service = a_promise(cast, client)
    visits = [agreed(cast, a_visit(cast, client, basis="planned", planned_id=service.pk)) for _twice in range(2)]

    def pay(visit):
        mine = Visit.objects.select_related("client").get(pk=visit.pk)
        return told(lambda: paid(cast, mine, AGREED))

    assert side_by_side(*(lambda visit=visit: pay(visit) for visit in visits)) == ["ok", "ok"]
    assert sorted(Visit.objects.values_list("state", "basis")) == [("done", "other"), ("done", "planned")]
    service.refresh_from_db()
    assert service.state == "done"
    assert Visit.objects.get(pk=service.service_pk).basis == "planned"
