"""Sessions of staff: opaque random ids, kept as digests, that end by idleness, by age or by hand."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coherence.store import SignIn, User

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
HALF: Final = timedelta(minutes=10)
"""How long a session lasts without a request, at most, and between the password and the code."""

_MOVES_EVERY: Final = timedelta(minutes=1)
"""The end by idleness is moved this often, so that not every request writes."""


def digest(secret: str) -> bytes:
    """What the database knows of a session's id or of a link; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def start(session: Session, user_id: int, *, second_factor: bool, half: bool, now: datetime) -> str:
    """Begin a session and give its id: 256 random bits, for the cookie alone. The user's row is locked.

    half: the code of the authenticator is still due, so the session only lasts for typing it.
    """
    session_id = secrets.token_urlsafe(32)
    lasts, idle = (HALF, HALF) if half else (ABSOLUTE, IDLE)
    session.add(
        SignIn(
            digest=digest(session_id),
            user_id=user_id,
            started_at=now,
            idle_until=now + idle,
            ends_at=now + lasts,
            second_factor=second_factor,
        )
    )
    session.flush()
    return session_id


def find(session: Session, session_id: str, now: datetime) -> SignIn | None:
    """The session of an id, if it has not ended."""
    return session.scalar(select(SignIn).where(SignIn.digest == digest(session_id), SignIn.idle_until > now))


def next_idle_end(found: SignIn, now: datetime) -> datetime | None:
    """Where a request moves the end by idleness to; None where it is not worth writing."""
    moved = min(now + IDLE, found.ends_at)
    return moved if moved - found.idle_until >= _MOVES_EVERY else None


def move_idle_end(session: Session, session_id: str, moved: datetime) -> None:
    """Move the end by idleness on, never back; a session that was ended meanwhile stays ended."""
    session.execute(
        update(SignIn)
        .where(SignIn.digest == digest(session_id), SignIn.idle_until < moved)
        .values(idle_until=moved)
    )


def end(session: Session, session_id: str) -> None:
    """End one session."""
    session.execute(delete(SignIn).where(SignIn.digest == digest(session_id)))


def end_all(session: Session, user_id: int) -> None:
    """End every session of a user, those too that are being started at this moment."""
    # Whoever starts a session holds the user's row; waiting for it leaves no session behind.
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))
