"""Show the second factor: the code of the authenticator app."""

from __future__ import annotations

from datetime import datetime

from coherence.accounts import limits, sessions
from coherence.accounts.access import Stage
from coherence.accounts.audit_trail import Action, record
from coherence.accounts.totp import accept_code
from coherence.errors import CoherenceError
from coherence.store import Database
from coherence.use_cases.accounts.signed_in_user import session_user


class WrongCode(CoherenceError):
    """The code is wrong, too old, or was used before."""


def show_code(database: Database, session_id: str, typed: str, *, now: datetime) -> str:
    """Turn a half session into a whole one with a new id, and give that id.

    Raises:
        NotSignedIn: the session has ended, or no code is due in it.
        WrongCode: the session stays half; the failure is written down.
        TooManyTries: the session is ended.
    """
    with database.write() as session:
        user, _ = session_user(session, session_id, now, Stage.CODE_DUE)
        subject = limits.subject_of_user(user.id)
        within = limits.take_try(session, limits.CODES, subject, now) and limits.take_try(
            session, limits.CODES_A_DAY, subject, now
        )
        accepted = within and accept_code(session, user, typed, now)
        renewed = None
        if accepted:
            sessions.end(session, session_id)
            renewed = sessions.start(session, user.id, second_factor=True, half=False, now=now)
            limits.forget_tries(session, limits.CODES, subject)
            limits.forget_tries(session, limits.CODES_A_DAY, subject)
            record(session, Action.SIGN_IN, user.id, now=now, by=user.id, means="password and code")
        else:
            record(session, Action.WRONG_CODE, user.id, now=now, by=user.id)
            if not within:
                sessions.end(session, session_id)
    if not within:
        raise limits.TooManyTries("too many wrong codes; sign in again in a quarter of an hour")
    if renewed is None:
        raise WrongCode("the code is wrong or was used before; wait for the next one")
    return renewed
