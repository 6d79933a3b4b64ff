"""The department tree: look at it, add, rename, move, and remove where nobody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.store import Database, Department, Membership, Person
from coherence.use_cases.audit_log import record
from coherence.use_cases.staff.department_names import checked_name
from coherence.use_cases.staff.roster_list import DEEPEST
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation


class Refused(StrEnum):
    """Why the tree stays as it is; pages have the words."""

    NAME_TAKEN = "name taken"
    TOO_DEEP = "too deep"
    INTO_ITSELF = "into itself"
    THE_ROOT = "the root"
    PEOPLE = "people"
    READERS = "readers"
    RECORDS = "records"


class TreeRefused(CoherenceError):
    """A change that the tree does not allow; nothing is stored."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"the departments stay as they are: {refused.value}")
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Branch:
    """A department in the tree. depth: 0 for the organisation itself. people, below: in it, and below it."""

    department_id: int
    parent_id: int | None
    name: str
    path: tuple[str, ...]
    depth: int
    people: int
    below: int
    children: int


def department_tree(database: Database, organisation_id: int, staff: Staff) -> list[Branch]:
    """All departments, each below its parent, in the order of their names.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return list(_branches(session, organisation_id))


def add_department(
    database: Database, organisation_id: int, staff: Staff, *, parent_id: int, name: str, now: datetime
) -> int:
    """A new department below another one.

    Raises:
        NotVisible: no such organisation or parent for this person.
        BadDepartmentName, TreeRefused: nothing is stored.
    """
    wanted = checked_name(name)
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        parent = _department(session, organisation_id, parent_id)
        _check_place(session, parent, wanted, height=1)
        made = Department(organisation_id=organisation_id, parent_id=parent.id, name=wanted)
        session.add(made)
        session.flush()
        record(session, "department.add", made, now=now, by=staff.user_id)
        return made.id


def rename_department(
    database: Database, organisation_id: int, staff: Staff, department_id: int, *, name: str, now: datetime
) -> None:
    """Another name. Errors as add_department; the root is named by the organisation."""
    wanted = checked_name(name)
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        found = _below_root(session, organisation_id, department_id)
        _check_place(session, session.get_one(Department, found.parent_id), wanted, height=1, but=found.id)
        found.name = wanted
        record(session, "department.rename", found, now=now, by=staff.user_id)


def move_department(
    database: Database,
    organisation_id: int,
    staff: Staff,
    department_id: int,
    *,
    parent_id: int,
    now: datetime,
) -> None:
    """Hang a department, with everything and everybody below it, elsewhere. Errors as add_department."""
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        found = _below_root(session, organisation_id, department_id)
        parent = _department(session, organisation_id, parent_id)
        branches = {one.department_id: one for one in _branches(session, organisation_id)}
        here = branches[found.id]
        inside = [one for one in branches.values() if one.path[: len(here.path)] == here.path]
        if any(one.department_id == parent.id for one in inside):
            raise TreeRefused(Refused.INTO_ITSELF)
        height = 1 + max(one.depth for one in inside) - here.depth
        _check_place(session, parent, found.name, height=height, but=found.id)
        found.parent_id = parent.id
        record(session, "department.move", found, now=now, by=staff.user_id)


def remove_department(
    database: Database, organisation_id: int, staff: Staff, department_id: int, *, now: datetime
) -> None:
    """Remove a department and those below it; only where nobody is and nothing hangs on them.

    Raises:
        NotVisible: no such organisation or department for this person.
        TreeRefused: it is the root, there are people in it, somebody reads from it, or something is recorded.
    """
    try:
        with database.write() as session:
            staff_organisation(session, organisation_id, staff)
            found = _below_root(session, organisation_id, department_id)
            branches = list(_branches(session, organisation_id))
            here = next(one for one in branches if one.department_id == found.id)
            if here.people or here.below:
                raise TreeRefused(Refused.PEOPLE)
            inside = [one for one in branches if one.path[: len(here.path)] == here.path]
            ids = [one.department_id for one in inside]
            if session.scalar(select(Membership.id).where(Membership.department_id.in_(ids)).limit(1)):
                raise TreeRefused(Refused.READERS)
            record(session, "department.remove", found, now=now, by=staff.user_id)
            for one in sorted(inside, key=lambda one: -one.depth):
                session.delete(session.get_one(Department, one.department_id))
                session.flush()
    except IntegrityError as error:
        raise TreeRefused(Refused.RECORDS) from error


def _branches(session: Session, organisation_id: int) -> Iterator[Branch]:
    departments = session.scalars(select(Department).where(Department.organisation_id == organisation_id))
    below: dict[int | None, list[Department]] = {}
    for department in sorted(departments, key=lambda one: (one.name.casefold(), one.name)):
        below.setdefault(department.parent_id, []).append(department)
    people = Counter[int]()
    counted = (
        select(Person.department_id, func.count())
        .where(Person.organisation_id == organisation_id)
        .group_by(Person.department_id)
    )
    for number, in_it in session.execute(counted):
        people[number] = in_it

    def inside(one: Department) -> int:
        return people[one.id] + sum(inside(child) for child in below.get(one.id, ()))

    def walk(one: Department, above: tuple[str, ...]) -> Iterator[Branch]:
        children = below.get(one.id, [])
        path = (*above, one.name)
        yield Branch(
            department_id=one.id,
            parent_id=one.parent_id,
            name=one.name,
            path=path,
            depth=len(above),
            people=people[one.id],
            below=inside(one) - people[one.id],
            children=len(children),
        )
        for child in children:
            yield from walk(child, path)

    for root in below.get(None, ()):
        yield from walk(root, ())


def _department(session: Session, organisation_id: int, department_id: int) -> Department:
    found = session.get(Department, department_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotVisible(f"there is no department {department_id} in this organisation")
    return found


def _below_root(session: Session, organisation_id: int, department_id: int) -> Department:
    found = _department(session, organisation_id, department_id)
    if found.parent_id is None:
        raise TreeRefused(Refused.THE_ROOT)
    return found


def _check_place(
    session: Session, parent: Department, name: str, *, height: int, but: int | None = None
) -> None:
    """Whether a department of this name, so many levels high, may hang below that parent."""
    siblings = session.execute(
        select(Department.id, Department.name).where(Department.parent_id == parent.id)
    )
    if any(other != but and taken.casefold() == name.casefold() for other, taken in siblings):
        raise TreeRefused(Refused.NAME_TAKEN)
    depth, above = 1, parent
    while above.parent_id is not None:
        above, depth = session.get_one(Department, above.parent_id), depth + 1
    if depth + height > DEEPEST:
        raise TreeRefused(Refused.TOO_DEEP)
