"""Huey beside the job table: it wakes workers at once, and keeps the minute.

A message holds only the number of a job, as JSON: Huey's own pickles would let whoever can write the
queue run code where the keys of open waves lie.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

from coherence.store import Database

NAME: Final = "coherence"
FILE: Final = "wake.sqlite"
"""Huey's file, beside an SQLite database; it may be deleted while nothing runs."""

logger = logging.getLogger(__name__)


class PlainSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data._asdict()).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(**json.loads(data))


def queue(
    database: Database,
    perform: Callable[[int], object] = lambda job_id: None,
    tend: Callable[[], object] = lambda: None,
) -> Huey:
    """Huey on this database. Close its storage when done.

    Args:
        database: SQLite: Huey gets a file beside it; PostgreSQL: tables of its own in it.
        perform: does the job of a number.
        tend: looks after the table, once a minute.
    """
    options = {"results": False, "serializer": PlainSerializer()}
    if database.is_sqlite:
        file = Path(database.engine.url.database or "").with_name(FILE)
        huey = SqliteHuey(NAME, filename=str(file), timeout=10, **options)
    else:
        url = database.engine.url.set(drivername="postgresql")
        huey = PostgresHuey(NAME, dsn=url.render_as_string(hide_password=False), **options)

    # Huey finds a task again by the module and name of its function: these two, whoever sends or works.
    @huey.task(name="perform")  # type: ignore[untyped-decorator]
    def perform_task(job_id: int) -> None:
        perform(job_id)

    @huey.periodic_task(crontab(), name="tend")  # type: ignore[untyped-decorator]
    def tend_task() -> None:
        tend()

    huey.perform, huey.tend = perform_task, tend_task
    return huey


def wake(database: Database, *job_ids: int) -> None:
    """Tell the workers of queued jobs, after the commit; a lost call only means a minute of waiting."""
    if not job_ids:
        return
    try:
        huey: Any = queue(database)
        try:
            for job_id in job_ids:
                huey.perform(job_id)
        finally:
            huey.storage.close()
    except (sqlite3.Error, psycopg.Error) as error:
        logger.warning("no worker could be woken, the job begins within a minute: %s", type(error).__name__)
