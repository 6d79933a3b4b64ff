"""Who may answer once, and the digests of the links and codes that let them in."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import DIGEST, Base, words
from scoring.vocabulary import Level


class Invitation(Base):
    """One vote of one person; it knows whether it was used, never when, and never the ballot.

    person_id: empty once the person is erased or the wave is closed.
    used: true once a ballot was accepted; closing makes every invitation void by the same mark.
    mailed_round: the last round of messages sent (0 none, 1 the invitation, 2 the first reminder).
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("wave_id", "person_id"),
        ForeignKeyConstraint(
            ["wave_id", "unit", "level"],
            ["headcount.wave_id", "headcount.unit", "headcount.level"],
            ondelete="CASCADE",
        ),
        Index(None, "wave_id", "unit", "level"),
        CheckConstraint("mailed_round >= 0", name="round_counts_up"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    unit: Mapped[int]
    level: Mapped[Level] = mapped_column(words(Level, "level"))
    used: Mapped[bool] = mapped_column(default=False)
    mailed_round: Mapped[int] = mapped_column(default=0)


class TokenKind(StrEnum):
    """A link of 256 bits in a message, or a short code on a printed slip."""

    LINK = "link"
    CODE = "code"


class InvitationToken(Base):
    """A way in, kept only as HMAC-SHA256 under the server's secret; an invitation may have several."""

    __tablename__ = "invitation_token"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest_length"),)

    digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[TokenKind] = mapped_column(words(TokenKind, "kind"))
