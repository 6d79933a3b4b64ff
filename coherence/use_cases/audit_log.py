"""What was done with an organisation and with what belongs to it, appended to the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from coherence.store import AuditEntry, Department, Organisation, Person, PlannedAction, Wave

Subject = Organisation | Department | Person | Wave | PlannedAction

_NAMES: Final[Mapping[type[Subject], str]] = {
    Organisation: "organisation",
    Department: "department",
    Person: "person",
    Wave: "wave",
    PlannedAction: "action",
}


def record(
    session: Session, action: str, subject: Subject, /, *, now: datetime, by: int | None, **details: Any
) -> None:
    """Append an entry in the caller's transaction.

    subject: what it was done with; it has its number already. by: the user who did it; None for the command
    line and what goes by the clock. details: never an address, a name, a code or an answer.
    """
    organisation_id = subject.id if isinstance(subject, Organisation) else subject.organisation_id
    session.add(
        AuditEntry(
            at=now,
            actor_id=by,
            organisation_id=organisation_id,
            action=action,
            subject=f"{_NAMES[type(subject)]}:{subject.id}",
            details=details,
        )
    )
