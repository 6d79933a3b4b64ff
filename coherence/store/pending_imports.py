"""A list that somebody uploaded and has not confirmed yet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class ImportKind(StrEnum):
    """What the list holds."""

    ROSTER = "roster"
    DEPARTMENTS = "departments"


class PendingImport(Base):
    """The cells of one uploaded list, for the one person who uploaded it; the file itself is not kept.

    A second upload takes the place of the first. cells: compressed JSON, since it is read as a whole or
    not at all. choices: which column is what, as the person corrected it.
    """

    __tablename__ = "pending_import"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ImportKind] = mapped_column(words(ImportKind, "kind"))
    file: Mapped[str] = mapped_column(String(200))
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)
