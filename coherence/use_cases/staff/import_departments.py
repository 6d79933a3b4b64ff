"""Import the department tree from an uploaded list: upload, look at what would be new, take it or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF
from coherence.errors import CoherenceError
from coherence.store import Database, ImportKind, Organisation, stored_tree
from coherence.use_cases.audit_log import record
from coherence.use_cases.organisations import read_department
from coherence.use_cases.staff.list_words import matched_columns
from coherence.use_cases.staff.make_departments import make_departments
from coherence.use_cases.staff.pending_lists import PendingList, forget_list, keep_list, pending_list
from coherence.use_cases.staff.roster_list import (
    DEEPEST,
    LONGEST_DEPARTMENT,
    Fault,
    Wrong,
    folded_path,
    has_hidden,
)
from coherence.use_cases.staff.sheets import Sheet, read_sheet
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from scoring.answers import Path

MOST_DEPARTMENTS: Final = 20_000
"""Rows of a list of departments."""


class NoDepartmentColumn(CoherenceError):
    """No column of the list is called department; a list of one column needs no particular name."""


@dataclass(frozen=True, slots=True)
class TreePlan:
    """What a list would add. present: named in the list and there already. Nothing is ever removed.

    not_listed: departments that the list does not name; they stay.
    """

    organisation: str
    file: str
    new: tuple[Path, ...]
    present: int
    not_listed: tuple[Path, ...]
    faults: tuple[Fault, ...]


def upload_departments(
    database: Database, organisation_id: int, staff: Staff, *, file: str, content: bytes, now: datetime
) -> None:
    """Read a CSV or XLSX with a column of department paths and keep it for the preview.

    Raises:
        NotVisible: there is no such organisation for this person.
        UnreadableFile, NoDepartmentColumn: nothing is kept.
    """
    staff.rights.require(STAFF, organisation_id)
    sheet = read_sheet(content, most_rows=MOST_DEPARTMENTS)
    only = 0 if len(sheet.columns) == 1 else None
    column = matched_columns(sheet.columns).get("department", only)
    if column is None:
        raise NoDepartmentColumn("no column of the list is called department")
    width = len(sheet.columns)
    rows = tuple((number, (cells[column], *cells[width:])) for number, cells in sheet.rows)
    paths = Sheet((sheet.columns[column],), rows)
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        uploaded = PendingList(file, paths, {})
        keep_list(session, staff, firm.id, ImportKind.DEPARTMENTS, uploaded, now=now)


def tree_plan(database: Database, organisation_id: int, staff: Staff, *, now: datetime) -> TreePlan:
    """What the waiting list would add.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
    """
    with database.read() as session:
        firm = staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.DEPARTMENTS, now=now)
        return _plan(session, firm, pending)


def take_departments(database: Database, organisation_id: int, staff: Staff, *, now: datetime) -> int:
    """Add what is new, from good rows, and forget the list; says how many. Errors as tree_plan."""
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.DEPARTMENTS, now=now)
        added = make_departments(session, firm.id, _plan(session, firm, pending).new)
        forget_list(session, staff, organisation_id, ImportKind.DEPARTMENTS)
        record(session, "organisation.import", firm, now=now, by=staff.user_id, added=added)
        return added


def drop_departments(database: Database, organisation_id: int, staff: Staff) -> None:
    """Throw the waiting list away."""
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        forget_list(session, staff, organisation_id, ImportKind.DEPARTMENTS)


def _plan(session: Session, firm: Organisation, pending: PendingList) -> TreePlan:
    known = {folded_path(path): path for path in stored_tree(session, firm.id).tree.paths}
    root = next(iter(known.values()))[0]
    wanted, faults = dict[Path, Path](), list[Fault]()
    for number, (written, *beyond) in pending.sheet.rows:
        path = read_department(written, root)
        wrong = Wrong.TOO_MANY_CELLS if beyond else _wrong(written, path)
        if path is None or wrong is not None:
            faults.append(Fault(number, "department", wrong or Wrong.EMPTY_PART, written[:120]))
            continue
        for depth in range(1, len(path) + 1):
            wanted.setdefault(folded_path(path[:depth]), path[:depth])
    new = sorted(path for folded, path in wanted.items() if folded not in known)
    return TreePlan(
        organisation=firm.name,
        file=pending.file,
        new=tuple(new),
        present=sum(folded in known for folded in wanted if len(folded) > 1),
        not_listed=tuple(
            sorted(path for folded, path in known.items() if folded not in wanted and len(path) > 1)
        ),
        faults=tuple(faults),
    )


def _wrong(written: str, path: Path | None) -> Wrong | None:
    if has_hidden(written):
        return Wrong.CONTROL_CHARACTER
    if written.startswith("="):
        return Wrong.FORMULA
    if path is not None and len(path) > DEEPEST:
        return Wrong.TOO_DEEP
    if path is not None and any(len(part) > LONGEST_DEPARTMENT for part in path):
        return Wrong.TOO_LONG
    return None
