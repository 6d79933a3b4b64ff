"""Who may read published results from a department downwards, and from which ones one can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import Database, Membership, Role, User, stored_tree
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from scoring.answers import Path

RESULTS: Final = "/published/"
"""Where a reader finds everything that was published."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads from a department downwards. begun: has chosen a password."""

    user_id: int
    name: str
    email: str = field(repr=False)
    department: Path
    begun: bool


@dataclass(frozen=True, slots=True)
class ReadableDepartment:
    """A department that a reader can be given."""

    department_id: int
    path: Path


def readers(database: Database, organisation_id: int, staff: Staff) -> tuple[Reader, ...]:
    """The readers of an organisation, by department and name.

    Raises:
        NotVisible: no such organisation for this person.
        TreeHasNoRoot: it has no departments yet.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return readers_of(session, organisation_id)


def readable_departments(
    database: Database, organisation_id: int, staff: Staff
) -> tuple[ReadableDepartment, ...]:
    """The departments that a reader can be given, the whole organisation first. Errors as readers."""
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        stored = stored_tree(session, organisation_id)
        rows = zip(stored.department_ids, stored.tree.paths, strict=True)
        return tuple(ReadableDepartment(number, path) for number, path in rows)


def readers_of(session: Session, organisation_id: int) -> tuple[Reader, ...]:
    """The readers of an organisation, by department and name."""
    stored = stored_tree(session, organisation_id)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    rows = session.execute(
        select(User.id, User.name, User.email, User.password_hash, Membership.department_id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id, Membership.role == Role.READER)
    )
    found = [
        Reader(number, name, email, paths[department], password is not None)
        for number, name, email, password, department in rows
        if department is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.department, one.name)))
