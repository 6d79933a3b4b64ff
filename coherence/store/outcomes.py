"""What departments achieved by other sources than the survey, period by period."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words
from scoring.outcomes import OutcomeKind


class Outcome(Base):
    """One outcome of one department in one period; a later entry takes the place of an earlier one.

    period: "2026", "2026-Q3" or "2026-09". entered_by: the account that gave it; empty where it is gone.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["department_id", "organisation_id"],
            ["department.id", "department.organisation_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("length(period) BETWEEN 4 AND 7", name="period_written_shortly"),
        Index(None, "organisation_id"),
    )

    department_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    kind: Mapped[OutcomeKind] = mapped_column(words(OutcomeKind, "kind"), primary_key=True)
    organisation_id: Mapped[int]
    value: Mapped[float] = mapped_column(Double)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime]
