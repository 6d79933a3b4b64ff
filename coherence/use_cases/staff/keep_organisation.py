"""Organisations: which ones a person works for, a new one, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF, NotVisible
from coherence.errors import CoherenceError
from coherence.store import (
    Database,
    Department,
    Membership,
    Organisation,
    Person,
    Role,
    Wave,
    WaveState,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.staff.department_names import checked_name
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from survey_forms.questionnaire import default_questionnaire

GENERAL: Final = ""
"""The sector of an organisation that gets the general wording."""


class NameTaken(CoherenceError):
    """Another organisation has this name."""


class NoLanguage(CoherenceError):
    """An organisation must be asked in at least one language that the questionnaire has."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation with what is in it.

    open_waves: surveys that take answers now. unfinished: number and name of those not published yet.
    """

    organisation_id: int
    organisation: str
    sector: str
    languages: tuple[str, ...]
    departments: int
    people: int
    waves: int
    open_waves: int
    unfinished: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What a person decides about an organisation. sector: a code of the questionnaire, or GENERAL."""

    name: str
    sector: str
    languages: tuple[str, ...]


def own_organisations(database: Database, staff: Staff) -> list[Standing]:
    """Every organisation in which the person is consultant or HR, by name."""
    with database.read() as session:
        firms = session.scalars(
            select(Organisation).where(Organisation.id.in_(staff.rights.organisations(STAFF)))
        )
        return [_standing(session, firm) for firm in sorted(firms, key=lambda firm: firm.name.casefold())]


def standing(database: Database, organisation_id: int, staff: Staff) -> Standing:
    """One organisation.

    Raises:
        NotVisible: there is none of this number for this person.
    """
    with database.read() as session:
        return _standing(session, staff_organisation(session, organisation_id, staff))


def create_organisation(database: Database, staff: Staff, details: Details, *, now: datetime) -> int:
    """Make an organisation with its root department; whoever makes it becomes its consultant.

    Raises:
        NotVisible: the person is consultant nowhere.
        BadDepartmentName, NameTaken, NoLanguage: nothing is stored.
    """
    if not staff.rights.organisations((Role.CONSULTANT,)):
        raise NotVisible("only consultants make organisations")
    with database.write() as session:
        wanted = _checked(session, details, present=None)
        firm = Organisation(
            name=wanted.name, sector=wanted.sector, languages=list(wanted.languages), created_at=now
        )
        session.add(firm)
        session.flush()
        session.add(Department(organisation_id=firm.id, parent_id=None, name=firm.name))
        session.add(Membership(user_id=staff.user_id, organisation_id=firm.id, role=Role.CONSULTANT))
        record(session, "organisation.create", firm, now=now, by=staff.user_id)
        return firm.id


def change_organisation(
    database: Database, organisation_id: int, staff: Staff, details: Details, *, now: datetime
) -> None:
    """Change name, sector and languages; the root department is called like the organisation.

    A survey that is open keeps its own frozen names and wordings.

    Raises:
        NotVisible: there is no such organisation for this person.
        BadDepartmentName, NameTaken, NoLanguage: nothing is stored.
    """
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        wanted = _checked(session, details, present=firm)
        root = session.scalars(
            select(Department).where(Department.organisation_id == firm.id, Department.parent_id.is_(None))
        ).one()
        root.name = firm.name = wanted.name
        firm.sector, firm.languages = wanted.sector, list(wanted.languages)
        record(session, "organisation.change", firm, now=now, by=staff.user_id)


def languages_on_offer(held: Sequence[str] = ()) -> tuple[str, ...]:
    """Languages that the questionnaire can be asked in, and those that the organisation has already."""
    offered = default_questionnaire().languages
    return (*offered, *(language for language in held if language not in offered))


def _checked(session: Session, details: Details, present: Organisation | None) -> Details:
    name = checked_name(details.name)
    taken = session.scalar(select(Organisation.id).where(Organisation.name == name))
    if taken is not None and (present is None or taken != present.id):
        raise NameTaken("another organisation has this name; add the place, for instance")
    known = languages_on_offer(present.languages if present else ())
    languages = tuple(language for language in details.languages if language in known)
    if not languages:
        raise NoLanguage("choose at least one language")
    sector = details.sector if details.sector in default_questionnaire().sectors else GENERAL
    return Details(name, sector, languages)


def _standing(session: Session, firm: Organisation) -> Standing:
    def count(of: type[Department] | type[Person] | type[Wave], *conditions: object) -> int:
        query = select(func.count()).select_from(of).where(of.organisation_id == firm.id, *conditions)  # type: ignore[arg-type]
        return session.scalars(query).one()

    unfinished = session.execute(
        select(Wave.id, Wave.name)
        .where(Wave.organisation_id == firm.id, Wave.state != WaveState.PUBLISHED)
        .order_by(Wave.id.desc())
    )
    return Standing(
        organisation_id=firm.id,
        organisation=firm.name,
        sector=firm.sector,
        languages=tuple(firm.languages),
        departments=max(0, count(Department) - 1),
        people=count(Person),
        waves=count(Wave),
        open_waves=count(Wave, Wave.state == WaveState.OPEN),
        unfinished=tuple((number, name) for number, name in unfinished),
    )
