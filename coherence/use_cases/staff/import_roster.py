"""Import people from an uploaded list: upload, look at what it would change, take it or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from coherence.accounts.access import STAFF
from coherence.errors import CoherenceError
from coherence.store import AuditEntry, Database, ImportKind, Organisation, Person, Wave, WaveState
from coherence.store.departments import stored_tree
from coherence.use_cases.staff.leaving import take_off
from coherence.use_cases.staff.list_words import matched_columns
from coherence.use_cases.staff.make_departments import make_departments
from coherence.use_cases.staff.pending_lists import PendingList, choose, forget_list, keep_list, pending_list
from coherence.use_cases.staff.roster_comparison import Comparison, Pair, compare, roster_of
from coherence.use_cases.staff.roster_list import (
    FIELDS,
    NEEDED,
    Fault,
    Listed,
    Surroundings,
    check_rows,
    folded_path,
)
from coherence.use_cases.staff.sheets import Sheet, read_sheet
from coherence.use_cases.waves.staff_waves import Staff, staff_organisation
from scoring.answers import Path

FAULTS_KEPT: Final = 2000
EXAMPLES: Final = 3


class PlanChanged(CoherenceError):
    """The roster or the list is not as it was shown; what would happen now must be looked at first."""


class NothingGood(CoherenceError):
    """Not one row of the list can be taken."""


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
class TakenRoster:
    """What a list has done."""

    joined: int
    moved: int
    changed: int
    left: int


def upload_roster(
    database: Database, organisation_id: int, staff: Staff, *, file: str, content: bytes, now: datetime
) -> None:
    """Read a CSV or XLSX and keep its cells for the preview. Nothing in the roster changes yet.

    Raises:
        NotVisible: there is no such organisation for this person.
        UnreadableFile: nothing is kept.
    """
    staff.rights.require(STAFF, organisation_id)
    sheet = read_sheet(content, fewest_columns=2)
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        only_root = len(stored_tree(session, firm.id).tree.paths) == 1
        choices = {"matching": matched_columns(sheet.columns), "add_departments": only_root}
        uploaded = PendingList(file, sheet, choices)
        keep_list(session, staff, firm.id, ImportKind.ROSTER, uploaded, now=now)


def correct_columns(
    database: Database,
    organisation_id: int,
    staff: Staff,
    matching: Mapping[str, int],
    *,
    add_departments: bool,
    now: datetime,
) -> None:
    """Say which column holds what; fields and columns that do not exist are passed over.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
    """
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.ROSTER, now=now)
        width = len(pending.sheet.columns)
        kept = {field: at for field, at in matching.items() if field in FIELDS and 0 <= at < width}
        choices = {"matching": kept, "add_departments": add_departments}
        choose(session, staff, organisation_id, ImportKind.ROSTER, choices, now=now)


def roster_plan(database: Database, organisation_id: int, staff: Staff, *, now: datetime) -> RosterPlan:
    """What the waiting list would do. Errors as correct_columns."""
    with database.read() as session:
        firm = staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.ROSTER, now=now)
        return _plan(session, firm, pending)


def take_roster(
    database: Database,
    organisation_id: int,
    staff: Staff,
    *,
    fingerprint: str,
    leavers_go: bool,
    now: datetime,
) -> TakenRoster:
    """Take the good rows, in one transaction, and forget the list.

    fingerprint: of the plan that the person has seen. leavers_go: take those off the roster who are not in
    the list; where a survey is open their invitations go too, but never a ballot.

    Raises:
        NotVisible, NothingPending: there is no such list for this person.
        PlanChanged, NothingGood: nothing is stored.
    """
    with database.write() as session:
        firm = staff_organisation(session, organisation_id, staff)
        pending = pending_list(session, staff, organisation_id, ImportKind.ROSTER, now=now)
        plan = _plan(session, firm, pending)
        if plan.fingerprint != fingerprint:
            raise PlanChanged("the roster has changed meanwhile; please look at the preview once more")
        if plan.good_rows == 0:
            raise NothingGood("not one row of this list can be taken")
        found = plan.comparison
        taken = TakenRoster(
            len(found.joined), len(found.moved), len(found.changed), len(found.left) if leavers_go else 0
        )
        if leavers_go:
            take_off(session, [one.person_id for one in found.left])
        make_departments(session, firm.id, plan.new_departments)
        _store(session, firm.id, found)
        forget_list(session, staff, organisation_id, ImportKind.ROSTER)
        details = {"joined": taken.joined, "moved": taken.moved, "changed": taken.changed, "left": taken.left}
        session.add(
            AuditEntry(
                at=now,
                actor_id=staff.user_id,
                organisation_id=firm.id,
                action="roster.import",
                subject=f"organisation:{firm.id}",
                details=details | {"departments": len(plan.new_departments), "refused": plan.bad_rows},
            )
        )
        return taken


def drop_roster(database: Database, organisation_id: int, staff: Staff) -> None:
    """Throw the waiting list away."""
    with database.write() as session:
        staff_organisation(session, organisation_id, staff)
        forget_list(session, staff, organisation_id, ImportKind.ROSTER)


def _plan(session: Session, firm: Organisation, pending: PendingList) -> RosterPlan:
    stored = stored_tree(session, firm.id)
    matching: dict[str, int] = dict(pending.choices["matching"])
    adding = bool(pending.choices["add_departments"])
    missing = tuple(field for field in NEEDED if field not in matching)
    around = Surroundings(
        root=stored.tree.paths[0][0],
        departments={folded_path(path): path for path in stored.tree.paths},
        languages=tuple(firm.languages),
        add_departments=adding,
    )
    good, faults = list[Listed](), list[Fault]()
    if not missing:
        for checked in check_rows(pending.sheet, matching, around):
            if isinstance(checked, Listed):
                good.append(checked)
            else:
                faults.extend(checked)
    paths = dict(zip(stored.department_ids, stored.tree.paths, strict=True))
    bad_numbers = {fault.row for fault in faults}
    known = [] if missing else roster_of(session, firm.id, paths)
    comparison, doubled = compare(good, known, _named(pending.sheet, matching, bad_numbers))
    faults = sorted([*faults, *doubled], key=lambda fault: fault.row)
    taken = [*comparison.joined, *(pair.after for pair in comparison.moved)]
    wave = select(Wave.name).where(Wave.organisation_id == firm.id, Wave.state == WaveState.OPEN)
    return RosterPlan(
        organisation=firm.name,
        file=pending.file,
        columns=pending.sheet.columns,
        examples=tuple(_examples(pending.sheet, at) for at in range(len(pending.sheet.columns))),
        matching=matching,
        add_departments=adding,
        missing=missing,
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


def _store(session: Session, organisation_id: int, found: Comparison) -> None:
    stored = stored_tree(session, organisation_id)
    ids = {
        folded_path(path): number
        for path, number in zip(stored.tree.paths, stored.department_ids, strict=True)
    }

    def fields(row: Listed) -> dict[str, Any]:
        return {
            "department_id": ids[folded_path(row.path)],
            "level": row.level,
            "language": row.language,
            "email": row.email,
            "reference": row.reference,
            "name": row.name,
        }

    pairs: tuple[Pair, ...] = found.moved + found.changed
    if pairs:
        session.execute(
            update(Person), [{"id": pair.before.person_id, **fields(pair.after)} for pair in pairs]
        )
    if found.joined:
        session.execute(
            insert(Person), [{"organisation_id": organisation_id, **fields(row)} for row in found.joined]
        )
