"""The ZIP files that were made in the background: how long they stay, and what is deleted.

Apart from their making, because workers begin without what draws reports.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from coherence.jobs.queue import ACTIVE
from coherence.store import Database, Job, JobStatus

BUNDLE: Final = "reports"
"""Kind of the job that makes one."""

FOLDER: Final = "bundles"
"""Where they lie, in the instance folder."""

KEPT: Final = timedelta(hours=12)
"""How long one may be downloaded; then it is deleted, and can be made anew."""


def is_kept(job: Job, now: datetime) -> bool:
    """Whether what a job made may still be downloaded."""
    return job.status is JobStatus.DONE and job.finished_at is not None and now < job.finished_at + KEPT


def delete_old_bundles(database: Database, folder: Path, now: datetime) -> None:
    """Delete every file in the folder that no job is making or has made within the last hours."""
    if not folder.is_dir():
        return
    # Looked at before the jobs: a file that is begun meanwhile is not among these.
    files = list(folder.iterdir())
    if not files:
        return
    with database.read() as session:
        jobs = session.scalars(select(Job).where(Job.kind == BUNDLE)).all()
        known = {job.details["file"] for job in jobs if job.status in ACTIVE or is_kept(job, now)}
    for file in files:
        if file.name.removesuffix(".part") not in known:
            file.unlink(missing_ok=True)
