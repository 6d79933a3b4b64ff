"""The released ledger, frozen: what was published once can be read, not changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base


class Publication(Base):
    """The ledger of one wave as published; triggers refuse every change.

    document: the whole ledger as JSON text. sha256: of that text.
    """

    __tablename__ = "publication"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


class ReleasedRow(Base):
    """One released cell; a later cut appends rows after an audit against all before it.

    cut: the tree the cell belongs to, "departments" for the first. unit: path from the root.
    members: keys of the labels that the cell is a union of. document: the cell as JSON text.
    """

    __tablename__ = "released_row"

    wave_id: Mapped[int] = mapped_column(ForeignKey("publication.wave_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cut: Mapped[str] = mapped_column(String(60), default="departments")
    unit: Mapped[list[str]] = mapped_column(JSON)
    level: Mapped[str] = mapped_column(String(5))
    members: Mapped[list[str]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(Text)


class KeptStatistic(Base):
    """Moments of one statistic in the labels of a published wave, for the comparison with the next.

    As secret as the answers themselves: never shown, never exported, read by the next publication
    alone. statistic: "legs" or a facet. document: `scoring.kept_moments` as JSON text.
    """

    __tablename__ = "kept_statistic"

    wave_id: Mapped[int] = mapped_column(ForeignKey("publication.wave_id"), primary_key=True)
    statistic: Mapped[str] = mapped_column(String(4), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
