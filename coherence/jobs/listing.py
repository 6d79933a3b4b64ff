"""Jobs as pages and the command line show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import Job, JobStatus


@dataclass(frozen=True, slots=True)
class ShownJob:
    """Where a job stands.

    percent: None while it is unknown how much there is. words: what it waits for, did, or why it failed.
    """

    id: int
    kind: str
    subject: str
    organisation_id: int | None
    status: JobStatus
    percent: int | None
    cancelling: bool
    words: str
    created_at: datetime
    run_after: datetime

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def shown_jobs(
    session: Session, *, organisation_id: int | None = None, subject: str | None = None, limit: int = 50
) -> list[ShownJob]:
    """The newest jobs first; of one organisation or one subject, where these are given."""
    query = select(Job).order_by(Job.id.desc()).limit(limit)
    if organisation_id is not None:
        query = query.where(Job.organisation_id == organisation_id)
    if subject is not None:
        query = query.where(Job.subject == subject)
    return [shown(job) for job in session.scalars(query)]


def shown(job: Job) -> ShownJob:
    """One job as it is shown."""
    percent = 100 * job.done // job.total if job.total else None
    return ShownJob(
        id=job.id,
        kind=job.kind,
        subject=job.subject,
        organisation_id=job.organisation_id,
        status=job.status,
        percent=100 if job.status is JobStatus.DONE else percent,
        cancelling=job.cancel_wanted and job.status is JobStatus.RUNNING,
        words=job.failure or job.note or "",
        created_at=job.created_at,
        run_after=job.run_after,
    )
