"""How far the closing of a wave has come, so that it goes on from there after a crash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class Stage(StrEnum):
    """The last step of the ceremony that is safely stored."""

    SEALED = "sealed"
    WRITTEN = "written"
    EMPTIED = "emptied"
    FINISHED = "finished"


class Closing(Base):
    """The record of one closing.

    ballots = responses + withheld + unreadable. withheld: the wave had fewer than k valid answers,
    so no label could carry them. checksum: SHA-256 over all written responses and comments, in no
    order. escrow_deleted: what the holder of an escrow copy declared; empty where there is none.
    """

    __tablename__ = "closing"
    __table_args__ = (
        CheckConstraint(
            "ballots = responses + withheld + unreadable OR stage = 'sealed'", name="counts_agree"
        ),
        CheckConstraint("(stage = 'sealed') = (checksum IS NULL)", name="checksum_once_written"),
        CheckConstraint("(stage = 'finished') = (finished_at IS NOT NULL)", name="finished_at_once_finished"),
    )

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    stage: Mapped[Stage] = mapped_column(words(Stage, "stage"), default=Stage.SEALED)
    ballots: Mapped[int]
    responses: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    withheld: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str | None] = mapped_column(String(64))
    escrow_deleted: Mapped[bool | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
