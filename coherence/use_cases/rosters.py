"""The people who will be invited, from a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from coherence.store import Database, Person
from coherence.use_cases.audit_log import record
from coherence.use_cases.organisations import department_ids, organisation_named, read_department
from coherence.use_cases.staff.new_addresses import invite_anew
from coherence.use_cases.tables import Problems, Table, open_table
from scoring.answers import Path as DepartmentPath
from scoring.vocabulary import Level

COLUMNS: Final = ("department", "level", "email", "reference", "name", "language")
_READ: Final = 0.2
"""Share of the time that reading takes; storing takes the rest."""

_ROWS_A_STEP: Final = 1000
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


@dataclass(frozen=True, slots=True)
class ImportedRoster:
    """What an import of people did."""

    people: int
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Row:
    department_id: int
    level: Level
    language: str
    email: str | None
    reference: str | None
    name: str | None


def import_roster(
    database: Database,
    roster: Path,
    *,
    organisation: str,
    now: datetime,
    watch: Callable[[float], None] = lambda share: None,
) -> ImportedRoster:
    """Add the people of a CSV to an organisation's roster, or change those already there.

    Columns: department, level (T, M, F, S); email, reference (the firm's own number) or name, at least
    one of the three in each row; language (empty: the organisation's first). People are found again by
    e-mail, else by reference. All rows are taken or none, also where somebody stops it half-way. In a survey
    that is open, the invitation of somebody with another address has to be sent once more.

    watch: is told the share that is done.

    Raises:
        BadTable: every fault with row and column; nothing is stored.
        NoSuchOrganisation: the message lists those that are there.
    """
    with database.write() as session:
        firm = organisation_named(session, organisation)
        departments = department_ids(session, firm.id)
        rows = _read(roster, firm.name, departments, tuple(firm.languages))
        watch(_READ)
        known = session.scalars(select(Person).where(Person.organisation_id == firm.id)).all()
        by_email = {person.email: person for person in known if person.email}
        by_reference = {person.reference: person for person in known if person.reference}
        added = changed = 0
        readdressed: list[int] = []
        for number, row in enumerate(rows, start=1):
            if number % _ROWS_A_STEP == 0:
                session.flush()
                watch(_READ + (1 - _READ) * number / len(rows))
            person = by_email.get(row.email or "") or by_reference.get(row.reference or "")
            if person is None:
                session.add(Person(organisation_id=firm.id, **_fields(row)))
                added += 1
            elif any(getattr(person, field) != value for field, value in _fields(row).items()):
                if person.email != row.email:
                    readdressed.append(person.id)
                for field, value in _fields(row).items():
                    setattr(person, field, value)
                changed += 1
        invite_anew(session, readdressed)
        record(session, "roster.import", firm, now=now, by=None, added=added, changed=changed)
        return ImportedRoster(len(known) + added, added, changed)


def _fields(row: _Row) -> dict[str, object]:
    return {field: getattr(row, field) for field in _Row.__slots__}


def _read(
    file: Path, root: str, departments: Mapping[DepartmentPath, int], languages: tuple[str, ...]
) -> list[_Row]:
    table = open_table(file)
    problems = Problems(file.name)
    _check_columns(table, problems)
    problems.refuse()
    rows, seen = [], dict[tuple[str, str], int]()
    for number, cells in _named_cells(table, problems):
        before = problems.found
        path = read_department(cells["department"], root)
        department = departments.get(path) if path else None
        language = cells["language"].lower() or languages[0]
        if department is None:
            problems.add(number, "department", f"'{cells['department']}' is no department of {root}")
        if language not in languages:
            known = ", ".join(languages)
            problems.add(number, "language", f"'{language}' is not asked here; known are {known}")
        _check_person(number, cells, seen, problems)
        if problems.found == before and department is not None:
            email, reference, name = (cells[field] or None for field in ("email", "reference", "name"))
            rows.append(_Row(department, Level(cells["level"]), language, email, reference, name))
    if not rows and not problems.found:
        problems.add(None, None, "there is nobody below the header")
    problems.refuse()
    return rows


def _check_columns(table: Table, problems: Problems) -> None:
    names = [column.lower() for column in table.columns]
    for column in names:
        if column not in COLUMNS:
            problems.add(1, column or "(no name)", f"unknown column; known are {', '.join(COLUMNS)}")
    for column in ("department", "level"):
        if column not in names:
            problems.add(1, column, "this column is missing")


def _check_person(
    number: int, cells: Mapping[str, str], seen: dict[tuple[str, str], int], problems: Problems
) -> None:
    """Level, address, and that nobody stands in the file twice."""
    if cells["level"] not in set(Level):
        problems.add(number, "level", f"'{cells['level']}' is not a level; write T, M, F or S")
    if cells["email"] and not _EMAIL.fullmatch(cells["email"]):
        problems.add(number, "email", f"'{cells['email']}' is not an e-mail address")
    if not (cells["email"] or cells["reference"] or cells["name"]):
        problems.add(number, None, "e-mail, reference or name is needed to tell people apart")
    for column in ("email", "reference"):
        value = cells[column]
        first = seen.setdefault((column, value), number)
        if value and first != number:
            problems.add(number, column, f"'{value}' stands in row {first} already")


def _named_cells(table: Table, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    names = [column.lower() for column in table.columns]
    for number, cells in table.rows():
        if len(cells) == len(names):
            found = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
            named = dict.fromkeys(COLUMNS, "") | found
            yield number, named | {"level": named["level"].upper(), "email": named["email"].lower()}
        else:
            problems.add(number, None, f"{len(cells)} cells, but the header has {len(names)} columns")
