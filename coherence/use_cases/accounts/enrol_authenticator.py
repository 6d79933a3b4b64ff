"""Enrol an authenticator app as the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coherence.accounts import sessions
from coherence.accounts.access import Stage
from coherence.accounts.audit_trail import Action, record
from coherence.accounts.totp import enrolment_address, matching_step, pending_secret
from coherence.errors import CoherenceError
from coherence.store import Database
from coherence.use_cases.accounts.show_code import WrongCode
from coherence.use_cases.accounts.signed_in_user import session_user


class AlreadyEnrolled(CoherenceError):
    """The account has an authenticator; `coherence user reset` takes it away."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the app needs: as a QR code (address), or typed by hand (secret)."""

    secret: str
    address: str


def offer(session_id: str, email: str) -> Enrolment:
    """The secret offered to this session; nothing is stored before a code proves that the app has it."""
    secret = pending_secret(session_id)
    return Enrolment(secret, enrolment_address(secret, email))


def enrol_authenticator(database: Database, session_id: str, typed: str, *, now: datetime) -> str:
    """Store the offered secret and give the id of a new, whole session; all other sessions end.

    Raises:
        NotSignedIn: the session has ended.
        AlreadyEnrolled: there is an authenticator; nothing is changed.
        WrongCode: the code does not fit the offered secret.
    """
    with database.write() as session:
        user, before = session_user(session, session_id, now, Stage.ENROLMENT_DUE, Stage.SIGNED_IN)
        if user.totp_secret is not None:
            raise AlreadyEnrolled("this account has an authenticator already")
        secret = pending_secret(session_id)
        step = matching_step(secret, typed, now)
        if step is None:
            raise WrongCode("the code does not fit; wait for the next one")
        user.totp_secret, user.totp_step = secret, step
        record(session, Action.AUTHENTICATOR, user.id, now=now, by=user.id)
        sessions.end_all(session, user.id)
        renewed = sessions.start(session, user.id, second_factor=True, half=False, now=now)
        if before.stage is Stage.ENROLMENT_DUE:
            record(session, Action.SIGN_IN, user.id, now=now, by=user.id, means="password and code")
        return renewed
