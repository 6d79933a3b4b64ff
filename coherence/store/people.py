"""The roster: who is invited, and nothing about what anybody answered."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words
from scoring.vocabulary import Level


class Person(Base):
    """An employee. Deleting the row erases the person: invitations keep department and level only.

    email: in lower case; None for people who get a printed slip.
    reference: the firm's own number, to find the person again at the next import.
    name: only printed on a slip or in the salutation of a message.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organisation_id", "email"),
        UniqueConstraint("organisation_id", "reference"),
        ForeignKeyConstraint(
            ["department_id", "organisation_id"], ["department.id", "department.organisation_id"]
        ),
        Index(None, "department_id"),
        CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        CheckConstraint(
            "email IS NOT NULL OR reference IS NOT NULL OR name IS NOT NULL", name="can_be_told_apart"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    department_id: Mapped[int]
    level: Mapped[Level] = mapped_column(words(Level, "level"))
    language: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(254))
    reference: Mapped[str | None] = mapped_column(String(60))
    name: Mapped[str | None] = mapped_column(String(200))
