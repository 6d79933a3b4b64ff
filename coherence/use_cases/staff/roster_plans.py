"""What an uploaded list of people would do to the roster, worked out before it does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from coherence.store import Organisation, Wave, WaveState
from coherence.store.departments import stored_tree
from coherence.use_cases.staff.pending_lists import PendingList
from coherence.use_cases.staff.roster_comparison import Comparison, compare, roster_of
from coherence.use_cases.staff.roster_list import (
    NEEDED,
    Fault,
    Listed,
    Surroundings,
    check_rows,
    folded_path,
)
from coherence.use_cases.staff.sheets import Sheet
from scoring.answers import Path

FAULTS_KEPT: Final = 2000
EXAMPLES: Final = 3
ROWS_A_STEP: Final = 1000
"""Rows that are checked between two looks at how far it is."""


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What a list would do, before it does it.

    columns: of the list, each with what its first rows hold. matching: which column holds which field.
    missing: fields that no column was found for; then nothing was compared. rows, bad_rows: how many.
    faults: at most FAULTS_KEPT. new_departments: made when the list is taken. open_wave: name of a survey
    that is open now.
    """

    organisation: str
    file: str
    columns: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    matching: Mapping[str, int]
    add_departments: bool
    missing: tuple[str, ...]
    rows: int
    bad_rows: int
    faults: tuple[Fault, ...]
    comparison: Comparison
    new_departments: tuple[Path, ...]
    open_wave: str | None

    @property
    def good_rows(self) -> int:
        """How many rows can be taken."""
        return 0 if self.missing else self.rows - self.bad_rows

    @property
    def fingerprint(self) -> str:
        """Tells whether what a person confirms is still what would happen."""
        return self.comparison.fingerprint


@dataclass(frozen=True, slots=True)
class CheckedList:
    """A waiting list, its rows checked against the departments of one moment.

    missing: fields that no column was found for; then no row was checked.
    """

    pending: PendingList
    around: Surroundings
    missing: tuple[str, ...]
    good: tuple[Listed, ...]
    faults: tuple[Fault, ...]


def surroundings(session: Session, firm: Organisation, pending: PendingList) -> Surroundings:
    """What the rows of a list are checked against now."""
    paths = stored_tree(session, firm.id).tree.paths
    return Surroundings(
        root=paths[0][0],
        departments={folded_path(path): path for path in paths},
        languages=tuple(firm.languages),
        add_departments=bool(pending.choices["add_departments"]),
    )


def checked_list(
    pending: PendingList, around: Surroundings, watch: Callable[[int], None] = lambda rows: None
) -> CheckedList:
    """Check every row; no database is needed. watch: is told how many rows are done."""
    matching: dict[str, int] = dict(pending.choices["matching"])
    missing = tuple(field for field in NEEDED if field not in matching)
    good, faults = list[Listed](), list[Fault]()
    rows = () if missing else check_rows(pending.sheet, matching, around)
    for number, checked in enumerate(rows, start=1):
        if isinstance(checked, Listed):
            good.append(checked)
        else:
            faults.extend(checked)
        if number % ROWS_A_STEP == 0:
            watch(number)
    return CheckedList(pending, around, missing, tuple(good), tuple(faults))


def plan_of(session: Session, firm: Organisation, checked: CheckedList) -> RosterPlan:
    """What a checked list would do to the roster as it is now."""
    pending, around = checked.pending, checked.around
    matching: dict[str, int] = dict(pending.choices["matching"])
    stored = stored_tree(session, firm.id)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    bad_numbers = {fault.row for fault in checked.faults}
    known = [] if checked.missing else roster_of(session, firm.id, paths)
    comparison, doubled = compare(checked.good, known, _named(pending.sheet, matching, bad_numbers))
    faults = sorted([*checked.faults, *doubled], key=lambda fault: fault.row)
    taken = [*comparison.joined, *(pair.after for pair in comparison.moved)]
    wave = select(Wave.name).where(Wave.organisation_id == firm.id, Wave.state == WaveState.OPEN)
    return RosterPlan(
        organisation=firm.name,
        file=pending.file,
        columns=pending.sheet.columns,
        examples=tuple(_examples(pending.sheet, at) for at in range(len(pending.sheet.columns))),
        matching=matching,
        add_departments=around.add_departments,
        missing=checked.missing,
        rows=len(pending.sheet.rows),
        bad_rows=len(bad_numbers | {fault.row for fault in doubled}),
        faults=tuple(faults[:FAULTS_KEPT]),
        comparison=comparison,
        new_departments=_unknown({row.path for row in taken}, around),
        open_wave=session.scalar(wave.limit(1)),
    )


def _examples(sheet: Sheet, at: int) -> tuple[str, ...]:
    filled = (cells[at] for _, cells in sheet.rows if cells[at])
    return tuple(cell[:40] for cell in islice(filled, EXAMPLES))


def _named(sheet: Sheet, matching: Mapping[str, int], bad: set[int]) -> frozenset[tuple[str, str]]:
    """Whom bad rows are about: they have not left."""
    as_kept: dict[str, Callable[[str], str]] = {"email": str.lower, "reference": str, "name": str.casefold}
    fields = [(field, matching[field], form) for field, form in as_kept.items() if field in matching]
    rows = [cells for number, cells in sheet.rows if number in bad]
    return frozenset((field, form(cells[at])) for cells in rows for field, at, form in fields if cells[at])


def _unknown(paths: set[Path], around: Surroundings) -> tuple[Path, ...]:
    return tuple(sorted(path for path in paths if folded_path(path) not in around.departments))
