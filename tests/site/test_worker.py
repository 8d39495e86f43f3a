"""The worker's process around the loop."""

import threading
import time

from django.db import connection

from chengnuo.kit import jobs
from chengnuo.kit.models import Job, JobState
from chengnuo.ledger import clock
from chengnuo.ledger.models import Heartbeat
from chengnuo.site import queue, worker
from tests.cast import cast


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


def test_it_carries_out_jobs_and_takes_up_what_a_dead_worker_left(committing_db, monkeypatch):
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(jobs, "_works", {"test.work": lambda job, tell: jobs.Outcome("好了")})
    zhoumin = cast().zhoumin

    def asked() -> Job:
        return jobs.start("test.work", "试做", args={}, by=zhoumin, now=clock.now())

    def is_done(job: Job) -> bool:
        return Job.objects.get(pk=job.pk).state == JobState.DONE

    left = asked()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)"
        )
    stopping = threading.Event()
    thread = threading.Thread(target=worker.carry_out_jobs, args=[stopping])
    thread.start()
    try:
        assert waited_for(lambda: is_done(left))
        fresh = asked()
        assert waited_for(lambda: is_done(fresh))
        assert waited_for(lambda: Heartbeat.objects.filter(name="jobs"))
    finally:
        stopping.set()
        thread.join(15)
    assert not thread.is_alive()
