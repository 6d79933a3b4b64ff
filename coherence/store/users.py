"""Staff accounts and what each may do where. Respondents have no account."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class User(Base):
    """An account.

    password_hash: of argon2; empty until the person has chosen one.
    totp_secret: base32; totp_step: the last time step accepted, so that no code works twice.
    """

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Role(StrEnum):
    """What a user is to an organisation."""

    CONSULTANT = "consultant"
    HR = "hr"
    READER = "reader"


class Membership(Base):
    """A user's role in one organisation; a reader's reaches from a department downwards."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "department_id"),
        ForeignKeyConstraint(
            ["department_id", "organisation_id"],
            ["department.id", "department.organisation_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("(role = 'reader') = (department_id IS NOT NULL)", name="reader_has_a_subtree"),
        Index(
            "uq_membership_staff",
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("department_id IS NULL"),
            postgresql_where=text("department_id IS NULL"),
        ),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    department_id: Mapped[int | None]
