"""How long an organisation keeps its roster and the answers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class Retention(Base):
    """One organisation's periods, where they differ from the product's.

    roster_days: after the last closing or import of a roster. answer_years: after the closing.
    """

    __tablename__ = "retention"
    __table_args__ = (
        CheckConstraint("roster_days BETWEEN 1 AND 3650", name="roster_days_sensible"),
        CheckConstraint("answer_years BETWEEN 1 AND 50", name="answer_years_sensible"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    roster_days: Mapped[int] = mapped_column(default=30)
    answer_years: Mapped[int] = mapped_column(default=5)
