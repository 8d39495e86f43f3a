"""The worker's process: it turns the ledger's loop and carries out jobs, survives the loss of the database, and ends
between two batches."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import django
import structlog
from asgiref.sync import sync_to_async

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

LONGEST_PAUSE = 30.0
AT_ONCE = 2
LOOK_SECONDS = 20.0
GRACE_SECONDS = 5.0


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.settings.production")
    django.setup()
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    jobs = threading.Thread(target=carry_out_jobs, args=[stopping], name="jobs")
    jobs.start()
    turn(stopping, every=float(os.environ.get("CHENGNUO_TICK") or 20))
    jobs.join()


def turn(stopping: threading.Event, *, every: float) -> None:
    """Tick every so many seconds until told to stop."""
    from chengnuo.ledger import clock, loop
    from chengnuo.ledger.daily import daily

    log = structlog.get_logger("chengnuo.worker")

    def tick() -> None:
        touched = loop.go_round(clock.now())
        loop.beat("worker", clock.now())
        daily(clock.now())
        if touched:
            log.info("ticked", duties=touched)
        stopping.wait(every)

    _again_and_again(tick, stopping, "tick failed")


def carry_out_jobs(stopping: threading.Event) -> None:
    """Carry out what `kit.jobs` and the tasks of other rooms put into the queue, until told to stop."""
    _again_and_again(lambda: asyncio.run(_jobs(stopping)), stopping, "jobs failed")


def _again_and_again(work: Callable[[], None], stopping: threading.Event, words: str) -> None:
    """Do it until told to stop. A failure is logged and tried again, ever later up to 30 s; it says no beat, so
    /healthz tells after a minute."""
    from django.db import connection

    log = structlog.get_logger("chengnuo.worker")
    pause = 1.0
    while not stopping.is_set():
        try:
            work()
            pause = 1.0
        except Exception:
            log.exception(words, again_in=pause)
            connection.close()
            stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _jobs(stopping: threading.Event) -> None:
    """Procrastinate's worker on a connection pool of its own.

    The tasks keep the app of Django's connection: what they, or the loop beside them, put into the queue belongs to
    their transaction.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.db_cleanup import DjangoApp
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(app.connector, DjangoConnector)
    apart = DjangoApp(connector=app.connector.get_worker_connector())
    apart.tasks = app.tasks
    async with apart.open_async():
        working = asyncio.create_task(
            apart.run_worker_async(
                concurrency=AT_ONCE,
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=5,
            )
        )
        beside = asyncio.create_task(_look_after(apart.job_manager))
        while not (stopping.is_set() or working.done() or beside.done()):
            await asyncio.sleep(0.1)
        is_asked_to = stopping.is_set()
        for task in (working, beside):
            task.cancel()
        ended = await asyncio.gather(working, beside, return_exceptions=True)
    if not is_asked_to:
        raise RuntimeError(f"the jobs ended by themselves: {ended}")


async def _look_after(jobs: "JobManager") -> None:
    """Beat, and take up again what workers were doing that are no more."""
    from procrastinate import utils

    from chengnuo.ledger import clock, loop

    while True:
        for job in await jobs.get_stalled_jobs():
            await jobs.retry_job(job, retry_at=utils.utcnow())
        await sync_to_async(loop.beat, thread_sensitive=False)("jobs", clock.now())
        await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
