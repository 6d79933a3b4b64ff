"""What a user sees about the own account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from coherence.store import Database, Department, Membership, Organisation, Role


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in an organisation; department: where a reader's view begins, None for staff."""

    organisation: str
    role: Role
    department: str | None


def held_roles(database: Database, user_id: int) -> tuple[HeldRole, ...]:
    """Every role of a user, by the names of organisation and department."""
    with database.read() as session:
        rows = session.execute(
            select(Organisation.name, Membership.role, Department.name)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .outerjoin(Department, Department.id == Membership.department_id)
            .where(Membership.user_id == user_id)
        ).all()
    held = [HeldRole(organisation, role, department) for organisation, role, department in rows]
    return tuple(sorted(held, key=lambda one: (one.organisation, one.role, one.department or "")))
