"""Scenario 16's shape: two calls for one client in the same second, in two threads, really committed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connection

from chengnuo.hotline.models import Call
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation, TrailEvent
from tests.cast import cast
from tests.procedure.conftest import Person, given_a_key

NOW = datetime(2026, 9, 29, 9, tzinfo=ZONE)
CLIENT = {"branch": "SU", "kind": "person", "name": "邵桂芳", "resident_id": "999999195803120040"}


def at_once(*acts: tuple[Person, str, dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Each act in a thread and on a connection of its own, all let go together."""
    gate = Barrier(len(acts))

    def act(who: Person, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        gate.wait()
        try:
            return who.does(NOW, "calls", key, **body)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result() for done in [threads.submit(act, *one) for one in acts]]


def complaint(client: dict[str, Any], line: str) -> dict[str, Any]:
    return {
        "line": line,
        "client_id": client["id"],
        "rang_at": NOW - timedelta(minutes=2),
        "answered_at": NOW - timedelta(minutes=2),
        "kinds": ["complaint"],
        "content": "赔款还没到",
        "promise": {"what": "赔款何时到", "by": NOW + timedelta(hours=3)},
        "cases": [{"kind": "complaint"}],
    }


def test_two_branches_register_one_clients_complaint_in_the_same_second_and_nothing_is_lost(committing_db) -> None:
    people = cast()
    zhoumin, luyao = given_a_key(people.zhoumin), given_a_key(people.luyao)
    client = zhoumin.manages(NOW - timedelta(days=1), "clients", **CLIENT)
    answers = at_once((zhoumin, "", complaint(client, "SU")), (luyao, "", complaint(client, "HZ")))
    assert [status for status, _answer in answers] == [201, 201]
    assert {answer["number"] for _status, answer in answers} == {"DH-SU-26-0001", "DH-HZ-26-0001"}
    told = TrailEvent.objects.filter(verb="call.registered", mentions__subject_type="clients.client")
    assert told.count() == 2
    assert Obligation.objects.filter(clause="3.1.5", state="open").count() == 2
    assert check()[0] == []


def test_the_same_call_sent_twice_at_once_is_one_row_with_one_number(committing_db) -> None:
    zhoumin = given_a_key(cast().zhoumin)
    client = zhoumin.manages(NOW - timedelta(days=1), "clients", **CLIENT)
    same = (zhoumin, "ring-1", complaint(client, "SU"))
    first, second = at_once(same, same)
    assert first == second
    assert first[0] == 201
    assert Call.objects.count() == 1
    assert check()[0] == []
