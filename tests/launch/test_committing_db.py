"""The clone that tests commit to."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from chengnuo.ledger.models import Heartbeat

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("_time", [1, 2])
def test_what_one_thread_commits_another_sees_and_the_next_test_does_not(committing_db, _time):
    def beat() -> None:
        Heartbeat.objects.create(name="other thread", at=AT)
        connection.close()

    assert Heartbeat.objects.count() == 0
    thread = threading.Thread(target=beat)
    thread.start()
    thread.join()
    assert Heartbeat.objects.get().name == "other thread"


@pytest.mark.django_db
def test_the_test_database_itself_stays_empty():
    assert Heartbeat.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert not cursor.fetchone()[0].endswith("_clone")
