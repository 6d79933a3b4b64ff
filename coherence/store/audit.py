"""The audit log: what staff did. Triggers refuse every change and every deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class AuditEntry(Base):
    """One action of a member of staff, never of a respondent.

    The numbers of user and organisation are no foreign keys: an entry outlives what it speaks of.
    actor_id is empty for the command line.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
