"""Forget what has run out: sessions, links, lists that nobody confirmed, counts of tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from coherence.store import AccountLink, PendingImport, RateLimit, SignIn

LONGEST_WINDOW: Final = timedelta(days=1)


def forget_expired(session: Session, now: datetime) -> None:
    """Delete sessions, links and uploaded lists that have ended, and counts of windows that are over."""
    session.execute(delete(SignIn).where(SignIn.ends_at <= now))
    session.execute(delete(AccountLink).where(AccountLink.expires_at <= now))
    session.execute(delete(PendingImport).where(PendingImport.expires_at <= now))
    session.execute(delete(RateLimit).where(RateLimit.window_start <= now - LONGEST_WINDOW))
