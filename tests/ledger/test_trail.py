import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from chengnuo.ledger.models import ParameterVersion, Ref, TrailEvent, TrailHead, TrailLook, TrailMention, TrailText, ref
from chengnuo.ledger.trail import NO_MAC, chained, digest, looked, record, salted, times_of
from tests.ledger.world import NOW, happen, make_unit

pytestmark = pytest.mark.django_db


def chain(subject):
    return list(TrailEvent.objects.filter(subject_type=ref(subject).type, subject_pk=subject.pk).order_by("seq"))


def test_events_of_a_record_form_a_keyed_chain(unit):
    happen("unit.changed", unit, NOW + timedelta(minutes=1), {"phone": "0512"}, data={"old": "", "new": "0512"})
    events = chain(unit)
    assert [event.seq for event in events] == [1, 2]
    previous = NO_MAC
    for event in events:
        times = times_of(event.happened_at, event.recorded_at)
        mac = chained(previous, ref(unit), event.seq, None, event.source, times, event.body)
        assert bytes(event.mac) == mac
        previous = mac
    head = TrailHead.objects.get(subject_type="people.unit", subject_pk=unit.pk)
    assert (head.seq, bytes(head.mac)) == (2, previous)


def test_each_record_has_a_chain_of_its_own(unit):
    other = make_unit("HZ")
    assert [event.seq for event in chain(unit)] == [1]
    assert [event.seq for event in chain(other)] == [1]


def test_free_text_stands_beside_the_chain_and_only_its_salted_hash_in_it(unit):
    for at in (1, 2):
        happen("unit.noted", unit, NOW + timedelta(minutes=at), texts={"note": "客户身份证 110", "empty": ""})
    bodies = [json.loads(event.body) for event in chain(unit)[1:]]
    assert all("110" not in event.body for event in chain(unit))
    assert bodies[0]["texts"]["note"] != bodies[1]["texts"]["note"]
    assert list(bodies[0]["texts"]) == ["note"]
    for event, body in zip(chain(unit)[1:], bodies, strict=True):
        text = TrailText.objects.get(event=event)
        assert body["texts"]["note"] == salted(bytes(text.salt), "客户身份证 110")


def test_an_event_is_found_from_every_record_that_it_names(unit):
    other = make_unit("HZ")
    event = happen("unit.merged", unit, NOW + timedelta(minutes=1), also=[other])
    named = TrailMention.objects.filter(event_id=event.id).values_list("subject_type", "subject_pk")
    assert {Ref(*one) for one in named} == {ref(unit), ref(other)}


def test_what_happened_earlier_keeps_its_own_time(unit):
    happen("unit.noted", unit, NOW, happened_at=NOW - timedelta(hours=3))
    event = chain(unit)[-1]
    assert (event.happened_at, event.recorded_at) == (NOW - timedelta(hours=3), NOW)


def test_without_a_moved_clock_the_database_gives_the_time_of_record(unit):
    draft = record("unit.noted", unit, by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        present = cursor.fetchone()[0]
    assert timedelta() <= present - draft.recorded_at < timedelta(minutes=1)
    assert chain(unit)[-1].source == ""


def test_a_moved_clock_is_named_in_the_event(unit):
    assert chain(unit)[0].source == "test"


@pytest.mark.parametrize("table", ["ledger_trail_event", "ledger_trail_mention", "ledger_trail_text", "ledger_seal"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_happened(unit, table, sql):
    happen("unit.noted", unit, NOW, texts={"note": "x"})
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_seal (up_to, events, digest) VALUES (1, 1, 'x')")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    column = {"ledger_trail_event": "verb = 'x'", "ledger_trail_mention": "subject_pk = 1", "ledger_seal": "events = 2"}
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table, column.get(table, "text = 'x'")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("5"), Decimal("5.00")),
        (Decimal("500000"), Decimal("5E+5")),
        (Decimal("0"), Decimal("-0.00")),
        ("7", Decimal("7.00")),
    ],
)
def test_a_value_has_one_digest_however_it_is_written(one, other):
    def of(value):
        return digest(ParameterVersion(id=1, key="k", number=1, value=value, unit="count", in_force_from=NOW))

    assert of(one) == of(other)


def test_the_digest_of_a_row_survives_the_database(unit):
    version = ParameterVersion.objects.create(key="k", number=1, value="1.5", unit="count", in_force_from=NOW)
    assert digest(version) == digest(ParameterVersion.objects.get(pk=version.pk))


def test_a_time_in_another_zone_is_the_same_time(unit):
    from datetime import UTC

    one = ParameterVersion(id=1, key="k", number=1, value=1, unit="count", in_force_from=NOW)
    other = ParameterVersion(id=1, key="k", number=1, value=1, unit="count", in_force_from=NOW.astimezone(UTC))
    assert digest(one) == digest(other)


def test_recording_takes_two_statements_where_no_rule_asks(unit, no_rules, django_assert_num_queries):
    with django_assert_num_queries(2):
        record("unit.noted", unit, by=None, now=NOW, texts={"a": "1", "b": "2"})


def test_reading_is_noted_once_per_person_record_and_hour(cast):
    for minutes in (0, 10, 50):
        looked(cast.su, by=cast.zhoumin, now=NOW + timedelta(minutes=minutes))
    looked(cast.su, by=cast.xuning, now=NOW)
    assert sorted(TrailLook.objects.values_list("staff__username", "hour__minute")) == sorted(
        [("zhoumin", 0), ("zhoumin", 0), ("xuning", 0)]
    )
