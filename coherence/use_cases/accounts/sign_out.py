"""Sign out: of one session, or of all."""

from __future__ import annotations

from datetime import datetime

from coherence.accounts import sessions
from coherence.accounts.audit_trail import Action, record
from coherence.store import Database


def sign_out(database: Database, session_id: str) -> None:
    """End one session; one that has ended already is no error."""
    with database.write() as session:
        sessions.end(session, session_id)


def sign_out_everywhere(database: Database, user_id: int, *, now: datetime) -> None:
    """End every session of the user, the present one too."""
    with database.write() as session:
        sessions.end_all(session, user_id)
        record(session, Action.SIGN_OUT, user_id, now=now, by=user_id)
