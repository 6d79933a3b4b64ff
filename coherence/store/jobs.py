"""Background work that survives a crash: a task is given only the id of its row here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work; a running one whose lease has passed may be claimed again.

    subject: what it is about, such as "wave:7"; details: what the task needs, never a secret.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("(status = 'running') = (lease IS NOT NULL)", name="lease_while_running"),
        CheckConstraint("attempts >= 0", name="attempts_count_up"),
        Index(None, "status", "run_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[JobStatus] = mapped_column(words(JobStatus, "status"), default=JobStatus.QUEUED)
    lease: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
