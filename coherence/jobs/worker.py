"""Workers: threads that do what the job table holds, inside the server or as a process of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from huey.consumer import Consumer

from coherence.jobs.wake import queue
from coherence.store import Database

SLOWEST_LOOK: Final = 1.0
"""Seconds between two looks into an empty queue (SQLite; PostgreSQL is told at once)."""

PATIENCE_SECONDS: Final = 30.0
"""How long a worker that is asked to stop may take to commit the step it is at."""


class _Workers(Consumer):  # type: ignore[misc]
    """Huey's workers without its signal handlers: the process they live in has its own."""

    def _set_signal_handlers(self) -> None:
        """Leave them alone."""


@contextmanager
def working(
    database: Database,
    perform: Callable[[int, Callable[[], bool]], object],
    tend: Callable[[], object],
    threads: int = 1,
) -> Iterator[None]:
    """Workers that run until the block ends; a job in the middle commits its step and is put back.

    Args:
        database: with the job table.
        perform: does the job of a number; its second argument tells whether the worker is to stop.
        tend: queues again what was interrupted and starts what is due; at the start and every minute.
        threads: how many jobs at a time.
    """
    logging.getLogger("huey").setLevel(logging.ERROR)
    stopping = threading.Event()
    huey = queue(database, lambda job_id: perform(job_id, stopping.is_set), tend)
    # Each thread listens on a PostgreSQL connection of its own, which only that thread can close.
    huey.on_shutdown(name="close")(huey.storage.close)
    workers = _Workers(huey, workers=threads, max_delay=SLOWEST_LOOK, backoff=1.5)
    workers.start()
    try:
        yield
    finally:
        stopping.set()
        workers.shutdown_timeout = PATIENCE_SECONDS
        workers.stop(graceful=True)
        huey.storage.close()
