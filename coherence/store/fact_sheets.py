"""The sponsor's fact sheet of a wave, as it was answered with evidence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class FactWord(StrEnum):
    """An answer of the fact sheet; "partly" counts as no."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class SheetFact(Base):
    """One answered fact of a wave.

    code: M01 to M16, C01 to C05. note: the evidence, in the sponsor's words. answered_by: the account
    that answered it; empty where it came from elsewhere or the account is gone.
    """

    __tablename__ = "sheet_fact"
    __table_args__ = (CheckConstraint("length(code) = 3", name="code_of_three"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    answer: Mapped[FactWord] = mapped_column(words(FactWord, "answer"))
    note: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime]
