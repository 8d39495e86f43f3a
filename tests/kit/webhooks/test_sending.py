"""Events arrive at a real server: once each, in order, through everything that goes wrong in between."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.db import connection

from chengnuo.kit.models import Notice, SendingState, Webhook, WebhookDelivery
from chengnuo.kit.webhooks import actions, sending
from chengnuo.kit.webhooks.posting import post
from chengnuo.kit.webhooks.rules import PAUSES, hook_pause, pause
from chengnuo.kit.webhooks.sending import ask_for_sending, send_waiting
from chengnuo.kit.webhooks.signing import header
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from tests.cast import refused
from tests.kit.webhooks.conftest import DAY, MINUTE, at, fates, make
from tests.kit.webhooks.receiver import receiver


def is_ours():
    """The sample that the manual gives to those who write receivers."""
    manual = (Path(conf.BASE_DIR) / "docs" / "operating" / "webhooks.md").read_text("utf-8")
    sample: dict = {}
    exec(re.search(r"```python\n(.*?)```", manual, re.DOTALL)[1], sample)
    return sample["is_ours"]


def test_an_event_arrives_with_what_the_manual_says(cast, server, made, happens):
    _hook, secret = made
    draft = happens(data={"unit": cast.su.pk, "state": ["open", "closed"], "on": at().date()})
    now = at()
    assert (send_waiting(now), fates()) == (1, [("sent", 1)])
    got = server.got[0]
    row = WebhookDelivery.objects.get()
    assert (got.headers["Content-Type"], got.headers["Chengnuo-Event"], got.delivery) == (
        "application/json; charset=utf-8",
        "unit.changed",
        str(row.key),
    )
    said = got.json
    assert {name: said[name] for name in ("id", "verb", "subject", "seq", "unit", "resource")} == {
        "id": draft.id,
        "verb": "unit.changed",
        "subject": {"type": "people.unit", "id": cast.su.pk, "number": None},
        "seq": draft.seq,
        "unit": "SU",
        "resource": f"/api/v1/units/{cast.su.pk}",
    }
    assert said["data"] == {"unit": cast.su.pk, "state": ["open", "closed"], "on": at().date().isoformat()}
    assert (row.status, row.answer, row.sent_at) == (200, "收到", now)
    is_right = is_ours()
    assert is_right(secret, got.headers["Chengnuo-Signature"], got.body, now.timestamp())
    assert not is_right(secret, got.headers["Chengnuo-Signature"], got.body + b" ", now.timestamp())
    assert not is_right("whsec_other", got.headers["Chengnuo-Signature"], got.body, now.timestamp())
    assert not is_right(secret, got.headers["Chengnuo-Signature"], got.body, now.timestamp() + 301)
    assert send_waiting(at(60)) == 0


def test_two_errors_then_a_yes_is_one_event_in_the_end_and_its_delivery_id_stays(server, hook, happens):
    server.answers = [500, 503]
    happens()
    assert (send_waiting(at()), send_waiting(at(0.5)), fates()) == (1, 0, [("waiting", 1)])
    send_waiting(at(2))
    send_waiting(at(12))
    assert fates() == [("sent", 3)]
    assert len({one.delivery for one in server.got}) == 1
    assert len({one.body for one in server.got}) == 1
    hook.refresh_from_db()
    assert (hook.tries, hook.failing_since, hook.error) == (0, None, "")


def test_each_record_s_events_come_in_order_and_one_that_fails_holds_up_its_own_record_only(
    cast, server, hook, happens
):
    server.answers = [500]
    for record_ in (cast.su, cast.su, cast.hz, cast.su, cast.hz):
        happens(record_)
    send_waiting(at())
    assert fates() == [("waiting", 1), ("waiting", 0), ("sent", 1), ("waiting", 0), ("sent", 1)]
    send_waiting(at(2))
    first = TrailEvent.objects.filter(subject_type="people.unit", subject_pk=cast.su.pk).earliest("pk").seq
    own = [one.json["seq"] for one in server.got if one.json["unit"] == "SU"][1:]
    assert own == sorted(own)
    assert (len(own), own[0] > first, [state for state, _tries in fates()]) == (3, True, ["sent"] * 5)


@pytest.mark.parametrize("worse, words", [("silent", "没有回音"), ("dripping", "没有回音"), ("nonsense", "不是HTTP")])
def test_no_answer_in_time_is_tried_again_and_the_webhook_rests(server, hook, happens, worse, words):
    server.answers = [worse]
    happens()
    happens()
    assert send_waiting(at()) == 1
    hook.refresh_from_db()
    row = WebhookDelivery.objects.earliest("pk")
    assert (row.state, row.status, words in row.error, hook.next_at > at(0.5)) == ("waiting", None, True, True)
    assert (send_waiting(at(2)), fates()) == (2, [("sent", 2), ("sent", 1)])


@pytest.mark.parametrize("worse, begins", [("hanging", "begun"), ("huge", "大大大")])
def test_what_hangs_or_never_ends_behind_a_yes_is_a_yes_and_its_beginning_is_kept(server, hook, happens, worse, begins):
    server.answers = [worse]
    happens()
    send_waiting(at())
    row = WebhookDelivery.objects.get()
    assert (row.state, row.answer[: len(begins)], len(row.answer) <= 500) == ("sent", begins, True)


def test_a_redirect_is_not_followed(server, hook, happens):
    server.answers = [302]
    happens()
    send_waiting(at())
    row = WebhookDelivery.objects.get()
    assert (len(server.got), row.state, row.status, "不跟随" in row.error) == (1, "waiting", 302, True)


def test_a_server_that_is_down_costs_one_try_at_a_time_and_everything_goes_when_it_is_back(cast, settings, happens):
    settings.WEBHOOK_PRIVATE = True
    with receiver() as gone:
        port, url = gone.port, gone.url
    hook, _secret = make(cast, url)
    for record_ in (cast.su, cast.hz, cast.bj) * 2:
        happens(record_)
    assert [send_waiting(at(minute)) for minute in (0, 0.5, 1.5, 2.5, 4, 30)] == [1, 0, 1, 0, 1, 1]
    assert "连接被拒绝" in WebhookDelivery.objects.earliest("pk").error
    with receiver() as back:
        # The same address as before: the port that was free a moment ago.
        Webhook.objects.filter(pk=hook.pk).update(url=back.url)
        assert send_waiting(at(60)) + send_waiting(at(60)) == 6
        assert {state for state, _tries in fates()} == {"sent"}
        assert (back.port != port or True, len(back.got)) == (True, 6)


def test_what_a_dead_process_was_sending_is_sent_again_under_the_same_id_and_a_receiver_that_keeps_ids_has_it_once(
    server, hook, happens
):
    happens()
    row = sending._claimed(hook, at())
    post(hook.url, row.body.encode(), {"Chengnuo-Delivery": str(row.key)})
    # Here the process died: the other side has the event, and the row still says `sending`.
    assert (send_waiting(at(5)), fates()) == (0, [("sending", 1)])
    assert (send_waiting(at(11)), fates()) == (1, [("sent", 2)])
    assert [one.delivery for one in server.got] == [str(row.key)] * 2
    assert server.got[0].body == server.got[1].body
    assert send_waiting(at(60)) == 0


def test_what_comes_late_from_a_sender_taken_for_dead_changes_nothing(server, hook, happens):
    happens()
    row = sending._claimed(hook, at())
    send_waiting(at(11))
    sending._settle(row, SendingState.WAITING, None, "late", next_at=at())
    assert fates() == [("sent", 2)]


def test_a_new_secret_and_the_old_one_both_hold_for_a_day_and_an_old_one_dropped_at_once_does_not(
    cast, server, made, happens
):
    hook, first = made
    hook, second = actions.replace_secret(hook, at_once=False, by=cast.admin, now=at())
    is_right = is_ours()

    def holding(now):
        signed = header(Webhook.objects.get(), b"{}", now)
        return [is_right(secret, signed, b"{}", now.timestamp()) for secret in (first, second)]

    assert (holding(at()), holding(at(23 * 60)), holding(at(25 * 60))) == ([True] * 2, [True] * 2, [False, True])
    _hook, third = actions.replace_secret(hook, at_once=True, by=cast.admin, now=at())
    signed = header(Webhook.objects.get(), b"{}", at())
    assert [is_right(one, signed, b"{}", at().timestamp()) for one in (first, second, third)] == [False, False, True]
    happens()
    send_waiting(at())
    assert is_right(third, server.got[-1].headers["Chengnuo-Signature"], server.got[-1].body, at().timestamp())


def test_a_changed_address_takes_what_waits(cast, server, hook, happens):
    server.answers = ["silent"]
    happens()
    send_waiting(at())
    with receiver() as other:
        given = {"name": hook.name, "url": other.url, "verbs": hook.verbs, "unit": None}
        actions.change_webhook(hook, **given, by=cast.admin, now=at())
        send_waiting(at(2))
        assert (len(server.got), len(other.got), server.got[0].delivery) == (1, 1, other.got[0].delivery)


def test_after_a_day_of_tries_an_event_is_lost_and_its_owner_hears_of_it_once(cast, server, hook, happens):
    server.answers = [422] * 30
    happens(cast.su)
    happens(cast.hz)
    began, now = at(), at()
    while WebhookDelivery.objects.filter(state="waiting").exists():
        send_waiting(now)
        now += 2 * MINUTE
    assert timedelta(hours=23) < now - began < timedelta(hours=30)
    assert fates() == [("failed", 10), ("failed", 10)]
    told = Notice.objects.filter(subject_type="kit.webhook")
    assert [(one.staff, "发不出去" in one.text) for one in told][:1] == [(cast.admin, True)]
    assert told.count() <= 2  # One as it began to fail, one more after a day.


def test_sending_again_keeps_the_id_and_starts_the_day_anew(cast, server, hook, happens):
    server.answers = [422]
    happens()
    send_waiting(at())
    WebhookDelivery.objects.update(state="failed", attempts=10)
    with refused("nothing_to_send"):
        actions.send_again(hook, [0], by=cast.admin, now=at())
    assert actions.send_again(hook, None, by=cast.admin, now=at(1)) == 1
    send_waiting(at(2))
    assert (fates(), len({one.delivery for one in server.got})) == ([("sent", 1)], 1)
    row = WebhookDelivery.objects.get()
    assert actions.send_again(hook, [row.pk], by=cast.admin, now=at(3)) == 1
    send_waiting(at(4))
    assert len(server.got) == 3


def test_what_only_fails_for_three_days_is_switched_off_and_its_owner_is_told(cast, settings, hook, server, happens):
    server.answers = [500] * 1000
    now = at()
    while Webhook.objects.get().is_on:
        if not WebhookDelivery.objects.filter(state="waiting").exists():
            happens(cast.su)
        send_waiting(now)
        now += timedelta(hours=1)
        assert now < at() + 5 * DAY
    hook.refresh_from_db()
    assert TrailEvent.objects.get(verb="webhook.switched_off").by is None
    assert any("已停用" in one.text for one in Notice.objects.filter(staff=cast.admin))
    assert not WebhookDelivery.objects.filter(state__in=("waiting", "sending")).exists()
    before = WebhookDelivery.objects.count()
    happens(cast.su)
    assert WebhookDelivery.objects.count() == before
    assert [fault for fault in check() if "webhook" in str(fault)] == []


def test_nothing_of_a_demo_or_a_replay_is_kept_or_sent(cast, server, hook, happens):
    happens(cast.hz)
    with moved_to(at(), "demo"):
        happens()
        assert (send_waiting(at()), ask_for_sending(at())) == (0, 0)
    assert (WebhookDelivery.objects.count(), server.got) == (1, [])


def test_a_restored_company_posts_nothing_until_it_is_let_go_and_then_what_waited(server, hook, happens, held):
    happens()
    assert (send_waiting(at()), ask_for_sending(at()), fates()) == (0, 0, [("waiting", 0)])
    held.unlink()
    assert (send_waiting(at()), fates()) == (1, [("sent", 1)])


def test_the_round_asks_one_index_where_nothing_waits(hook, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert ask_for_sending(at()) == 0


def test_the_worker_is_asked_once_however_much_waits(server, hook, happens):
    happens()
    happens()
    assert (ask_for_sending(at()), ask_for_sending(at())) == (1, 0)


def test_two_senders_at_once_send_nothing_twice(committing_db, settings):
    from tests.cast import cast as people

    settings.WEBHOOK_PRIVATE = True
    everybody = people()
    with receiver() as server:
        make(everybody, server.url)
        from chengnuo.ledger.trail import record

        for record_ in (everybody.su, everybody.hz, everybody.bj) * 10:
            record("unit.changed", record_, by=everybody.admin, now=at())

        def send() -> None:
            try:
                send_waiting(at())
            finally:
                connection.close()

        senders = [threading.Thread(target=send) for _one in range(3)]
        for one in senders:
            one.start()
        for one in senders:
            one.join()
        send_waiting(at())
        assert len(server.got) == len({one.delivery for one in server.got}) == 30
        for unit in (everybody.su, everybody.hz, everybody.bj):
            assert server.of(unit.pk) == sorted(server.of(unit.pk))


def test_the_pauses_grow_from_a_minute_to_hours_within_a_day():
    assert PAUSES[0] == MINUTE
    assert sorted(PAUSES) == list(PAUSES)
    assert timedelta(hours=23) < sum(PAUSES, timedelta()) < DAY
    assert (pause(1), pause(9), pause(10)) == (MINUTE, timedelta(hours=10), None)
    answered = [hook_pause(tries, was_answered=True) for tries in (1, 2, 3)]
    assert (answered, hook_pause(1, was_answered=False)) == ([None, None, MINUTE], MINUTE)
