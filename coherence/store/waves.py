"""A wave: one asking of one organisation, with its own frozen tree and head counts."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words
from scoring.answers import Path
from scoring.vocabulary import Level


class WaveState(StrEnum):
    """Where a wave stands; it only ever moves forward (a trigger holds it to that)."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PUBLISHED = "published"


class FormLength(StrEnum):
    """The full form of 51 statements or the short one of 18."""

    FULL = "full"
    SHORT = "short"


def new_slug() -> str:
    """80 random bits as 16 letters and digits that are easily typed: a to z and 2 to 7.

    >>> len(new_slug())
    16
    """
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


class Wave(Base):
    """A wave.

    slug: its name in the addresses that respondents see. Numbers would tell how many waves there are, and let
    anybody walk through the organisations.
    k: the smallest group that is ever shown; frozen at opening (a trigger holds it to that).
    key_name, public_key: of the sealed box, from opening on; the private key is never stored here.
    escrow_holder: who keeps a copy of the private key; None where there is none.
    board_column: every member of a board smaller than k agreed to a column of its own; frozen at opening
    (a trigger holds it to that).
    """

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        CheckConstraint("k BETWEEN 5 AND 1000", name="k_at_least_five"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("(state = 'draft') = (public_key IS NULL)", name="key_once_open"),
        CheckConstraint("(key_name IS NULL) = (public_key IS NULL)", name="key_has_a_name"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="opened_at_once_open"),
        CheckConstraint(
            "(state IN ('closed', 'published')) = (closed_at IS NOT NULL)", name="closed_at_once_closed"
        ),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_at_once_published"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The empty default is for SQLite, which adds no column without one.
    slug: Mapped[str] = mapped_column(
        String(16), default=new_slug, server_default=text("''"), index=True, unique=True
    )
    name: Mapped[str] = mapped_column(String(200))
    questionnaire: Mapped[str] = mapped_column(String(60))
    questionnaire_version: Mapped[str] = mapped_column(String(30))
    form: Mapped[FormLength] = mapped_column(words(FormLength, "form"), default=FormLength.FULL)
    sector: Mapped[str] = mapped_column(String(40))
    k: Mapped[int] = mapped_column(default=5)
    state: Mapped[WaveState] = mapped_column(words(WaveState, "state"), default=WaveState.DRAFT)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    escrow_holder: Mapped[str | None] = mapped_column(String(200))
    key_name: Mapped[str | None] = mapped_column(String(32), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(1216))
    board_column: Mapped[bool] = mapped_column(default=False, server_default=false())


class WaveUnit(Base):
    """A department as it stood when the wave opened; `position` is its place in scoring's tree."""

    __tablename__ = "wave_unit"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="SET NULL"))
    path: Mapped[list[str]] = mapped_column(JSON)

    @property
    def unit(self) -> Path:
        """The path as scoring writes it."""
        return tuple(self.path)


class Headcount(Base):
    """How many people of one level in one department were invited: frozen at opening, no names.

    shown: the label that these people see and seal into the ballot. final: the label that their
    answers carry after the close; empty while open, and where nothing can be released.
    """

    __tablename__ = "headcount"
    __table_args__ = (
        ForeignKeyConstraint(
            ["wave_id", "unit"], ["wave_unit.wave_id", "wave_unit.position"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["wave_id", "shown_unit"], ["wave_unit.wave_id", "wave_unit.position"]),
        ForeignKeyConstraint(["wave_id", "final_unit"], ["wave_unit.wave_id", "wave_unit.position"]),
        CheckConstraint("invited > 0", name="somebody_invited"),
        CheckConstraint("(final_unit IS NULL) = (final_level IS NULL)", name="final_label_whole"),
    )

    wave_id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[Level] = mapped_column(words(Level, "level"), primary_key=True)
    invited: Mapped[int]
    shown_unit: Mapped[int]
    shown_level: Mapped[Level] = mapped_column(words(Level, "shown_level"))
    final_unit: Mapped[int | None]
    final_level: Mapped[Level | None] = mapped_column(words(Level, "final_level"))
