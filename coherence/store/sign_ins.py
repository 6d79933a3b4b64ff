"""Sessions of signed-in staff, and one-use links to an account; secrets are kept as digests only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import DIGEST, Base, words


class SignIn(Base):
    """A session: its id is random, lives in the cookie, and stands here as SHA-256.

    idle_until moves with each request and never passes ends_at. second_factor: TOTP was shown.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("length(digest) = 32", name="digest_length"),
        CheckConstraint("idle_until <= ends_at", name="idle_within_absolute"),
        CheckConstraint("started_at < ends_at", name="ends_after_start"),
    )

    digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    second_factor: Mapped[bool] = mapped_column(default=False)


class LinkPurpose(StrEnum):
    """What a one-use link to an account is for."""

    PASSWORD_RESET = "password reset"
    SIGN_IN = "sign in"


class AccountLink(Base):
    """A one-use link to an account; the random part stands here as SHA-256."""

    __tablename__ = "account_link"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest_length"),)

    digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(words(LinkPurpose, "purpose"))
    expires_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)
