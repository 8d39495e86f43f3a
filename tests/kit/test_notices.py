"""Notices on the desk and the bell."""

from datetime import timedelta

import pytest
from django.test import Client

from chengnuo.kit import notices
from chengnuo.kit.models import Notice
from chengnuo.kit.records import _visible, named
from chengnuo.ledger.ladder import Moment
from chengnuo.ledger.loop import tick
from chengnuo.ledger.models import Obligation, ref
from chengnuo.ledger.seed import seed

from .conftest import NOW


@pytest.fixture
def units_are_visible(monkeypatch, zhou):
    """Records of the type people.unit may be read by Zhou Min, and by nobody else."""
    monkeypatch.setitem(_visible, "people.unit", lambda user, now, pks: pks if user == zhou else set())


def duty_on(unit) -> Obligation:
    return Obligation.objects.create(
        rule="test.rule",
        clause="3.1.5",
        subject_type="people.unit",
        subject_pk=unit.pk,
        title="答复%(who)s",
        title_args={"who": "李建明"},
        number="DH-26-1",
        since=NOW,
        since_event=1,
        due=NOW,
    )


def test_a_duty_that_speaks_is_told_once_to_each_person(cast, zhou, xu):
    duty = duty_on(cast.su)
    for _run in range(2):
        notices.tell_moments([(duty, Moment(NOW, "due", 1), [zhou.pk, xu.pk, zhou.pk])], NOW)
        notices.tell_moments([(duty, Moment(NOW, "remind", 0), [zhou.pk])], NOW)
    told = Notice.objects.order_by("pk").values_list("staff__name", "kind", "rung")
    assert list(told) == [("周敏", "due", 1), ("许宁", "due", 1), ("周敏", "remind", 0)]
    assert {one.text for one in Notice.objects.all()} == {"答复李建明"}


def test_a_higher_rung_is_told_again(cast, zhou):
    duty = duty_on(cast.su)
    for rung in (2, 3):
        notices.tell_moments([(duty, Moment(NOW, "rung", rung), [zhou.pk])], NOW)
    assert Notice.objects.count() == 2


def test_the_loop_rings_each_bell_once(cast, zhou, xu):
    seed(NOW)
    duty = duty_on(cast.su)
    duty.owner, duty.unit_id, duty.due, duty.next_at = zhou, cast.su.pk, NOW + timedelta(hours=1), NOW
    duty.save()
    for minutes in (46, 47, 61, 62):
        tick(NOW + timedelta(minutes=minutes))
    told = Notice.objects.filter(obligation_id=duty.pk).order_by("pk").values_list("staff__name", "kind", "at")
    assert list(told) == [
        ("周敏", "remind", NOW + timedelta(minutes=46)),
        ("许宁", "due", NOW + timedelta(minutes=61)),
    ]


def test_the_bell_counts_what_is_unread_in_one_query(cast, zhou, page, django_assert_num_queries):
    notices.notify([zhou.pk], "已交办", {}, cast.su, NOW)
    notices.notify([zhou.pk], "已交办", {}, cast.su, NOW)
    with django_assert_num_queries(3):  # session, person, notices
        answer = page.get("/bell/", headers={"HX-Request": "true"})
    assert "2条未读提醒" in answer.content.decode()


def test_the_bell_leads_to_the_page_without_scripts(page):
    assert page.get("/bell/")["Location"] == "/notices/"


def test_a_notice_whose_record_left_ones_reach_shows_none_of_it(cast, zhou, xu, units_are_visible):
    for person, words in ((zhou, "已交办：李建明"), (xu, "已不在可看范围")):
        notices.notify([person.pk], "已交办：%(who)s", {"who": "李建明"}, cast.su, NOW)
        client = Client()
        client.force_login(person)
        text = client.get("/notices/").content.decode()
        assert words in text
        assert ("李建明" in text) == (person == zhou)


def test_others_notices_are_not_there(cast, zhou, xu, page, units_are_visible):
    notices.notify([xu.pk], "已交办", {}, cast.su, NOW)
    other = Notice.objects.get()
    assert "已交办" not in page.get("/notices/").content.decode()
    assert page.get(f"/notices/{other.pk}/").status_code == 404
    page.post("/notices/read/", {"up_to": other.pk})
    assert Notice.objects.get().read_at is None


def test_marking_all_read_leaves_what_came_later(cast, zhou, page):
    notices.notify([zhou.pk], "一", {}, cast.su, NOW)
    up_to = Notice.objects.get().pk
    notices.notify([zhou.pk], "二", {}, cast.su, NOW)
    assert page.post("/notices/read/", {"up_to": up_to}).status_code == 302
    assert list(Notice.objects.filter(read_at=None).values_list("title", flat=True)) == ["二"]


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40, "²"])
def test_a_wrong_mark_changes_nothing(cast, zhou, page, up_to):
    notices.notify([zhou.pk], "一", {}, cast.su, NOW)
    assert page.post("/notices/read/", {"up_to": up_to}).status_code == 302
    assert Notice.objects.get().read_at is None


def test_the_page_asks_no_more_for_thirty_than_for_one(
    cast, zhou, page, units_are_visible, django_assert_max_num_queries
):
    notices.notify([zhou.pk], "一", {}, cast.su, NOW)
    with django_assert_max_num_queries(20) as few:
        page.get("/notices/")
    for _nth in range(29):
        notices.notify([zhou.pk], "一", {}, cast.su, NOW)
    with django_assert_max_num_queries(20) as many:
        page.get("/notices/")
    assert len(many) == len(few)


def test_old_notices_are_forgotten(cast, zhou):
    notices.notify([zhou.pk], "一", {}, cast.su, NOW)
    assert notices.purge(NOW + timedelta(days=180)) == 0
    assert notices.purge(NOW + timedelta(days=181)) == 1


def test_records_of_the_rooms_below_are_named_to_who_may_see_them(cast, zhou, far):
    people = [ref(zhou), ref(far), ref(cast.su), ref(cast.bj)]
    assert set(named(zhou, NOW, people)) == {ref(zhou), ref(cast.su)}
