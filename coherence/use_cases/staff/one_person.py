"""Add one person to the roster, or change one, by the checks that a whole list goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.accounts.access import NotVisible
from coherence.errors import CoherenceError
from coherence.store import (
    Database,
    Invitation,
    Organisation,
    Person,
    Wave,
    WaveState,
    stored_tree,
)
from coherence.use_cases.audit_log import record
from coherence.use_cases.staff.new_addresses import invite_anew
from coherence.use_cases.staff.roster_comparison import meant, roster_of
from coherence.use_cases.staff.roster_list import (
    FIELDS,
    Fault,
    Listed,
    Surroundings,
    Wrong,
    check_rows,
    folded_path,
)
from coherence.use_cases.staff.sheets import Sheet, cleaned
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation

_THE_ROW = 1


class PersonRefused(CoherenceError):
    """One person cannot be stored like this; nothing is changed. faults: as of a row of a list."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"the person cannot be stored: {', '.join(one.wrong.value for one in faults)}")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A person as typed into a form. language: empty for the organisation's first."""

    department_id: int
    level: str
    language: str
    email: str = field(repr=False)
    reference: str
    name: str


def add_person(
    database: Database, organisation_id: int, staff: Staff, typed: TypedPerson, *, now: datetime
) -> int:
    """Put one person on the roster; gives the number. Into an open survey they come as late joiners.

    Raises:
        NotVisible: no such organisation for this person, or no such department in it.
        PersonRefused: what a list would be refused for, or somebody on the roster is meant.
    """
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff, to_change=True)
        added = Person(organisation_id=firm.id, **_checked(session, firm, typed, None))
        session.add(added)
        session.flush()
        record(session, "roster.add", added, now=now, by=staff.user_id)
        return added.id


def change_person(
    database: Database,
    organisation_id: int,
    staff: Staff,
    person_id: int,
    typed: TypedPerson,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Change one person; gives the open surveys whose invitation has to be sent to a new address.

    In a survey that is open, department and level stay as it was told to everybody. With another address,
    links and slips from before end, as where an undelivered invitation is corrected.

    Raises:
        NotVisible: as add_person, or nobody of this number is on the roster.
        PersonRefused: as add_person; the person's own details are no obstacle.
    """
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff, to_change=True)
        person = session.get(Person, person_id, with_for_update=True)
        if person is None or person.organisation_id != firm.id:
            raise NotVisible("nobody of this number is on the roster")
        wanted = _checked(session, firm, typed, person_id)
        changed = sorted(name for name, value in wanted.items() if getattr(person, name) != value)
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            record(session, "person.change", person, now=now, by=staff.user_id, fields=changed)
        if "email" not in changed:
            return ()
        invite_anew(session, [person_id])
        return _invited_now(session, person_id)


def invited_now(database: Database, organisation_id: int, staff: Staff, person_id: int) -> tuple[str, ...]:
    """Names of the open surveys in which the person is invited, answered or not.

    Raises:
        NotVisible: there is no such organisation for this person.
    """
    with database.read() as session:
        staff_organisation(session, organisation_id, staff)
        return _invited_now(session, person_id)


def _checked(
    session: Session, firm: Organisation, typed: TypedPerson, person_id: int | None
) -> Mapping[str, Any]:
    stored = stored_tree(session, firm.id)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    if typed.department_id not in paths:
        raise NotVisible(f"there is no department {typed.department_id} in this organisation")
    row = _as_row(typed, paths[typed.department_id], tuple(firm.languages))
    on_roster = meant(row, roster_of(session, firm.id, paths))
    others = [one for one, number in on_roster.items() if number != person_id]
    if others:
        raise PersonRefused(tuple(Fault(_THE_ROW, one, Wrong.TWICE, getattr(row, one)) for one in others))
    return {
        "department_id": typed.department_id,
        "level": row.level,
        "language": row.language,
        "email": row.email,
        "reference": row.reference,
        "name": row.name,
    }


def _as_row(typed: TypedPerson, path: tuple[str, ...], languages: tuple[str, ...]) -> Listed:
    values = {
        "department": "/".join(path),
        "level": typed.level,
        "email": typed.email,
        "reference": typed.reference,
        "name": typed.name,
        "language": typed.language,
    }
    sheet = Sheet(FIELDS, ((_THE_ROW, tuple(cleaned(values[name]) for name in FIELDS)),))
    around = Surroundings(path[0], {folded_path(path): path}, languages, add_departments=False)
    (checked,) = check_rows(sheet, {name: at for at, name in enumerate(FIELDS)}, around)
    if not isinstance(checked, Listed):
        raise PersonRefused(checked)
    return checked


def _invited_now(session: Session, person_id: int) -> tuple[str, ...]:
    of_person = (Invitation.person_id == person_id) & (Wave.state == WaveState.OPEN)
    invited = select(Wave.name).join(Invitation, Wave.id == Invitation.wave_id).where(of_person)
    return tuple(session.scalars(invited.order_by(Wave.id)))
