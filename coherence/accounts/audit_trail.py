"""What staff did with accounts, appended to the audit log."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from coherence.store import AuditEntry


class Action(StrEnum):
    """What is written down. Never an address, a password, a code or a link."""

    SIGN_IN = "account.sign-in"
    SIGN_OUT = "account.sign-out-everywhere"
    WRONG_CODE = "account.wrong-code"
    AUTHENTICATOR = "account.authenticator"
    PASSWORD = "account.password"
    ROLE = "account.role"
    ROLE_TAKEN = "account.role-taken"
    RESET = "account.reset"
    LINK = "account.sign-in-link"


def record(
    session: Session,
    action: Action,
    user_id: int,
    *,
    now: datetime,
    by: int | None,
    organisation_id: int | None = None,
    **details: str | int | None,
) -> None:
    """Append an entry about a user.

    by: the user who did it; None for the command line.
    """
    session.add(
        AuditEntry(
            at=now,
            actor_id=by,
            organisation_id=organisation_id,
            action=action.value,
            subject=f"user:{user_id}",
            details=details,
        )
    )
