"""Background work that survives a crash: a task is given only the id of its row here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ACTIVE = text("status IN ('queued', 'running')")


class Job(Base):
    """One piece of work; a running one whose lease has passed may be claimed again.

    subject: what it is about, such as "wave:7"; only one job of a kind is active for it.
    details: what the task needs, never a secret. attempts: how often it was claimed; only whoever made
    the last claim may write results. setbacks: interruptions and vain tries since the last progress.
    done, total: progress; total is empty while it is unknown. note: what it waits for, or what it did.
    failure: why it ended, in words for people.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("(status = 'running') = (lease IS NOT NULL)", name="lease_while_running"),
        CheckConstraint("attempts >= 0", name="attempts_count_up"),
        CheckConstraint("setbacks >= 0", name="setbacks_count_up"),
        CheckConstraint("done >= 0 AND (total IS NULL OR done <= total)", name="progress_within_total"),
        CheckConstraint("(status = 'failed') = (failure IS NOT NULL)", name="failure_says_why"),
        CheckConstraint(
            "(status IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="finished_at_once_finished",
        ),
        Index(None, "status", "run_after"),
        Index(
            "uq_job_active", "kind", "subject", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[JobStatus] = mapped_column(words(JobStatus, "status"), default=JobStatus.QUEUED)
    lease: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    setbacks: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    finished_at: Mapped[datetime | None]
