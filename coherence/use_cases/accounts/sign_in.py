"""Sign in with e-mail address and password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coherence.accounts import limits, passwords, sessions
from coherence.accounts.access import Stage, stage
from coherence.accounts.addresses import normalised_address
from coherence.accounts.audit_trail import Action, record
from coherence.errors import CoherenceError
from coherence.store import Database, User
from coherence.use_cases.accounts.forget_expired import forget_expired
from coherence.use_cases.accounts.signed_in_user import rights_of


class SignInRefused(CoherenceError):
    """Address and password do not belong together; which of them is wrong is not said."""


@dataclass(frozen=True, slots=True)
class Started:
    """A session that began: its id for the cookie, and what is still due."""

    session_id: str
    stage: Stage


def sign_in(
    database: Database,
    email: str,
    password: str,
    *,
    secret: bytes,
    replacing: str | None,
    now: datetime,
) -> Started:
    """Begin a session. Known and unknown addresses take the same way and as long.

    Args:
        database: the database.
        email: as typed.
        password: as typed.
        secret: of the server, for counting tries without keeping addresses.
        replacing: the id that the browser came with; that session ends.
        now: the present moment.

    Raises:
        SignInRefused: wrong address or password, no password chosen yet, or account deactivated.
        TooManyTries: whether the password is right is not looked at for a while.
    """
    address = normalised_address(email)
    subject = limits.subject_of_address(secret, address)
    with database.write() as session:
        allowed = limits.take_try(session, limits.PASSWORDS, subject, now) and limits.take_try(
            session, limits.ALL_PASSWORDS, limits.EVERYBODY, now
        )
        user = session.scalar(select(User).where(User.email == address, User.active))
    if not allowed:
        raise limits.TooManyTries("too many tries to sign in; try again in a quarter of an hour")
    # Outside a transaction: hashing takes long, and SQLite has one writer at a time.
    correct = passwords.is_correct(user.password_hash if user else None, password)
    if user is None or not correct:
        raise SignInRefused("address or password is wrong")
    with database.write() as session:
        current = session.get(User, user.id, with_for_update=True)
        if current is None or not current.active or current.password_hash != user.password_hash:
            raise SignInRefused("address or password is wrong")
        reached = stage(
            second_factor=False,
            has_authenticator=current.totp_secret is not None,
            rights=rights_of(session, user.id),
        )
        if replacing is not None:
            sessions.end(session, replacing)
        half = reached is not Stage.SIGNED_IN
        session_id = sessions.start(session, user.id, second_factor=False, half=half, now=now)
        limits.forget_tries(session, limits.PASSWORDS, subject)
        if not half:
            record(session, Action.SIGN_IN, user.id, now=now, by=user.id, means="password")
        forget_expired(session, now)
    return Started(session_id, reached)
