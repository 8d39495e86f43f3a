"""Which events become deliveries, what their bodies hold and do not hold, and what hearing costs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client, Contact, Phone
from chengnuo.hotline import actions as hotline
from chengnuo.hotline.models import Call
from chengnuo.kit.models import WebhookDelivery
from chengnuo.kit.timeline import verbs
from chengnuo.kit.webhooks import actions, hearing
from chengnuo.kit.webhooks.bodies import codes_of
from chengnuo.kit.webhooks.choices import groups
from chengnuo.ledger.models import Stamp, TrailEvent, TrailText
from chengnuo.ledger.trail import LISTENED
from chengnuo.people.actions import change_staff, hire
from chengnuo.people.models import Staff
from tests.hotline.world import COMPANY, CONTACTS, HOUR, NOW
from tests.kit.webhooks.conftest import at, make


def heard() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("verb", flat=True))


def test_only_the_chosen_verbs_of_the_chosen_unit_are_heard(cast, server, happens):
    make(cast, server.url, unit=cast.su)
    make(cast, server.url, verbs=["unit.closed"])
    happens(cast.su)
    happens(cast.hz)
    happens(cast.su, "unit.opened")
    happens(cast.hz, "unit.closed")
    happens(cast.zhoumin, "staff.hired")
    assert heard() == ["unit.changed", "unit.closed", "staff.hired"]


def test_what_falls_back_was_never_heard(cast, hook, happens):
    with transaction.atomic():
        happens()
        assert heard() == ["unit.changed"]
        transaction.set_rollback(True)
    assert heard() == []


def test_a_webhook_that_is_switched_off_hears_nothing_and_one_switched_on_hears_again(cast, hook, happens):
    actions.switch_webhook(hook, on=False, by=cast.admin, now=at())
    happens()
    actions.switch_webhook(hook, on=True, by=cast.admin, now=at())
    happens(cast.hz)
    assert [one.subject_pk for one in WebhookDelivery.objects.all()] == [cast.hz.pk]


def statements(happens) -> int:
    happens()
    with CaptureQueriesContext(connection) as captured:
        happens()
    return len(captured)


def test_an_event_that_no_webhook_wants_costs_no_statement_more(cast, server, happens):
    assert not Stamp.objects.filter(name=LISTENED).exists()
    bare = statements(happens)
    make(cast, server.url, verbs=["unit.closed"])
    assert statements(happens) == bare
    make(cast, server.url)
    assert statements(happens) == bare + 3  # The record, its unit's code, the delivery.


def test_who_listens_is_read_once_and_again_when_it_changes(cast, server, hook, happens, django_assert_num_queries):
    stamp = Stamp.objects.get(name=LISTENED).value
    hearing._kept.clear()
    with django_assert_num_queries(1):
        first = hearing.ears(stamp)
        assert hearing.ears(stamp) == first
    make(cast, server.url, verbs=["unit.closed"])
    assert len(hearing.ears(Stamp.objects.get(name=LISTENED).value)) == 2


def test_a_webhook_hears_nothing_of_a_registration_that_fell_back(cast, server, happens):
    with transaction.atomic():
        make(cast, server.url)
        happens()
        transaction.set_rollback(True)
    happens()
    make(cast, server.url, verbs=["unit.closed"])
    happens()
    assert heard() == []


@pytest.fixture
def live() -> Iterator[None]:
    """The real clock, at the instant of the stories: under a moved one nothing is heard."""
    with time_machine.travel(NOW):
        yield


def entered(cast) -> Client:
    given = {"values": COMPANY, "contacts": CONTACTS, "although_similar": True}
    return clients.enter_client(unit=cast.su, **given, by=cast.zhoumin, now=at())


def answered(cast, **more: Any) -> Call:
    rang = at(-2)
    given = {"unit": cast.su, "rang_at": rang, "answered_at": rang, "content": "问保单何时到期"}
    return hotline.register_call(**{**given, **more}, by=cast.zhoumin, now=at())


def test_no_word_and_no_person_s_value_of_a_whole_story_leaves_the_house(cast, server, live):
    make(cast, server.url, verbs=list(verbs()))
    now = at()
    person = hire(
        username="wangxiaofang",
        name="王小芳",
        unit=cast.su,
        phone="13900007777",
        extension="8321",
        by=cast.admin,
        now=now,
    )
    change_staff(person, name="王晓芳", unit=cast.hz, phone="13900008888", extension="8322", by=cast.admin, now=now)
    client = entered(cast)
    promise = hotline.NewPromise("查保单", now + HOUR)
    cases = [hotline.NewCase(kind) for kind in ("appointment", "complaint", "loss")]
    answered(cast, client=client, promise=promise, cases=cases)
    answered(cast, caller="13800009999")
    missed = hotline.enter_missed_call(unit=cast.su, rang_at=now, caller="13800008888", by=cast.zhoumin, now=now)
    hotline.know_caller(missed, client=client, by=cast.zhoumin, now=now)
    bodies = "\n".join(WebhookDelivery.objects.values_list("body", flat=True))
    first = TrailEvent.objects.get(verb="webhook.registered").pk
    assert WebhookDelivery.objects.count() == TrailEvent.objects.filter(pk__gte=first).count()
    secrets = {
        *TrailText.objects.values_list("text", flat=True),
        *Client.objects.values_list("name", flat=True),
        *Client.objects.values_list("credit_code", flat=True),
        *Contact.objects.values_list("name", flat=True),
        *Phone.objects.values_list("number", flat=True),
        *Phone.objects.values_list("digits", flat=True),
        *Staff.objects.values_list("name", flat=True),
        "wangxiaofang",
        "8321",
        "8322",
    }
    whole = {secret for secret in secrets if f'"{secret}"' in bodies}
    inside = {secret for secret in secrets if len(secret) > 5 and secret in bodies}
    assert (whole - {""}, inside) == (set(), set())
    assert not any("\u4e00" <= mark <= "\u9fff" for mark in bodies)


def test_a_call_s_body_has_its_number_its_unit_and_its_address_in_the_api(cast, server, live):
    make(cast, server.url, verbs=["call.registered"])
    call = answered(cast)
    body = json.loads(WebhookDelivery.objects.get().body)
    assert (body["subject"], body["unit"], body["resource"]) == (
        {"type": "hotline.call", "id": call.pk, "number": call.number},
        "SU",
        f"/api/v1/calls/{call.pk}",
    )


@pytest.mark.parametrize(
    "value, told",
    [
        (7, 7),
        (Decimal("264000.00"), Decimal("264000.00")),
        (None, None),
        (True, True),
        ("in_work", "in_work"),
        ("SU", "SU"),
        ("3.1.5", "3.1.5"),
        ("DH-SU-26-0001", "DH-SU-26-0001"),
        ("2026-09-28", "2026-09-28"),
        ("2026-09-28T14:36:00+08:00", "2026-09-28T14:36:00+08:00"),
        ("13800003212", None),
        ("91320594MA1XYZ123K", None),
        ("周敏", None),
        ("a letter of words", None),
        ("zhoumin@example.com", None),
        ("ok\n", None),
        ({"username": "zhoumin", "unit": 3, "周敏": 1}, {"unit": 3}),
        ([["open", "13800003212"]], [["open", None]]),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, {"a": {"b": {"c": {"d": None}}}}),
        (object(), None),
        (datetime(2026, 9, 28, tzinfo=UTC), datetime(2026, 9, 28, tzinfo=UTC)),
    ],
)
def test_a_value_passes_by_its_shape(value, told):
    assert codes_of(value) == told


def test_an_agreement_s_number_which_is_free_text_does_not_name_the_client(cast, server, live):
    from tests.clients.conftest import AGREEMENT

    make(cast, server.url, verbs=["agreement.drafted"])
    values = {**AGREEMENT, "number": "苏州保密精密机械有限公司-2026委托"}
    clients.draft_agreement(entered(cast), values=values, by=cast.zhoumin, now=at())
    row = WebhookDelivery.objects.get()
    assert ("保密" in row.body, row.number) == (False, "")


def test_every_verb_of_the_product_can_be_chosen_once_under_a_room():
    chosen = [verb.name for group in groups() for verb in group.verbs]
    assert sorted(chosen) == sorted(verbs())
    assert [group.room for group in groups()][:2] == ["hotline", "clients"]
