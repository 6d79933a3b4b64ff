"""Limits on tries, counted in the database, so that every process sees the same count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import CheckConstraint, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from coherence.store.base import Base


class RateLimit(Base):
    """Tries in one window of time. The subject is an account or a wave, never a network address."""

    __tablename__ = "rate_limit"
    __table_args__ = (CheckConstraint("tries > 0", name="tries_counted"),)

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in each fixed window of length `window`, for each subject of the scope."""

    scope: str
    tries: int
    window: timedelta

    def window_start(self, now: datetime) -> datetime:
        """Start of the window that a moment lies in."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return now - (now - epoch) % self.window


def is_exhausted(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Whether all tries of the present window are spent."""
    tries = session.scalar(
        select(RateLimit.tries).where(
            RateLimit.scope == limit.scope,
            RateLimit.subject == subject,
            RateLimit.window_start == limit.window_start(now),
        )
    )
    return tries is not None and tries >= limit.tries


def count_try(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Count one try in the present window and forget the windows before it."""
    start = limit.window_start(now)
    session.execute(
        delete(RateLimit).where(
            RateLimit.scope == limit.scope, RateLimit.subject == subject, RateLimit.window_start < start
        )
    )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(RateLimit).values(scope=limit.scope, subject=subject, window_start=start, tries=1)
    session.execute(
        first.on_conflict_do_update(
            index_elements=["scope", "subject", "window_start"], set_={"tries": RateLimit.tries + 1}
        )
    )
