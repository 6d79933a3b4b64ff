"""Doing one job: claimed with a lease, committed step by step together with the lease.

Whoever loses the lease can commit nothing any more, so two workers never write the same results.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.jobs.queue import MOST_SETBACKS
from coherence.store import Database, Job, JobStatus

LEASE: Final = timedelta(minutes=2)
"""Longer than any single step may take; the longest is a mail server that answers slowly."""

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
"""Before the next try after the first, second ... setback; then an hour each."""

logger = logging.getLogger(__name__)


class TryLater(Exception):
    """The job cannot go on now. at: when to try again; note: what it waits for, in words.

    setback: a failure, which counts; False where waiting is all right, as in quiet hours.
    """

    def __init__(self, at: datetime, note: str, *, setback: bool) -> None:
        super().__init__(note)
        self.at, self.note, self.setback = at, note, setback


class Cancelled(Exception):
    """Somebody asked to cancel; the step before is committed."""


class LeaseLost(Exception):
    """Another worker has the job now; what this step did was rolled back."""


@dataclass
class Run:
    """One attempt at a job. done, total: progress, committed with each step.

    setbacks: failures in a row before this attempt. stopping: whether the worker is asked to end.
    """

    database: Database
    job_id: int
    attempt: int
    subject: str
    details: Mapping[str, Any]
    setbacks: int
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    watch: Callable[[float], None] = lambda share: None
    done: int = 0
    total: int | None = None
    _cancel: bool = field(default=False, repr=False)

    @contextmanager
    def step(self, *, progress: bool = True, steady: bool = False) -> Iterator[Session]:
        """One transaction: results, progress and a fresh lease together.

        progress: whether the step gets the job on, so that earlier failures count no more. steady: go on
        also if somebody wants to cancel or stop.

        Raises:
            LeaseLost: nothing was committed. Cancelled, TryLater: after the commit.
        """
        with self.database.write() as session:
            # The row first, so that two workers never wait for each other.
            self._keep(session)
            yield session
            if progress:
                self.setbacks = 0
            values = {"done": self.done, "total": self.total, "setbacks": self.setbacks}
            session.execute(update(Job).where(Job.id == self.job_id).values(values))
        self.watch(self.done / self.total if self.total else 0.0)
        if self._cancel and not steady:
            raise Cancelled
        if self.stopping() and not steady:
            raise TryLater(self.clock(), "goes on when a worker runs again", setback=False)

    def pause(self, note: str) -> TryLater:
        """The exception that ends this attempt and tries again, later after each failure in a row."""
        pause = PAUSES[self.setbacks] if self.setbacks < len(PAUSES) else timedelta(hours=1)
        return TryLater(self.clock() + pause, note, setback=True)

    def _keep(self, session: Session) -> None:
        wanted = session.execute(
            update(Job)
            .where(Job.id == self.job_id, Job.attempts == self.attempt, Job.status == JobStatus.RUNNING)
            .values(lease=self.clock() + LEASE)
            .returning(Job.cancel_wanted)
        ).first()
        if wanted is None:
            raise LeaseLost(f"job {self.job_id} was taken over")
        self._cancel = wanted[0]


Task = Callable[[Run], str | None]
"""Does a job; gives a note on what was done, or None."""


def perform(
    database: Database,
    job_id: int,
    tasks: Mapping[str, Task],
    clock: Callable[[], datetime],
    *,
    stopping: Callable[[], bool] = lambda: False,
    watch: Callable[[float], None] = lambda share: None,
) -> JobStatus | None:
    """Claim a job and do it; gives the status it was left in, None where it was not to be had.

    Never raises because of the job: why it failed stands in its row.
    """
    claimed = _claim(database, job_id, clock())
    if claimed is None:
        return None
    run = Run(
        database,
        job_id,
        claimed.attempts,
        claimed.subject,
        claimed.details,
        claimed.setbacks,
        clock,
        stopping,
        watch,
        claimed.done,
        claimed.total,
    )
    try:
        note = tasks[claimed.kind](run)
    except LeaseLost:
        return None
    except Cancelled:
        return _finish(run, JobStatus.CANCELLED)
    except TryLater as later:
        return _put_back(run, later)
    except KeyboardInterrupt:
        _put_back(run, TryLater(clock(), "was stopped by hand", setback=False))
        raise
    except CoherenceError as error:
        return _finish(run, JobStatus.FAILED, failure=str(error))
    except Exception as error:
        # A traceback could show whom a message goes to; kind and place are enough to find the fault.
        logger.error("job %s (%s) failed: %s", job_id, claimed.kind, _place(error))
        return _finish(
            run,
            JobStatus.FAILED,
            failure=f"Something went wrong inside the program ({type(error).__name__}). The log says where.",
        )
    return _finish(run, JobStatus.DONE, note=note)


def _claim(database: Database, job_id: int, now: datetime) -> Job | None:
    with database.write() as session:
        free = or_(
            and_(Job.status == JobStatus.QUEUED, Job.run_after <= now),
            and_(Job.status == JobStatus.RUNNING, Job.lease < now),
        )
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, free)
            .values(status=JobStatus.RUNNING, lease=now + LEASE, attempts=Job.attempts + 1, note=None)
            .returning(Job.id)
        ).first()
        return None if claimed is None else session.scalar(select(Job).where(Job.id == job_id))


def _finish(
    run: Run, status: JobStatus, *, note: str | None = None, failure: str | None = None
) -> JobStatus | None:
    values: dict[str, Any] = {"note": note, "failure": failure, "finished_at": run.clock()}
    if status is JobStatus.DONE and run.total is not None:
        values["done"] = run.total
    return _leave(run, status, values)


def _put_back(run: Run, later: TryLater) -> JobStatus | None:
    setbacks = run.setbacks + later.setback
    if setbacks >= MOST_SETBACKS:
        return _finish(run, JobStatus.FAILED, failure=f"Given up after {setbacks} tries: {later.note}")
    return _leave(run, JobStatus.QUEUED, {"run_after": later.at, "note": later.note, "setbacks": setbacks})


def _leave(run: Run, status: JobStatus, values: Mapping[str, Any]) -> JobStatus | None:
    with run.database.write() as session:
        left = session.execute(
            update(Job)
            .where(Job.id == run.job_id, Job.attempts == run.attempt, Job.status == JobStatus.RUNNING)
            .values(status=status, lease=None, **values)
            .returning(Job.status)
        ).first()
    return None if left is None else status


def _place(error: Exception) -> str:
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "an unknown place"
    return f"{type(error).__name__} at {place}"
