"""Colleagues: who works with an organisation here, invite somebody, and take a role away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.accounts.addresses import checked_address
from coherence.errors import CoherenceError
from coherence.mail.outbox import Outbox
from coherence.mail.texts import render
from coherence.store import Database, Membership, Organisation, Role, User, stored_tree
from coherence.use_cases.accounts.add_user import AddedUser, add_user
from coherence.use_cases.accounts.remove_user import remove_user
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from scoring.answers import Path

RESULTS: Final = "/published/"
"""Where a reader finds everything that was published."""


class NotNow(StrEnum):
    """Why a role is not given or taken; pages have the words."""

    ONESELF = "oneself"
    CONSULTANTS_ONLY = "consultants only"
    HAS_ANOTHER_ROLE = "has another role"
    NO_DEPARTMENT = "no department"


class ColleagueRefused(CoherenceError):
    """A role cannot be given or taken like this; nothing is stored."""

    def __init__(self, why: NotNow) -> None:
        super().__init__(f"the roles stay as they are: {why.value}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a role here. departments: where a reader reads from downwards.

    pending: has no password yet, so the invitation was not accepted. changeable: by the person who looks.
    """

    user_id: int
    name: str
    email: str = field(repr=False)
    role: Role
    departments: tuple[Path, ...]
    pending: bool
    changeable: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to invite as what. department_id: for a reader."""

    email: str = field(repr=False)
    name: str
    role: Role
    department_id: int | None = None


def colleagues(database: Database, organisation_id: int, staff: Staff) -> list[Colleague]:
    """Everybody with a role, consultants first, then HR and readers, by name.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return colleagues_of(session, organisation_id, staff)


def colleagues_of(session: Session, organisation_id: int, staff: Staff) -> list[Colleague]:
    """The same, for whoever may see the organisation."""
    stored = stored_tree(session, organisation_id)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    rows = session.execute(
        select(User, Membership.role, Membership.department_id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id)
    ).all()
    tops: dict[int, list[Path]] = {}
    people = {}
    for user, role, department_id in rows:
        people[user.id] = user, role
        if department_id is not None:
            tops.setdefault(user.id, []).append(paths[department_id])
    listed = [
        Colleague(
            user_id=user.id,
            name=user.name,
            email=user.email,
            role=role,
            departments=tuple(sorted(tops.get(user.id, ()))),
            pending=user.password_hash is None,
            changeable=_refusal(staff, organisation_id, user.id, role) is None,
        )
        for user, role in people.values()
    ]
    order = list(Role)
    return sorted(listed, key=lambda one: (order.index(one.role), one.name.casefold(), one.email))


def invite_colleague(
    database: Database,
    organisation_id: int,
    staff: Staff,
    wanted: Wanted,
    *,
    outbox: Outbox,
    base_url: str,
    now: datetime,
) -> None:
    """Give somebody a role and send a message; who has no password yet gets a one-use link in it.

    Inviting somebody with the same role again sends a fresh link. HR invites HR and readers; consultants
    invite everybody.

    Raises:
        NotVisible: there is no such organisation for this person.
        BadAddress, ColleagueRefused: nothing is stored.
        MailNotSent: the role is given, but the message did not leave.
    """
    address = checked_address(wanted.email)
    with database.read() as session:
        firm = staff_organisation(session, organisation_id, staff)
        _check_invitation(session, firm, staff, address, wanted.role)
        department = _department(session, firm, wanted) if wanted.role is Role.READER else None
        name = firm.name
    added = add_user(
        database,
        address,
        role=wanted.role,
        organisation=name,
        department="/".join(department) if department else None,
        name=wanted.name,
        base_url=base_url,
        now=now,
        by=staff.user_id,
    )
    _send(outbox, address, added, name, department, base_url)


def remove_colleague(
    database: Database, organisation_id: int, staff: Staff, user_id: int, *, now: datetime
) -> None:
    """Take every role in the organisation away. An account without any role is closed.

    Raises:
        NotVisible: no such organisation, or nobody of this number in it.
        ColleagueRefused: it is the person's own role, or a consultant's and the person is HR.
    """
    with database.read() as session:
        firm = staff_organisation(session, organisation_id, staff)
        user = session.get(User, user_id)
        role = None if user is None else _role(session, firm, user.email)
        if user is None or role is None:
            raise NotVisible(f"nobody of number {user_id} works with this organisation")
        why = _refusal(staff, organisation_id, user_id, role)
        if why is not None:
            raise ColleagueRefused(why)
        email, name = user.email, firm.name
    remove_user(database, email, organisation=name, now=now, by=staff.user_id)


def _check_invitation(session: Session, firm: Organisation, staff: Staff, address: str, wanted: Role) -> None:
    is_consultant = staff.rights.may((Role.CONSULTANT,), firm.id)
    if wanted is Role.CONSULTANT and not is_consultant:
        raise ColleagueRefused(NotNow.CONSULTANTS_ONLY)
    present = _role(session, firm, address)
    if present is not None and present is not wanted:
        raise ColleagueRefused(NotNow.HAS_ANOTHER_ROLE)
    if session.scalar(select(User.id).where(User.email == address)) == staff.user_id:
        raise ColleagueRefused(NotNow.ONESELF)


def _role(session: Session, firm: Organisation, address: str) -> Role | None:
    return session.scalar(
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.email == address, Membership.organisation_id == firm.id)
        .limit(1)
    )


def _refusal(staff: Staff, organisation_id: int, user_id: int, role: Role) -> NotNow | None:
    if user_id == staff.user_id:
        return NotNow.ONESELF
    if role is Role.CONSULTANT and not staff.rights.may((Role.CONSULTANT,), organisation_id):
        return NotNow.CONSULTANTS_ONLY
    return None


def _department(session: Session, firm: Organisation, wanted: Wanted) -> Path:
    stored = stored_tree(session, firm.id)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    if wanted.department_id not in paths:
        raise ColleagueRefused(NotNow.NO_DEPARTMENT)
    return paths[wanted.department_id]


def _send(
    outbox: Outbox, address: str, added: AddedUser, organisation: str, department: Path | None, base_url: str
) -> None:
    """A reader is told of results, staff of the work; both by a link that works."""
    root = base_url.rstrip("/")
    first = "yes" if added.password_link else ""
    if department is None:
        link = added.password_link or f"{root}/sign-in"
        message = render("colleague", to=address, link=link, first=first, organisation=organisation)
    else:
        link = added.password_link or f"{root}{RESULTS}"
        message = render(
            "reader",
            to=address,
            link=link,
            first=first,
            organisation=organisation,
            department=" / ".join(department),
        )
    with outbox.connect() as send:
        send(message)
