"""The job table: claimed once, committed with the lease, queued again after a crash, cancelled, given up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fixtures_mail import Clock, job_of
from fixtures_waves import NOW
from sqlalchemy import func, select

from coherence.errors import CoherenceError
from coherence.jobs.listing import shown_jobs
from coherence.jobs.queue import (
    MOST_SETBACKS,
    AlreadyUnderWay,
    NoSuchJob,
    add_job,
    cancel_job,
    due_jobs,
    requeue_expired,
)
from coherence.jobs.run import LEASE, Run, TryLater, perform
from coherence.store import AuditEntry, Database, Job, JobStatus


class PowerCut(BaseException):
    """What nobody catches."""


def queued(database: Database, kind: str = "count") -> int:
    with database.write() as session:
        return add_job(session, kind, "wave:1", now=NOW)


def write_one(run: Run) -> None:
    """A result that can be counted."""
    with run.step() as session:
        session.add(AuditEntry(at=run.clock(), action="result", subject=run.subject))


def results(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(AuditEntry)).one()


def done_by(
    database: Database, job_id: int, task: Callable[[Run], str | None], clock: Clock
) -> JobStatus | None:
    return perform(database, job_id, {"count": task}, clock)


def test_a_job_is_done_with_progress_and_a_note(database: Database, clock: Clock) -> None:
    job_id = queued(database)
    seen: list[int | None] = []

    def task(run: Run) -> str:
        run.total = 4
        for run.done in (1, 2):
            write_one(run)
            with database.read() as session:
                (shown,) = shown_jobs(session, subject="wave:1")
            seen.append(shown.percent)
        return "two of them"

    assert done_by(database, job_id, task, clock) is JobStatus.DONE
    assert seen == [25, 50]
    with database.read() as session:
        (shown,) = shown_jobs(session, subject="wave:1")
    assert (shown.percent, shown.words, shown.active) == (100, "two of them", False)


def test_of_workers_that_come_together_one_gets_the_job(database: Database, clock: Clock) -> None:
    job_id = queued(database)
    with ThreadPoolExecutor(4) as pool:
        ends = list(
            pool.map(lambda _: done_by(database, job_id, lambda run: write_one(run), clock), range(4))
        )
    assert sorted(ends, key=str) == [None, None, None, JobStatus.DONE]
    assert results(database) == 1


def test_a_worker_that_lost_its_lease_commits_nothing_more(database: Database, clock: Clock) -> None:
    job_id = queued(database)

    def slow(run: Run) -> str:
        write_one(run)
        clock.forward(seconds=LEASE.total_seconds() + 1)
        assert done_by(database, job_id, lambda other: write_one(other), clock) is JobStatus.DONE
        write_one(run)
        return "never comes here"

    assert done_by(database, job_id, slow, clock) is None
    assert results(database) == 2
    assert job_of(database, job_id).attempts == 2


def test_an_interrupted_job_is_queued_again_only_when_its_lease_has_passed(
    database: Database, clock: Clock
) -> None:
    job_id = queued(database)

    def killed(run: Run) -> str:
        write_one(run)
        raise PowerCut

    with pytest.raises(PowerCut):
        done_by(database, job_id, killed, clock)
    requeue_expired(database, clock())
    assert job_of(database, job_id).status is JobStatus.RUNNING
    clock.forward(seconds=LEASE.total_seconds() + 1)
    requeue_expired(database, clock())
    with database.read() as session:
        assert due_jobs(session, clock()) == [job_id]
    assert done_by(database, job_id, lambda run: write_one(run), clock) is JobStatus.DONE


def test_a_job_that_always_dies_is_given_up_in_words(sqlite_database: Database, clock: Clock) -> None:
    job_id = queued(sqlite_database)

    def killed(run: Run) -> str:
        raise PowerCut

    for _ in range(MOST_SETBACKS):
        with pytest.raises(PowerCut):
            done_by(sqlite_database, job_id, killed, clock)
        clock.forward(seconds=LEASE.total_seconds() + 1)
        requeue_expired(sqlite_database, clock())
    job = job_of(sqlite_database, job_id)
    assert job.status is JobStatus.FAILED
    assert "again and again" in (job.failure or "")


def test_a_running_job_is_cancelled_between_two_steps(database: Database, clock: Clock) -> None:
    job_id = queued(database)

    def task(run: Run) -> str:
        write_one(run)
        assert cancel_job(database, job_id, clock()) is JobStatus.RUNNING
        write_one(run)
        return "never comes here"

    assert done_by(database, job_id, task, clock) is JobStatus.CANCELLED
    assert results(database) == 2


def test_a_waiting_job_is_cancelled_at_once(sqlite_database: Database, clock: Clock) -> None:
    job_id = queued(sqlite_database)
    assert cancel_job(sqlite_database, job_id, clock()) is JobStatus.CANCELLED
    assert done_by(sqlite_database, job_id, lambda run: None, clock) is None
    with pytest.raises(NoSuchJob):
        cancel_job(sqlite_database, job_id + 1, clock())


def test_what_is_wrong_is_said_in_words_and_a_fault_of_the_program_without_its_text(
    sqlite_database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(run: Run) -> str:
        raise CoherenceError("the box is empty; fill it")

    def broken(run: Run) -> str:
        raise KeyError("ann@acme.example")

    for task, words in ((refused, "the box is empty; fill it"), (broken, "inside the program (KeyError)")):
        job_id = queued(sqlite_database)
        assert done_by(sqlite_database, job_id, task, clock) is JobStatus.FAILED
        assert words in (job_of(sqlite_database, job_id).failure or "")
    assert "ann@" not in caplog.text
    assert "KeyError at" in caplog.text


def test_a_job_that_waits_is_not_due_before_its_time_and_failures_lengthen_the_pause(
    sqlite_database: Database, clock: Clock
) -> None:
    job_id = queued(sqlite_database)

    def unlucky(run: Run) -> str:
        raise run.pause("the server sleeps")

    waits = []
    for _ in range(5):
        assert done_by(sqlite_database, job_id, unlucky, clock) is JobStatus.QUEUED
        job = job_of(sqlite_database, job_id)
        assert done_by(sqlite_database, job_id, unlucky, clock) is None
        waits.append((job.run_after - clock()) / timedelta(minutes=1))
        clock.now = job.run_after
    assert waits == [1, 5, 15, 30, 60]
    assert job.note == "the server sleeps"


def test_waiting_on_purpose_never_gives_a_job_up(sqlite_database: Database, clock: Clock) -> None:
    job_id = queued(sqlite_database)

    def patient(run: Run) -> str:
        raise TryLater(run.clock() + timedelta(hours=1), "quiet hours", setback=False)

    for _ in range(MOST_SETBACKS + 1):
        assert done_by(sqlite_database, job_id, patient, clock) is JobStatus.QUEUED
        clock.forward(hours=1)


def test_a_worker_that_is_to_stop_puts_the_job_back_after_its_step(
    sqlite_database: Database, clock: Clock
) -> None:
    job_id = queued(sqlite_database)
    status = perform(
        sqlite_database, job_id, {"count": lambda run: write_one(run)}, clock, stopping=lambda: True
    )
    assert status is JobStatus.QUEUED
    assert results(sqlite_database) == 1
    assert done_by(sqlite_database, job_id, lambda run: write_one(run), clock) is JobStatus.DONE


def test_stopped_by_hand_a_job_can_go_on_at_once(sqlite_database: Database, clock: Clock) -> None:
    job_id = queued(sqlite_database)

    def stopped(run: Run) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        done_by(sqlite_database, job_id, stopped, clock)
    assert done_by(sqlite_database, job_id, lambda run: write_one(run), clock) is JobStatus.DONE


def test_the_same_work_is_not_queued_twice_while_it_is_active(database: Database, clock: Clock) -> None:
    job_id = queued(database)
    with pytest.raises(AlreadyUnderWay):
        queued(database)
    assert queued(database, "another kind") != job_id
    done_by(database, job_id, lambda run: None, clock)
    assert queued(database) != job_id
    with database.read() as session:
        assert session.scalars(select(func.count()).select_from(Job)).one() == 3
