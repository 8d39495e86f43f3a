"""A roster in a calendar program: by a secret address, that tells hours and names and can be made worthless (3.1.2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from chengnuo.hotline import actions
from chengnuo.ledger.clock import moved_to
from chengnuo.people.actions import leave
from tests.cast import refused
from tests.hotline.world import MINUTE, NOW, a_missed_call, at, do

DAY_SHIFT = (at("10-03 08:00"), at("10-03 20:00"))
NIGHT_SHIFT = (at("10-03 20:00"), at("10-04 08:00"))


@pytest.fixture
def shifts(cast):
    return [
        do(actions.enter_shift, unit=cast.su, staff=staff, starts_at=span[0], ends_at=span[1], by=cast.xuning)
        for staff, span in ((cast.zhoumin, DAY_SHIFT), (cast.lize, NIGHT_SHIFT))
    ]


def fetched(client, secret, **headers):
    with moved_to(NOW, "test"):
        return client.get(reverse("hotline:feed", args=[secret]), headers=headers)


def told(response):
    events = Calendar.from_ical(response.content).walk("VEVENT")
    return [(str(one["summary"]), one["dtstart"].dt, one["dtend"].dt) for one in events]


def test_a_persons_address_tells_his_shifts_and_a_branchs_those_of_everybody_there(cast, shifts, client):
    _feed, mine = do(actions.make_feed, by=cast.zhoumin)
    _feed, branch = do(actions.make_feed, by=cast.luyao, unit=cast.su)
    assert told(fetched(client, mine)) == [("值班 苏州分公司", *DAY_SHIFT)]
    assert told(fetched(client, branch)) == [("值班 周敏", *DAY_SHIFT), ("值班 李泽", *NIGHT_SHIFT)]


def test_a_cancelled_shift_is_gone_at_the_next_look_and_a_swapped_one_keeps_its_name_in_the_calendar(
    cast, shifts, client
):
    _feed, secret = do(actions.make_feed, by=cast.zhoumin, unit=cast.su)
    before = Calendar.from_ical(fetched(client, secret).content).walk("VEVENT")
    do(actions.reassign_shift, shifts[0], to=cast.xuning, by=cast.xuning)
    do(actions.cancel_shift, shifts[1], by=cast.xuning)
    after = Calendar.from_ical(fetched(client, secret).content).walk("VEVENT")
    assert [(str(one["uid"]), str(one["summary"])) for one in after] == [(str(before[0]["uid"]), "值班 许宁")]
    assert int(after[0]["sequence"]) > int(before[0]["sequence"])


def test_a_program_that_has_it_already_is_told_so(cast, shifts, client):
    _feed, secret = do(actions.make_feed, by=cast.zhoumin)
    first = fetched(client, secret)
    again = fetched(client, secret, **{"If-None-Match": first["ETag"]})
    assert (first["Content-Type"], again.status_code, again.content) == ("text/calendar; charset=utf-8", 304, b"")
    do(actions.cancel_shift, shifts[0], by=cast.xuning)
    assert fetched(client, secret, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_an_address_ends_when_it_is_revoked_replaced_or_its_person_leaves(cast, client):
    feed, first = do(actions.make_feed, by=cast.zhoumin)
    _feed, second = do(actions.make_feed, by=cast.zhoumin)
    assert [fetched(client, one).status_code for one in (first, second, "guessed")] == [404, 200, 404]
    with refused("feed_over"):
        do(actions.revoke_feed, feed, by=cast.zhoumin)
    _feed, lizes = do(actions.make_feed, by=cast.lize)
    do(leave, cast.lize, by=cast.admin)
    assert fetched(client, lizes).status_code == 404


def test_the_address_is_shown_once_and_nobody_else_can_end_it(cast, client):
    client.force_login(cast.zhoumin)
    page = client.post(reverse("hotline:feeds"), {"unit": "SU"})
    assert (page.context["address"].endswith(".ics"), page.context["address"] in page.content.decode()) == (True, True)
    assert "/duty/feeds/" in page.context["address"]
    later = client.get(reverse("hotline:feeds"))
    assert page.context["address"] not in later.content.decode()
    feed = later.context["feeds"][0]
    client.force_login(cast.xuning)
    assert client.post(reverse("hotline:feed_revoke", args=[feed.pk])).status_code == 404
    assert client.post(reverse("hotline:feeds"), {"unit": "ZZ"}).status_code == 404


def test_minutes_on_duty_stand_beside_the_calls_that_rang_then_and_nobody_answered(cast, client):
    starts, ends = NOW - timedelta(hours=6), NOW + timedelta(hours=2)
    do(
        actions.enter_shift,
        now=starts,
        unit=cast.su,
        staff=cast.zhoumin,
        starts_at=starts,
        ends_at=ends,
        by=cast.xuning,
    )
    missed = a_missed_call(cast)
    with moved_to(NOW + MINUTE, "test"):
        client.force_login(cast.xuning)
        page = client.get(reverse("hotline:missed_on_duty"))
        groups = [
            (unit.code, [(staff.name, row.minutes, row.missed) for staff, row in people], nobodys)
            for unit, people, nobodys in page.context["groups"]
        ]
        client.force_login(cast.luyao)
        other = client.get(reverse("hotline:missed_on_duty"))
    assert groups == [("SU", [("周敏", 361, [missed])], [])]
    assert missed.get_absolute_url() in page.content.decode()
    assert [unit.code for unit, _people, _nobodys in other.context["groups"]] == ["HZ"]
