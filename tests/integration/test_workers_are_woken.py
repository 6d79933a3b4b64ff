"""Huey wakes a worker on SQLite and on PostgreSQL; what it loses, the minute finds."""

from __future__ import annotations

import threading
from pathlib import Path

from fixtures_waves import NOW

from coherence.jobs.queue import add_job
from coherence.jobs.wake import FILE, queue, wake
from coherence.jobs.worker import working
from coherence.store import Database

PATIENCE_SECONDS = 30


def test_a_worker_is_woken_for_a_job_and_looks_after_the_table(database: Database) -> None:
    with database.write() as session:
        job_id = add_job(session, "count", "wave:1", now=NOW)
    performed, tended = threading.Event(), threading.Event()
    asked: list[int] = []

    def perform(job: int, stopping: object) -> None:
        asked.append(job)
        performed.set()

    with working(database, perform, tended.set):
        wake(database, job_id)
        assert performed.wait(PATIENCE_SECONDS)
        assert tended.wait(PATIENCE_SECONDS)
    assert asked == [job_id]


def test_the_queue_holds_nothing_but_the_number_and_no_pickle(
    sqlite_database: Database, tmp_path: Path
) -> None:
    wake(sqlite_database, 4711)
    huey = queue(sqlite_database)
    (message,) = huey.storage.enqueued_items()
    huey.storage.close()
    assert bytes(message).startswith(b'{"id": ')
    assert b'"args": [4711]' in bytes(message)


def test_a_queue_that_cannot_be_written_loses_no_job(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    wake(sqlite_database, 1)
