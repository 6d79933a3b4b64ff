"""The roster as a list of people, to look somebody up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.store import Database, Department, Person, stored_tree
from coherence.use_cases.retention import NotOnTheRoster, erase_person
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from scoring.answers import Path
from scoring.vocabulary import Level

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class OnRoster:
    """Somebody on the roster. Nothing here tells who has answered."""

    person_id: int
    department_id: int
    name: str | None
    email: str | None
    reference: str | None
    path: Path
    level: Level
    language: str

    @property
    def called(self) -> str:
        """The name, else the address, else the firm's own number."""
        return self.name or self.email or self.reference or ""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A part of the roster. people: on the whole roster; found: by the search; page: from 1."""

    people: int
    without_address: int
    found: int
    page: int
    pages: int
    shown: tuple[OnRoster, ...]


def roster_page(
    database: Database, organisation_id: int, staff: Staff, *, search: str = "", page: int = 1
) -> RosterPage:
    """One page of those whose name, address, number or department holds the words searched for.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        here = Person.organisation_id == organisation_id
        wanted = [here, *_matching(search)]
        found = _count(session, *wanted)
        pages = max(1, -(-found // A_PAGE))
        at = min(max(page, 1), pages)
        stored = stored_tree(session, organisation_id)
        paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
        rows = session.scalars(
            select(Person)
            .join(Department, Department.id == Person.department_id)
            .where(*wanted)
            .order_by(func.lower(func.coalesce(Person.name, Person.email, Person.reference)), Person.id)
            .limit(A_PAGE)
            .offset((at - 1) * A_PAGE)
        )
        return RosterPage(
            people=_count(session, here),
            without_address=_count(session, here, Person.email.is_(None)),
            found=found,
            page=at,
            pages=pages,
            shown=tuple(_on_roster(person, paths[person.department_id]) for person in rows),
        )


def person_on_roster(database: Database, organisation_id: int, staff: Staff, person_id: int) -> OnRoster:
    """One person.

    Raises:
        NotVisible: no such organisation for this person, or nobody of this number in it.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        found = session.get(Person, person_id)
        if found is None or found.organisation_id != organisation_id:
            raise NotVisible("nobody of this number is on the roster")
        stored = stored_tree(session, organisation_id)
        paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
        return _on_roster(found, paths[found.department_id])


def erase_from_roster(
    database: Database, organisation_id: int, staff: Staff, person_id: int, *, now: datetime
) -> None:
    """Erase a person; where a survey is open, the invitation goes too, but never a ballot.

    Raises:
        NotVisible: as person_on_roster.
    """
    person_on_roster(database, organisation_id, staff, person_id)
    try:
        erase_person(database, organisation_id, person_id, now=now, actor_id=staff.user_id)
    except NotOnTheRoster as error:
        raise NotVisible("nobody of this number is on the roster") from error


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Every word must stand somewhere, in small letters or not."""
    columns = (Person.name, Person.email, Person.reference, Department.name)

    def stands(word: str) -> ColumnElement[bool]:
        # SQLite knows small letters of the Latin alphabet only, so names are also looked for as written.
        ways = [column.icontains(word, autoescape=True) for column in columns]
        return or_(*ways, *(column.contains(word.capitalize(), autoescape=True) for column in columns))

    return [stands(word) for word in search.split()[:8]]


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count(Person.id)).join(Department, Department.id == Person.department_id)
    return session.scalars(query.where(*conditions)).one()


def _on_roster(person: Person, path: Path) -> OnRoster:
    return OnRoster(
        person_id=person.id,
        department_id=person.department_id,
        name=person.name,
        email=person.email,
        reference=person.reference,
        path=path,
        level=person.level,
        language=person.language,
    )
