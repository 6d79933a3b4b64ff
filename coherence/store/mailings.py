"""What a wave's messages say, and which of them could not be delivered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coherence.store.base import Base, words


class MessageKind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class MessageText(Base):
    """A wave's own text in one language; where there is none, the product's is used."""

    __tablename__ = "message_text"
    __table_args__ = (
        CheckConstraint("length(trim(subject)) > 0", name="subject_not_empty"),
        CheckConstraint("length(trim(body)) > 0", name="body_not_empty"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(words(MessageKind, "kind"), primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class DeliveryState(StrEnum):
    """What became of a message that was not simply taken."""

    DEFERRED = "deferred"
    UNDELIVERABLE = "undeliverable"


class Delivery(Base):
    """Trouble with the messages of one invitation; no row where every message was taken.

    It says nothing about answering. reason: words for people, never a server's own text, which may
    repeat addresses. Closing deletes all rows of a wave.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(state = 'deferred') = (next_try IS NOT NULL)", name="tried_again_while_deferred"),
        CheckConstraint("tries > 0", name="tries_counted"),
    )

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState, "state"))
    reason: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(default=1)
    next_try: Mapped[datetime | None]
