"""Putting work into the job table, taking it back, and finding what is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import Database, Job, JobStatus

MOST_SETBACKS: Final = 25
"""Interruptions or vain tries in a row, after which a job is given up; with the pauses, about a day."""

ACTIVE: Final = (JobStatus.QUEUED, JobStatus.RUNNING)
_INTERRUPTED: Final = "This was interrupted again and again and did not get on. The log may say why."


class AlreadyUnderWay(CoherenceError):
    """The same work is waiting or running already."""


class NoSuchJob(CoherenceError):
    """There is no job of this number."""


def add_job(
    session: Session,
    kind: str,
    subject: str,
    *,
    now: datetime,
    organisation_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    run_after: datetime | None = None,
) -> int:
    """Queue a job in the caller's transaction; gives its number. Wake a worker after the commit.

    Raises:
        AlreadyUnderWay: a job of this kind waits or runs for the subject.
    """
    job = Job(
        kind=kind,
        subject=subject,
        organisation_id=organisation_id,
        details=dict(details or {}),
        created_at=now,
        run_after=run_after or now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError as error:
        raise AlreadyUnderWay("this is waiting or running already; see 'coherence jobs'") from error
    return job.id


def active_job(session: Session, kind: str, subject: str) -> int | None:
    """Number of the job of this kind that waits or runs for a subject."""
    return session.scalar(
        select(Job.id).where(Job.kind == kind, Job.subject == subject, Job.status.in_(ACTIVE))
    )


def cancel_job(database: Database, job_id: int, now: datetime) -> JobStatus:
    """Cancel a waiting job at once, a running one after its next step; gives the status it has now.

    What was done stays done.

    Raises:
        NoSuchJob: there is none of this number.
    """
    with database.write() as session:
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
            .values(status=JobStatus.CANCELLED, cancel_wanted=True, note=None, finished_at=now)
        )
        session.execute(
            update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING).values(cancel_wanted=True)
        )
        status = session.scalar(select(Job.status).where(Job.id == job_id))
    if status is None:
        raise NoSuchJob(f"there is no job {job_id}; see 'coherence jobs'")
    return status


def requeue_expired(database: Database, now: datetime) -> None:
    """Queue again whatever runs without a worker: its lease has passed."""
    with database.write() as session:
        given_up = Job.setbacks + 1 >= MOST_SETBACKS
        session.execute(
            update(Job)
            .where(Job.status == JobStatus.RUNNING, Job.lease < now)
            .values(
                status=case(
                    (Job.cancel_wanted, JobStatus.CANCELLED),
                    (given_up, JobStatus.FAILED),
                    else_=JobStatus.QUEUED,
                ),
                lease=None,
                setbacks=Job.setbacks + 1,
                failure=case((Job.cancel_wanted, None), (given_up, _INTERRUPTED), else_=None),
                finished_at=case((Job.cancel_wanted | given_up, now), else_=None),
            )
        )


def due_jobs(session: Session, now: datetime) -> list[int]:
    """Numbers of the jobs that could run now, the longest waiting first."""
    return list(
        session.scalars(
            select(Job.id)
            .where(Job.status == JobStatus.QUEUED, Job.run_after <= now)
            .order_by(Job.run_after, Job.id)
        )
    )
