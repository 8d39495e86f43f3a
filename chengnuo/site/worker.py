"""The worker's process: it turns the ledger's loop, survives the loss of the database, and ends between two batches."""

import os
import signal
import threading
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
    turn(stopping, every=float(os.environ.get("CHENGNUO_TICK") or 20))


def turn(stopping: threading.Event, *, every: float) -> None:
    """Tick every so many seconds until told to stop.

    A failure is logged and tried again, ever later up to 30 s; it says no beat, so /healthz tells after a minute.
    """
    from django.db import connection

    from chengnuo.ledger import clock, loop
    from chengnuo.ledger.daily import daily

    log = structlog.get_logger("chengnuo.worker")
    pause = 1.0
    while not stopping.is_set():
        try:
            touched = loop.go_round(clock.now())
            loop.beat("worker", clock.now())
            daily(clock.now())
            pause = 1.0
            if touched:
                log.info("ticked", duties=touched)
            stopping.wait(every)
        except Exception:
            log.exception("tick failed", again_in=pause)
            connection.close()
            stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


if __name__ == "__main__":
    main()
