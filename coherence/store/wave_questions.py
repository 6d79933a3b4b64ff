"""What a wave asks outside the scores: chosen modules and the firm's own questions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class WaveQuestionKind(StrEnum):
    """A module of the catalogue, or an own question: agreement, or one of several options."""

    MODULE = "module"
    AGREEMENT = "agreement"
    CHOICE = "choice"


class WaveQuestion(Base):
    """A module or an own question of a wave; triggers keep them from changing once it has opened.

    code: id of the module, whose words are the catalogue's; Q01 to Q12 of an own question. position: among
    the own questions. text, options: in the firm's first language, for everybody whose own one has no words.
    wordings: every language in which the firm wrote it, the first one first, as {"lt": {"text": "...",
    "options": ["...", "..."]}}; None of a module, and of questions from before there were several languages.
    """

    __tablename__ = "wave_question"
    __table_args__ = (CheckConstraint("(kind = 'module') = (length(trim(text)) = 0)", name="own_text"),)

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[WaveQuestionKind] = mapped_column(words(WaveQuestionKind, "kind"))
    text: Mapped[str] = mapped_column(String(300), default="")
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    wordings: Mapped[dict[str, dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
