"""Take a person's role in an organisation away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from coherence.accounts import links, sessions
from coherence.accounts.audit_trail import Action, record
from coherence.errors import CoherenceError
from coherence.store import Database, Membership
from coherence.use_cases.accounts.users_by_address import active_user
from coherence.use_cases.organisations import organisation_named


class HasNoRole(CoherenceError):
    """The person has no role in this organisation."""


def remove_user(
    database: Database, email: str, *, organisation: str, now: datetime, by: int | None = None
) -> bool:
    """Take every role in the organisation away; sessions end. Without any role left, the account is closed.

    by: the user who does it; None for the command line.

    Returns:
        Whether the account was closed.

    Raises:
        NoSuchUser, NoSuchOrganisation, HasNoRole: nothing is changed.
    """
    with database.write() as session:
        firm = organisation_named(session, organisation)
        user = active_user(session, email)
        here = delete(Membership).where(Membership.user_id == user.id, Membership.organisation_id == firm.id)
        if not session.scalars(here.returning(Membership.id)).all():
            raise HasNoRole(f"{user.email} has no role in {firm.name}")
        left = session.scalar(
            select(func.count()).select_from(Membership).where(Membership.user_id == user.id)
        )
        user.active = bool(left)
        sessions.end_all(session, user.id)
        if not left:
            links.withdraw_all(session, user.id)
        record(session, Action.ROLE_TAKEN, user.id, now=now, by=by, organisation_id=firm.id)
        return not left
