"""What staff decide about a wave besides its questionnaire: what was checked, who agreed, which comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class WavePreparation(Base):
    """How far staff have come with a draft.

    follows: the earlier wave that this one was copied from. questionnaire_chosen: somebody has saved the
    choice. groups_checked: SHA-256 of the groups as they stood when somebody found them good; another
    roster gives another value. tested_at: when a test message was sent last.
    """

    __tablename__ = "wave_preparation"
    __table_args__ = (
        CheckConstraint("groups_checked IS NULL OR length(groups_checked) = 64", name="groups_as_sha256"),
        Index(None, "follows"),
    )

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    follows: Mapped[int | None] = mapped_column(ForeignKey("wave.id", ondelete="SET NULL"))
    questionnaire_chosen: Mapped[bool] = mapped_column(default=False)
    groups_checked: Mapped[str | None] = mapped_column(String(64))
    tested_at: Mapped[datetime | None]


class BoardConsent(Base):
    """One member of a board of 3 or 4 agreed to a column of its own; who has no row has not agreed.

    Refusals are not kept: nobody shall be asked why. recorded_by: the account that wrote it down.
    """

    __tablename__ = "board_consent"
    __table_args__ = (Index(None, "person_id"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class CommentBlock(Base):
    """The comments of a wave as they are released: one block, shuffled, frozen with the publication.

    document: JSON text, for each question a list of texts, each with whether the review changed it.
    """

    __tablename__ = "comment_block"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    document: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime]
