"""One-use links to an account: to choose a password, or to sign in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coherence.accounts.sessions import digest
from coherence.store import AccountLink, LinkPurpose, User

PATHS: Final = {
    LinkPurpose.PASSWORD_RESET: "/password/new",
    LinkPurpose.SIGN_IN: "/sign-in/link",
}
"""Where a link of each purpose leads; the random part follows."""

RESET_LASTS: Final = timedelta(hours=1)
INVITATION_LASTS: Final = timedelta(days=7)
SIGN_IN_LASTS: Final = timedelta(hours=12)


def issue(
    session: Session,
    user_id: int,
    purpose: LinkPurpose,
    *,
    base_url: str,
    now: datetime,
    lasts: timedelta,
) -> str:
    """A new link, whole; the database keeps only the digest of its random part.

    base_url: of the settings, never of a request, whose Host header anybody may write.
    """
    token = secrets.token_urlsafe(32)
    session.add(AccountLink(digest=digest(token), user_id=user_id, purpose=purpose, expires_at=now + lasts))
    session.flush()
    return f"{base_url.rstrip('/')}{PATHS[purpose]}/{token}"


def owner(session: Session, purpose: LinkPurpose, token: str, now: datetime) -> User | None:
    """The active user that a good link belongs to; None if it is unknown, used, expired, or for other use."""
    return session.scalar(
        select(User)
        .join(AccountLink, AccountLink.user_id == User.id)
        .where(
            AccountLink.digest == digest(token),
            AccountLink.purpose == purpose,
            AccountLink.used.is_(False),
            AccountLink.expires_at > now,
            User.active,
        )
    )


def use(session: Session, purpose: LinkPurpose, token: str, now: datetime) -> User | None:
    """Use a link up and give its user; None if it was not good. Of two uses at once, one succeeds.

    The user's row is locked before the link's: everybody takes them in this order.
    """
    user = owner(session, purpose, token, now)
    if user is None:
        return None
    session.refresh(user, with_for_update=True)
    used = session.scalar(
        update(AccountLink)
        .where(AccountLink.digest == digest(token), AccountLink.used.is_(False))
        .values(used=True)
        .returning(AccountLink.user_id)
    )
    return user if used == user.id and user.active else None


def withdraw_all(session: Session, user_id: int) -> None:
    """Make every link of a user worthless."""
    session.execute(delete(AccountLink).where(AccountLink.user_id == user_id))
