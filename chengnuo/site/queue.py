"""What carries out the jobs: the queue's own worker, in the process of ours."""

import asyncio
import threading

from asgiref.sync import sync_to_async
from procrastinate import utils
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from chengnuo.ledger import clock, loop

AT_ONCE = 2
LOOK_SECONDS = 20.0
GRACE_SECONDS = 5.0


async def work_off(stopping: threading.Event) -> None:
    """Procrastinate's worker on a connection pool of its own, until told to stop. Raises RuntimeError when it ends by
    itself.

    The tasks keep the app of Django's connection: what they, or the loop beside them, put into the queue belongs to
    their transaction.
    """
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


async def _look_after(jobs: JobManager) -> None:
    """Beat, and take up again what workers were doing that are no more."""
    while True:
        for job in await jobs.get_stalled_jobs():
            await jobs.retry_job(job, retry_at=utils.utcnow())
        await sync_to_async(loop.beat, thread_sensitive=False)("jobs", clock.now())
        await asyncio.sleep(LOOK_SECONDS)
