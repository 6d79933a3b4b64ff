"""Give a person a role in an organisation, with an account where there is none yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coherence.accounts import links, sessions
from coherence.accounts.addresses import checked_address
from coherence.accounts.audit_trail import Action, record
from coherence.errors import CoherenceError
from coherence.store import Database, LinkPurpose, Membership, Organisation, Role, User
from coherence.use_cases.organisations import department_ids, organisation_named, read_department


class NoSuchDepartment(CoherenceError):
    """The organisation has no department at this path."""


class RoleHasNoDepartment(CoherenceError):
    """A department was given for a role that always covers the whole organisation."""


@dataclass(frozen=True, slots=True)
class AddedUser:
    """What was done.

    changed: the membership is new or another one than before.
    password_link: for a person without a password, good for seven days and once; else None.
    """

    user_id: int
    new_account: bool
    changed: bool
    password_link: str | None


def add_user(
    database: Database,
    email: str,
    *,
    role: Role,
    organisation: str,
    department: str | None = None,
    name: str = "",
    base_url: str,
    now: datetime,
    by: int | None = None,
) -> AddedUser:
    """Make somebody consultant, HR or reader of an organisation.

    A person has one role in an organisation: another one replaces it, and all sessions end. Only a reader
    may be added again, for a further department.

    Args:
        database: the database.
        email: address of the account.
        role: the role in the organisation.
        organisation: its name.
        department: path with "/" that a reader's view reaches down from; None is the whole organisation.
        name: of the person; empty takes the address.
        base_url: the address of this service, for the link.
        now: the present moment.
        by: the user who does it; None for the command line.

    Raises:
        BadAddress, NoSuchOrganisation, NoSuchDepartment, RoleHasNoDepartment: nothing is stored.
    """
    address = checked_address(email)
    if department is not None and role is not Role.READER:
        raise RoleHasNoDepartment(f"{role} always sees the whole organisation; leave the department out")
    with database.write() as session:
        firm = organisation_named(session, organisation)
        top = _department(session, firm, department) if role is Role.READER else None
        user = session.scalar(select(User).where(User.email == address).with_for_update())
        new_account = user is None
        if user is None:
            user = User(email=address, name=name.strip() or address, created_at=now)
            session.add(user)
        user.active = True
        session.flush()
        changed = _grant(session, user, firm.id, role, top, now, by)
        link = None
        if user.password_hash is None:
            link = links.issue(
                session,
                user.id,
                LinkPurpose.PASSWORD_RESET,
                base_url=base_url,
                now=now,
                lasts=links.INVITATION_LASTS,
            )
        return AddedUser(user.id, new_account, changed, link)


def _department(session: Session, firm: Organisation, written: str | None) -> int:
    known = department_ids(session, firm.id)
    path = read_department(written or "", firm.name)
    if path is None or path not in known:
        there = ", ".join("/".join(one) for one in sorted(known)) or "none; import the organisation first"
        raise NoSuchDepartment(f"{firm.name} has no department “{written or firm.name}”; there are: {there}")
    return known[path]


def _grant(
    session: Session,
    user: User,
    organisation_id: int,
    role: Role,
    department_id: int | None,
    now: datetime,
    by: int | None,
) -> bool:
    here = select(Membership).where(
        Membership.user_id == user.id, Membership.organisation_id == organisation_id
    )
    held = session.scalars(here).all()
    if any(one.role is role and one.department_id == department_id for one in held):
        return False
    session.execute(
        delete(Membership).where(
            Membership.user_id == user.id,
            Membership.organisation_id == organisation_id,
            Membership.role != role,
        )
    )
    session.add(
        Membership(user_id=user.id, organisation_id=organisation_id, role=role, department_id=department_id)
    )
    sessions.end_all(session, user.id)
    record(
        session,
        Action.ROLE,
        user.id,
        now=now,
        by=by,
        organisation_id=organisation_id,
        role=role.value,
        department=department_id,
    )
    return True
