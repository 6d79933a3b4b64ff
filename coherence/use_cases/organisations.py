"""A firm and its departments, from a list of paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import Database, Department, Organisation, stored_tree
from coherence.use_cases.audit_log import record
from coherence.use_cases.tables import Problems, open_table, split_department
from scoring.answers import Path as DepartmentPath


class NoSuchOrganisation(CoherenceError):
    """There is no organisation of this name."""


@dataclass(frozen=True, slots=True)
class ImportedOrganisation:
    """What an import of departments did."""

    organisation_id: int
    departments: int
    added: int


def import_organisation(
    database: Database,
    departments: Path | None,
    *,
    name: str,
    sector: str = "",
    languages: Sequence[str] = ("en",),
    now: datetime,
) -> ImportedOrganisation:
    """Make an organisation, or add departments to it, from a CSV with the column department.

    Paths are written with "/", with or without the organisation's name in front. Departments that are
    already there stay as they are. Without a file the organisation is made alone, for its departments
    to be given in the browser.

    Raises:
        BadTable: every fault with row and column; nothing is stored.
    """
    paths = [] if departments is None else _read_paths(departments, name)
    with database.write() as session:
        organisation = session.scalar(select(Organisation).where(Organisation.name == name))
        if organisation is None:
            organisation = Organisation(name=name, sector=sector, languages=list(languages), created_at=now)
            session.add(organisation)
            session.flush()
            session.add(Department(organisation_id=organisation.id, parent_id=None, name=name))
            session.flush()
        known = department_ids(session, organisation.id)
        before = len(known)
        for path in _with_parents(paths):
            if path not in known:
                added = Department(organisation_id=organisation.id, parent_id=known[path[:-1]], name=path[-1])
                session.add(added)
                session.flush()
                known[path] = added.id
        record(
            session,
            "organisation.import",
            organisation,
            now=now,
            by=None,
            departments=len(known),
            added=len(known) - before,
        )
        return ImportedOrganisation(organisation.id, len(known), len(known) - before)


def organisation_named(session: Session, name: str) -> Organisation:
    """The organisation of a name.

    Raises:
        NoSuchOrganisation: there is none; the message lists those that are there.
    """
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        known = sorted(session.scalars(select(Organisation.name)))
        there = f"there are: {', '.join(known)}" if known else "make it with 'coherence org create'"
        raise NoSuchOrganisation(f"there is no organisation “{name}”; {there}")
    return found


def department_ids(session: Session, organisation_id: int) -> dict[DepartmentPath, int]:
    """The stored id of every department by its path from the root."""
    stored = stored_tree(session, organisation_id)
    return dict(zip(stored.tree.paths, stored.department_ids, strict=True))


def read_department(written: str, root: str) -> DepartmentPath | None:
    """A path as a person writes it, with the root in front; None where a part is empty.

    >>> read_department("Sales / North", "Acme"), read_department("Acme/Sales", "Acme")
    (('Acme', 'Sales', 'North'), ('Acme', 'Sales'))
    """
    parts = split_department(written)
    if parts is None:
        return None
    return parts if parts[:1] == (root,) else (root, *parts)


def below_root(path: Sequence[str]) -> str:
    """A department's path as people read it where the organisation is said already; the root by its name.

    >>> below_root(("Acme", "Sales", "North")), below_root(("Acme",))
    ('Sales / North', 'Acme')
    """
    return " / ".join(path[1:] or path)


def _with_parents(paths: Sequence[DepartmentPath]) -> list[DepartmentPath]:
    """Every department below the root that the paths name, parents first."""
    every = {path[:depth] for path in paths for depth in range(2, len(path) + 1)}
    return sorted(every, key=lambda path: (len(path), path))


def _read_paths(file: Path, root: str) -> list[DepartmentPath]:
    table = open_table(file)
    problems = Problems(file.name)
    column = {name.lower(): position for position, name in enumerate(table.columns)}.get("department")
    if column is None:
        problems.add(1, "department", "this column is missing")
        problems.refuse()
    paths = []
    for row, cells in table.rows():
        written = cells[column] if column is not None and column < len(cells) else ""
        path = read_department(written, root)
        if path is None:
            problems.add(row, "department", f"'{written}' has an empty part between two '/'")
        elif any(len(part) > 200 for part in path):
            problems.add(row, "department", "a name is longer than 200 characters")
        else:
            paths.append(path)
    problems.refuse()
    return paths
