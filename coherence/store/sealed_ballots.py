"""The sealed box: ciphertexts only."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base

SEALED_BYTES: Final = 8192 + 1136
"""Every ballot has this length: the padded text, the encapsulated key (1,120) and the tag (16)."""


def random_key() -> bytes:
    """128 random bits: a primary key that carries no order."""
    return secrets.token_bytes(16)


class SealedBallot(Base):
    """One accepted ballot: no time, no address, no reference to an invitation."""

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        CheckConstraint(f"length(ciphertext) = {SEALED_BYTES}", name="one_length_for_all"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=random_key)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary(SEALED_BYTES))
