"""The worker's process around the loop."""

import threading
import time

from django.db import connection

from chengnuo.ledger.models import Heartbeat
from chengnuo.site import worker


def waited_for(what, seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(what())


def beats():
    return Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()


def test_it_beats_survives_the_loss_of_its_connection_and_ends_when_told(committing_db):
    stopping = threading.Event()

    def turn() -> None:
        worker.turn(stopping, every=0.05)
        connection.close()

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        assert waited_for(beats)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchall() == [(True,)]
        lost = beats()
        assert waited_for(lambda: beats() > lost)
    finally:
        stopping.set()
        thread.join(10)
    assert not thread.is_alive()
