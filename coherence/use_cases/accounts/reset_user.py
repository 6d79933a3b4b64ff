"""Give a person who lost phone or password a new start."""

from __future__ import annotations

from datetime import datetime

from coherence.accounts import limits, links, sessions
from coherence.accounts.audit_trail import Action, record
from coherence.store import Database, LinkPurpose
from coherence.use_cases.accounts.users_by_address import active_user


def reset_user(database: Database, email: str, *, base_url: str, now: datetime) -> str:
    """Take password and authenticator away and end every session; gives a link to choose a password.

    Hand the link over by a way on which you know the person. It is good for seven days and once.

    Raises:
        NoSuchUser: there is no active account of that address.
    """
    with database.write() as session:
        user = active_user(session, email)
        user.password_hash = user.totp_secret = user.totp_step = None
        session.flush()
        sessions.end_all(session, user.id)
        links.withdraw_all(session, user.id)
        for limit in (limits.CODES, limits.CODES_A_DAY, limits.PASSWORDS):
            limits.forget_tries(session, limit, limits.subject_of_user(user.id))
        record(session, Action.RESET, user.id, now=now, by=None)
        return links.issue(
            session,
            user.id,
            LinkPurpose.PASSWORD_RESET,
            base_url=base_url,
            now=now,
            lasts=links.INVITATION_LASTS,
        )
