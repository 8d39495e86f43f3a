from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.ledger import ladder
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.ladder import CENTRE, CHAIRMAN, EXECUTIVE, MANAGER, PERSON
from chengnuo.ledger.models import Obligation
from chengnuo.people import actions
from chengnuo.people.models import Role

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
DAY = timedelta(days=1)


def told(duty, rung):
    """Asked as the loop asks, through the registration."""
    return ladder.told([(duty, rung)], NOW)[0]


@pytest.fixture
def duty(cast):
    return Obligation(unit_id=cast.su.pk, owner=cast.zhoumin)


def test_each_rung_has_its_people(cast, duty):
    assert told(duty, PERSON) == [cast.zhoumin.pk]
    assert told(duty, MANAGER) == [cast.xuning.pk]
    assert told(duty, CENTRE) == [cast.wanghaiyan.pk]
    assert told(duty, EXECUTIVE) == [cast.chenlixing.pk]
    assert told(duty, CHAIRMAN) == [cast.zhengqiming.pk]


def test_a_duty_without_an_owner_is_its_managers(cast):
    assert told(Obligation(unit_id=cast.su.pk), PERSON) == [cast.xuning.pk]


def test_a_duty_whose_owner_has_left_is_its_managers(cast, duty):
    actions.leave(cast.zhoumin, by=cast.admin, now=NOW)
    assert told(duty, PERSON) == [cast.xuning.pk]


def test_the_centre_and_headquarters_have_heads_of_their_own(cast):
    assert told(Obligation(unit_id=cast.centre.pk), MANAGER) == [cast.wanghaiyan.pk]
    assert told(Obligation(unit_id=cast.hq.pk), MANAGER) == [cast.chenlixing.pk]


def test_a_branch_without_a_manager_passes_its_duty_up_to_the_centre(cast):
    assert told(Obligation(unit_id=cast.hz.pk), MANAGER) == [cast.wanghaiyan.pk]
    assert told(Obligation(), PERSON) == [cast.wanghaiyan.pk]


def test_a_centre_without_a_head_tells_its_people_and_without_people_the_executive(cast, duty):
    actions.leave(cast.wanghaiyan, by=cast.admin, now=NOW)
    assert told(duty, CENTRE) == [cast.linxiaotang.pk]
    actions.leave(cast.linxiaotang, by=cast.admin, now=NOW)
    assert told(duty, CENTRE) == [cast.chenlixing.pk]


def test_nobody_is_above_the_chairman(cast, duty):
    actions.leave(cast.zhengqiming, by=cast.admin, now=NOW)
    assert told(duty, CHAIRMAN) == []


def test_who_is_absent_is_told_with_his_substitute(cast, duty):
    actions.name_substitute(
        cast.xuning, staff=cast.lize, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW
    )
    assert told(duty, MANAGER) == [cast.xuning.pk]
    actions.report_absence(cast.xuning, starts_at=NOW, ends_at=NOW + DAY, reason="出差", by=cast.xuning, now=NOW)
    assert told(duty, MANAGER) == sorted([cast.xuning.pk, cast.lize.pk])
    assert ladder.told([(duty, MANAGER)], NOW + DAY) == [[cast.xuning.pk]]


def test_a_role_that_has_ended_is_no_longer_told(cast, duty):
    actions.end_role(Role.objects.get(staff=cast.chenlixing), by=cast.admin, now=NOW)
    assert told(duty, EXECUTIVE) == [cast.zhengqiming.pk]


def test_three_reads_for_one_duty_and_for_thirty(cast, duty):
    for number in (1, 30):
        with CaptureQueriesContext(connection) as queries:
            answers = ladder.told([(duty, rung % 5) for rung in range(number)], NOW)
        assert (len(queries), len(answers)) == (3, number)
