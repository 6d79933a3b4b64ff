"""The firm that is surveyed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class Organisation(Base):
    """A firm, its sector (the questionnaire's examples follow it) and the languages it is asked in.

    languages: codes such as "en"; the first is the default. Assign a new list to change it.
    """

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sector: Mapped[str] = mapped_column(String(40))
    languages: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
