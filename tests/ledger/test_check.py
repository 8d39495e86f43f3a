from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chengnuo.ledger import check as checking
from chengnuo.ledger.check import check, counts_numbers
from chengnuo.ledger.models import TrailEvent
from chengnuo.ledger.numbers import number
from chengnuo.ledger.seal import seal
from tests.ledger.world import NOW, happen, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(unit, owes):
    """A unit with four events, a text, a duty met late and a second episode of it that is open."""
    owes()
    happen("unit.changed", unit, NOW, {"phone": "wanted"}, texts={"note": "请回电"})
    tick(NOW + timedelta(hours=5))
    happen("unit.answered", unit, NOW + timedelta(hours=6), {"phone": "done"})
    happen("unit.changed", unit, NOW + timedelta(hours=7), {"phone": "wanted"})
    return unit


def tamper(sql, *parameters):
    """As the owner of the database could: with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, parameters)
        assert cursor.rowcount
        cursor.execute("SET session_replication_role = DEFAULT")


def found():
    return {finding.code for finding in check()[0]}


def where(unit):
    return f"subject_type = 'people.unit' AND subject_pk = {unit.pk}"


def test_an_honest_history_has_no_finding(history):
    assert check()[0] == []


def test_the_number_of_events_read_is_told(history):
    assert check()[1] == TrailEvent.objects.count()


def test_a_changed_body_is_found(history):
    tamper(
        f"UPDATE ledger_trail_event SET body = replace(body, 'wanted', 'x') || ' ' WHERE {where(history)} AND seq = 2"
    )
    assert found() == {"event_changed"}


def test_a_body_that_is_no_longer_json_is_found(history):
    tamper(f"UPDATE ledger_trail_event SET body = 'x' WHERE {where(history)} AND seq = 2")
    assert "event_changed" in found()


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'unit.praised'",
        "source = ''",
        "happened_at = happened_at + interval '1 minute'",
        "recorded_at = recorded_at - interval '1 hour'",
    ],
)
def test_every_column_of_an_event_is_under_the_chain(history, change):
    tamper(f"UPDATE ledger_trail_event SET {change} WHERE {where(history)} AND seq = 2")
    assert found() == {"event_changed"}


def test_a_person_put_under_an_event_is_found(cast):
    tamper("UPDATE ledger_trail_event SET by_id = %s WHERE verb = 'unit.opened'", cast.zhoumin.pk)
    assert found() == {"event_changed"}


def test_a_body_hashed_again_without_the_key_is_found(history):
    tamper(
        f"UPDATE ledger_trail_event SET body = body || ' ', mac = sha256(convert_to(body, 'UTF8')) "
        f"WHERE {where(history)} AND seq = (SELECT max(seq) FROM ledger_trail_event WHERE {where(history)})"
    )
    tamper(
        f"UPDATE ledger_trail_head SET mac = (SELECT mac FROM ledger_trail_event WHERE {where(history)} "
        f"ORDER BY seq DESC LIMIT 1) WHERE {where(history)}"
    )
    assert found() == {"event_changed"}


def test_an_inserted_event_is_found(history):
    tamper(
        "INSERT INTO ledger_trail_event "
        "(subject_type, subject_pk, seq, verb, source, happened_at, recorded_at, body, mac) "
        "SELECT subject_type, subject_pk, seq + 1, verb, source, happened_at, recorded_at, body, mac "
        f"FROM ledger_trail_event WHERE {where(history)} ORDER BY seq DESC LIMIT 1"
    )
    assert {"event_changed", "event_inserted"} <= found()


def test_a_chain_without_its_head_is_found(history):
    tamper(f"DELETE FROM ledger_trail_head WHERE {where(history)}")
    assert found() == {"event_inserted"}


def test_an_event_missing_in_the_middle_is_found(history):
    tamper(f"DELETE FROM ledger_trail_event WHERE {where(history)} AND seq = 1")
    assert "event_missing" in found()


def test_the_last_event_missing_is_found(unit):
    happen("unit.noted", unit, NOW + timedelta(minutes=1))
    tamper(f"DELETE FROM ledger_trail_event WHERE {where(unit)} AND seq = 2")
    assert found() == {"last_event_missing"}


def test_a_whole_chain_missing_is_found(unit):
    tamper(f"DELETE FROM ledger_trail_event WHERE {where(unit)}")
    assert found() == {"chain_missing", "row_without_event"}


def test_a_chain_missing_with_its_head_is_found_by_its_row(unit):
    tamper(f"DELETE FROM ledger_trail_event WHERE {where(unit)}")
    tamper(f"DELETE FROM ledger_trail_head WHERE {where(unit)}")
    assert found() == {"row_without_event"}


def test_a_changed_text_is_found(history):
    tamper("UPDATE ledger_trail_text SET text = '不必回电' WHERE text = '请回电'")
    assert found() == {"text_changed"}


def test_an_erased_text_breaks_nothing(history):
    tamper("DELETE FROM ledger_trail_text WHERE text = '请回电'")
    assert found() == set()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE people_unit SET phone = '12345' WHERE code = 'SU'", "row_changed"),
        ("UPDATE ledger_parameter_version SET value = value + 1 WHERE key = 'call_back.due'", "row_changed"),
        ("UPDATE ledger_calendarday SET kind = 'makeup' WHERE day = '2026-10-01'", "row_changed"),
        ("DELETE FROM people_unit WHERE code = 'SU'", "row_missing"),
        ("INSERT INTO people_unit (version, code, name, kind, division_code, phone, opened_on) "
         "VALUES (1, 'XX', '假', 'branch', '', '', '2026-01-01')", "row_without_event"),
    ],
)  # fmt: skip
def test_a_business_row_changed_without_an_event_is_found(history, sql, code):
    tamper(sql.replace("ledger_parameter_version", "ledger_parameterversion"))
    assert found() == {code}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE ledger_obligation SET breached_at = NULL WHERE state = 'met'", "duty_changed"),
        ("UPDATE ledger_obligation SET due = due + interval '1 day' WHERE state = 'open'", "duty_changed"),
        ("UPDATE ledger_obligation SET state = 'withdrawn' WHERE state = 'open'", "duty_changed"),
        ("DELETE FROM ledger_obligation WHERE state = 'open'", "duty_missing"),
    ],
)
def test_a_duty_changed_without_an_event_is_found_in_every_episode(history, sql, code):
    tamper("DELETE FROM ledger_rung")
    tamper(sql)
    assert found() == {code}


def test_a_duty_that_no_event_opened_is_found(history):
    columns = "rule, clause, subject_type, key, state, title, title_args, number, since, since_event, provisional, why"
    tamper(
        f"INSERT INTO ledger_obligation (subject_pk, {columns}) "
        f"SELECT subject_pk + 1, {columns} FROM ledger_obligation WHERE state = 'open'"
    )
    assert found() == {"duty_without_event"}


def test_seals_cover_every_event_and_leave_the_database(history, settings):
    first = seal(NOW)
    assert seal(NOW) is None
    happen("unit.noted", history, NOW + timedelta(days=1))
    second = seal(NOW + timedelta(days=1))
    assert (second.events, second.up_to > first.up_to) == (1, True)
    assert first.events == TrailEvent.objects.count() - 1
    assert (settings.DATA_DIR / "seals" / f"{second.up_to:012d}.json").exists()
    assert found() == set()


def test_a_chain_rewritten_whole_breaks_its_seal(unit):
    happen("unit.noted", unit, NOW + timedelta(minutes=1))
    seal(NOW)
    tamper(f"DELETE FROM ledger_trail_event WHERE {where(unit)} AND seq = 2")
    tamper(
        f"UPDATE ledger_trail_head SET seq = 1, mac = (SELECT mac FROM ledger_trail_event WHERE {where(unit)}) "
        f"WHERE {where(unit)}"
    )
    assert found() == {"seal_broken"}


def test_a_gap_in_a_register_is_found(unit, monkeypatch):
    monkeypatch.setattr(checking, "_registers", [])
    kept = [number("DH", "SU", NOW), number("DH", "SU", NOW)]
    counts_numbers(lambda: [("DH", "SU", 2026, len(kept))])
    assert found() == set()
    kept.pop()
    assert found() == {"register_gap"}


def test_numbers_without_a_series_are_found(unit, monkeypatch):
    monkeypatch.setattr(checking, "_registers", [lambda: [("DH", "SU", 2026, 1)]])
    assert found() == {"register_gap"}


def test_the_command_ends_with_status_1_and_names_the_finding(unit, capsys):
    tamper("UPDATE people_unit SET phone = '12345'")
    with pytest.raises(CommandError, match="1 findings") as failed:
        call_command("check_ledger")
    assert failed.value.returncode == 1
    assert capsys.readouterr().out.startswith(f"row_changed  people.unit:{unit.pk}")
