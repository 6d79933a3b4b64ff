"""What the emptied box held: answers and comments, apart and in random order."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words
from coherence.store.sealed_ballots import random_key
from scoring.vocabulary import Level


class Response(Base):
    """The answers of one person under the final label, which at least k people share.

    answers: the JSON text of the form. language: only where every label has k people in each language.
    """

    __tablename__ = "response"
    __table_args__ = (
        ForeignKeyConstraint(
            ["wave_id", "unit"], ["wave_unit.wave_id", "wave_unit.position"], ondelete="CASCADE"
        ),
        CheckConstraint("length(key) = 16", name="key_length"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=random_key)
    wave_id: Mapped[int] = mapped_column(index=True)
    unit: Mapped[int]
    level: Mapped[Level] = mapped_column(words(Level, "level"))
    language: Mapped[str | None] = mapped_column(String(10))
    answers: Mapped[str] = mapped_column(Text)


class Comment(Base):
    """An answer in own words; nothing ties it to the other answers of the same person.

    reviewed: a person has struck names out; until then nobody outside the review sees the text.
    released: the review found that others may read it. edited: words were taken out or changed by the
    review; what stood there before is kept nowhere.
    """

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("length(key) = 16", name="key_length"),
        CheckConstraint("length(text) > 0", name="not_empty"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=random_key)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    reviewed: Mapped[bool] = mapped_column(default=False)
    released: Mapped[bool] = mapped_column(default=False, server_default=false())
    edited: Mapped[bool] = mapped_column(default=False, server_default=false())
