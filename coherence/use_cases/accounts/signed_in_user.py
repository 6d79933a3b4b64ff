"""Recognise the user of a request by the session's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts import sessions
from coherence.accounts.access import Grant, Rights, Stage, stage
from coherence.errors import CoherenceError
from coherence.store import Database, Membership, SignIn, User


class NotSignedIn(CoherenceError):
    """The session is unknown, has ended, or has not come far enough for this step."""


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """The user of a session, with the rights as they are now."""

    user_id: int
    email: str
    name: str
    language: str
    has_password: bool
    has_authenticator: bool
    showed_second_factor: bool
    rights: Rights
    stage: Stage


def recognise(database: Database, session_id: str, now: datetime) -> SignedInUser | None:
    """The user of a session that has not ended; the end by idleness is moved on.

    None too where the account was deactivated.
    """
    with database.read() as session:
        found = sessions.find(session, session_id, now)
        user = None if found is None else session.get(User, found.user_id)
        if found is None or user is None or not user.active:
            return None
        described = describe(session, user, found)
        moved = sessions.next_idle_end(found, now)
    if moved is not None:
        with database.write() as session:
            sessions.move_idle_end(session, session_id, moved)
    return described


def session_user(
    session: Session, session_id: str, now: datetime, *reached: Stage
) -> tuple[User, SignedInUser]:
    """The user of a session at one of these stages, the row locked: nothing changes beside what follows.

    Raises:
        NotSignedIn: there is no such session, or the account was deactivated.
    """
    found = sessions.find(session, session_id, now)
    user = None if found is None else session.get(User, found.user_id, with_for_update=True)
    # Looked for once more: the session may have been ended while the row was waited for.
    found = sessions.find(session, session_id, now)
    if user is None or found is None or not user.active:
        raise NotSignedIn("the session has ended; sign in again")
    described = describe(session, user, found)
    if described.stage not in reached:
        raise NotSignedIn(f"this is not the next step of a session with {described.stage}")
    return user, described


def rights_of(session: Session, user_id: int) -> Rights:
    """The memberships of a user."""
    rows = session.scalars(select(Membership).where(Membership.user_id == user_id).order_by(Membership.id))
    return Rights(tuple(Grant(row.organisation_id, row.role, row.department_id) for row in rows))


def describe(session: Session, user: User, found: SignIn) -> SignedInUser:
    """A user as pages and access checks need it."""
    rights = rights_of(session, user.id)
    return SignedInUser(
        user_id=user.id,
        email=user.email,
        name=user.name,
        language=user.language,
        has_password=user.password_hash is not None,
        has_authenticator=user.totp_secret is not None,
        showed_second_factor=found.second_factor,
        rights=rights,
        stage=stage(
            second_factor=found.second_factor, has_authenticator=user.totp_secret is not None, rights=rights
        ),
    )
