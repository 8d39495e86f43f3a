"""The worker's process: it turns the ledger's loop and carries out jobs, survives the loss of the database, and ends
between two batches."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

import django
import structlog

LONGEST_PAUSE = 30.0


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
    from .queue import work_off

    _again_and_again(lambda: asyncio.run(work_off(stopping)), stopping, "jobs failed")


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


if __name__ == "__main__":
    main()
