"""Choose a password: through a one-use link, or signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from coherence.accounts import limits, links, passwords, sessions
from coherence.accounts.access import Stage
from coherence.accounts.audit_trail import Action, record
from coherence.errors import CoherenceError
from coherence.store import Database, LinkPurpose, User
from coherence.use_cases.accounts.sign_in_by_link import LinkUnusable
from coherence.use_cases.accounts.signed_in_user import session_user


class WrongPassword(CoherenceError):
    """The present password that was typed is not right."""


def is_password_link(database: Database, token: str, *, now: datetime) -> bool:
    """Whether a link would let somebody choose a password; looking does not use it up."""
    with database.read() as session:
        return links.owner(session, LinkPurpose.PASSWORD_RESET, token, now) is not None


def choose_password_by_link(
    database: Database, token: str, password: str, *, secret: bytes, now: datetime
) -> int:
    """Use the link up and store the password; every session and every other link of the account ends.

    Gives the user, for `tell_password_changed`. Nobody is signed in by it: the second factor is still due.

    Raises:
        LinkUnusable: the link was not good.
        WeakPassword: the link stays good for another choice.
    """
    with database.read() as session:
        user = links.owner(session, LinkPurpose.PASSWORD_RESET, token, now)
    if user is None:
        raise LinkUnusable("this link does not work, or no longer")
    password_hash = passwords.hash_new_password(password, user.email)
    with database.write() as session:
        found = links.use(session, LinkPurpose.PASSWORD_RESET, token, now)
        if found is None:
            raise LinkUnusable("this link does not work, or no longer")
        _store(session, found, password_hash, now=now, means="link")
        limits.forget_tries(session, limits.PASSWORDS, limits.subject_of_address(secret, found.email))
        return found.id


def change_password(database: Database, session_id: str, present: str, new: str, *, now: datetime) -> str:
    """Replace the password of a signed-in user; gives the id of the only session that is left.

    Raises:
        NotSignedIn: the session has ended.
        WrongPassword: the present password is not right.
        WeakPassword: the new one is not accepted.
        TooManyTries: whether the present password is right is not looked at for a while.
    """
    with database.write() as session:
        user, _ = session_user(session, session_id, now, Stage.SIGNED_IN)
        subject = limits.subject_of_user(user.id)
        allowed = limits.take_try(session, limits.PASSWORDS, subject, now)
    if not allowed:
        raise limits.TooManyTries("too many tries; try again in a quarter of an hour")
    if not passwords.is_correct(user.password_hash, present):
        raise WrongPassword("the present password is not right")
    password_hash = passwords.hash_new_password(new, user.email)
    with database.write() as session:
        current, signed_in = session_user(session, session_id, now, Stage.SIGNED_IN)
        if current.password_hash != user.password_hash:
            raise WrongPassword("the present password is not right")
        _store(session, current, password_hash, now=now, means="present password")
        limits.forget_tries(session, limits.PASSWORDS, subject)
        shown = signed_in.showed_second_factor
        return sessions.start(session, current.id, second_factor=shown, half=False, now=now)


def _store(session: Session, user: User, password_hash: str, *, now: datetime, means: str) -> None:
    user.password_hash = password_hash
    session.flush()
    sessions.end_all(session, user.id)
    links.withdraw_all(session, user.id)
    record(session, Action.PASSWORD, user.id, now=now, by=user.id, means=means)
