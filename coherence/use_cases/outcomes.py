"""Outcomes of departments by other sources: read from a file, kept by organisation, read for a wave."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from coherence.errors import CoherenceError
from coherence.store import Database, Organisation, Outcome, WaveUnit
from coherence.use_cases.audit_log import record
from coherence.use_cases.organisations import department_ids, read_department
from coherence.use_cases.staff.sheets import Sheet
from coherence.use_cases.tables import Problems, Table, fits, open_table, positions
from scoring.answers import Path as Department
from scoring.outcomes import LIMITS, OutcomeKind, OutcomeValue, period_end

MOST_ROWS: Final = 5000
"""Rows of an uploaded file: of 400 departments a year of months."""

NO_VALUE: Final = frozenset({"", "NA", "N/A", "-"})
_PERCENT: Final = (OutcomeKind.MYSTERY_SHOPPING, OutcomeKind.RETENTION)
_TWO_MEANINGS: Final = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")
"""1,234: a thousand, or one and a bit."""

_FIRST_DAY: Final = re.compile(r"(\d{4}-\d{2})-01(T00:00:00)?")
"""What spreadsheets make of a month that is typed as 2026-09."""


class UnknownDepartments(CoherenceError):
    """Outcomes name departments that the organisation does not have."""


def read_outcomes(path: Path, departments: Collection[Department], root: str) -> tuple[OutcomeValue, ...]:
    """Outcomes from CSV: department, period, and a column for each kind; empty cells are no value.

    Columns: department (path with "/", with or without the organisation in front), period (2026,
    2026-Q3 or 2026-09), then one or more of mystery_shopping, recommendation_index,
    satisfaction_index, retention, complaints, sales_index, employee_satisfaction.

    Raises:
        BadTable: every fault with row and column.
    """
    table = open_table(path)
    return _read(table, table.rows(), departments, root)


def outcomes_in(
    sheet: Sheet, file: str, departments: Collection[Department], root: str
) -> tuple[OutcomeValue, ...]:
    """The same from an uploaded CSV or XLSX of this name. Errors as above."""
    return _read(Table(Path(file), sheet.columns, ","), sheet.rows, departments, root)


def _read(
    table: Table,
    rows: Iterable[tuple[int, Sequence[str]]],
    departments: Collection[Department],
    root: str,
) -> tuple[OutcomeValue, ...]:
    problems = Problems(table.path.name)
    columns = _columns(table, problems)
    kinds = [kind for kind in OutcomeKind if kind in columns]
    known = frozenset(departments)
    found: list[OutcomeValue] = []
    stands: dict[tuple[Department, str], int] = {}
    for row, cells in rows:
        if not any(cell.strip() for cell in cells) or not fits(table, row, cells, problems):
            continue
        period = _period(cells[columns["period"]], row, problems)
        values = {kind: _value(cells[columns[kind]], kind, row, problems) for kind in kinds}
        unit = read_department(cells[columns["department"]], root)
        if unit is None or unit not in known:
            problems.add(row, "department", f"'{cells[columns['department']]}' is not a department of {root}")
            continue
        first = stands.setdefault((unit, period), row)
        if first != row:
            where = f"{'/'.join(unit)}, {period}"
            problems.add(row, "period", f"{where} stands here a second time, first in row {first}")
        found += [OutcomeValue(unit, period, kind, x) for kind, x in values.items() if x is not None]
    _check_shares(found, problems)
    if not found and not problems.found:
        problems.add(None, None, "there are no outcomes below the header")
    problems.refuse()
    return tuple(found)


def save_outcomes(
    database: Database,
    organisation_id: int,
    outcomes: Sequence[OutcomeValue],
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Keep outcomes; one that is already there for the department, period and kind is replaced.

    They count in the publications that follow; a published wave stays as it is.

    Raises:
        UnknownDepartments: a department that the organisation does not have; nothing is stored.
        ValueError: a value outside its limits, or a period that is none.
    """
    for one in outcomes:
        _checked(one)
    with database.write() as session:
        ids = department_ids(session, organisation_id)
        unknown = sorted({"/".join(one.unit) for one in outcomes if one.unit not in ids})
        if unknown:
            raise UnknownDepartments(f"there are no such departments: {', '.join(unknown)}")
        rows = {
            (row.department_id, row.period, row.kind): row
            for row in session.scalars(select(Outcome).where(Outcome.organisation_id == organisation_id))
        }
        for one in outcomes:
            key = ids[one.unit], one.period, one.kind
            row = rows.get(key)
            if row is None:
                rows[key] = row = Outcome(
                    department_id=key[0], period=key[1], kind=key[2], organisation_id=organisation_id
                )
                session.add(row)
            row.value, row.entered_by, row.entered_at = one.value, by, now
        firm = session.get_one(Organisation, organisation_id)
        record(session, "outcomes.save", firm, now=now, by=by, values=len(outcomes))


def remove_outcomes(
    database: Database,
    organisation_id: int,
    keys: Collection[tuple[Department, str, OutcomeKind]],
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Take outcomes back: department, period and kind of each; those that are not there are passed over."""
    with database.write() as session:
        ids = department_ids(session, organisation_id)
        gone = [(ids[unit], period, kind) for unit, period, kind in keys if unit in ids]
        session.execute(
            delete(Outcome).where(tuple_(Outcome.department_id, Outcome.period, Outcome.kind).in_(gone))
        )
        firm = session.get_one(Organisation, organisation_id)
        record(session, "outcomes.remove", firm, now=now, by=by, values=len(gone))


def outcomes_of(session: Session, organisation_id: int) -> tuple[OutcomeValue, ...]:
    """Everything kept of an organisation under the present paths of its departments, oldest first."""
    paths = {number: path for path, number in department_ids(session, organisation_id).items()}
    rows = session.scalars(select(Outcome).where(Outcome.organisation_id == organisation_id)).all()
    return _sorted([OutcomeValue(paths[row.department_id], row.period, row.kind, row.value) for row in rows])


def outcomes_for_wave(session: Session, wave_id: int, organisation_id: int) -> tuple[OutcomeValue, ...]:
    """The same under the paths that the departments had when the wave opened; new ones are left out."""
    units = session.scalars(select(WaveUnit).where(WaveUnit.wave_id == wave_id)).all()
    paths = {unit.department_id: unit.unit for unit in units if unit.department_id is not None}
    rows = session.scalars(select(Outcome).where(Outcome.organisation_id == organisation_id)).all()
    return _sorted(
        [
            OutcomeValue(paths[row.department_id], row.period, row.kind, row.value)
            for row in rows
            if row.department_id in paths
        ]
    )


def _sorted(outcomes: list[OutcomeValue]) -> tuple[OutcomeValue, ...]:
    kinds = list(OutcomeKind)
    return tuple(
        sorted(outcomes, key=lambda one: (period_end(one.period) or (0, 0), one.unit, kinds.index(one.kind)))
    )


def _checked(one: OutcomeValue) -> None:
    low, high = LIMITS[one.kind]
    if period_end(one.period) is None:
        raise ValueError(f"'{one.period}' is no period; write 2026, 2026-Q3 or 2026-09")
    if not (math.isfinite(one.value) and low <= one.value <= high):
        raise ValueError(f"{one.kind} of {'/'.join(one.unit)} is {one.value:g}; {_allowed(one.kind)}")


def _allowed(kind: OutcomeKind) -> str:
    low, high = LIMITS[kind]
    return f"allowed: {low:g} or more" if math.isinf(high) else f"allowed: {low:g} to {high:g}"


def _columns(table: Table, problems: Problems) -> dict[str, int]:
    columns = positions(table, problems, required=("department", "period"), optional=OutcomeKind)
    if not set(OutcomeKind) & columns.keys():
        problems.add(1, None, f"no column holds outcomes; they are {', '.join(OutcomeKind)}")
    problems.refuse()
    return columns


def _period(cell: str, row: int, problems: Problems) -> str:
    written = cell.strip().upper()
    first_day = _FIRST_DAY.fullmatch(written)
    period = first_day[1] if first_day else written
    if period_end(period) is None:
        problems.add(row, "period", f"'{cell}' is no period; write 2026, 2026-Q3 or 2026-09")
    return period


def _value(cell: str, kind: OutcomeKind, row: int, problems: Problems) -> float | None:
    text = cell.strip().removesuffix("%").strip().replace("−", "-")
    if text.upper() in NO_VALUE:
        return None
    if _TWO_MEANINGS.fullmatch(text):
        problems.add(row, kind, f"'{cell}' can be read in two ways; write it without the comma")
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        problems.add(row, kind, f"'{cell}' is not a number; leave the cell empty where there is none")
        return None
    low, high = LIMITS[kind]
    if not (math.isfinite(value) and low <= value <= high):
        problems.add(row, kind, f"'{cell}' cannot be; {_allowed(kind)}")
    return value


def _check_shares(found: Sequence[OutcomeValue], problems: Problems) -> None:
    """A workbook shows 0.815 as 81.5 % and stores 0.815: nobody can mean that of a whole column."""
    for kind in _PERCENT:
        values = [one.value for one in found if one.kind is kind]
        if values and max(values) < 1 and any(values):
            problems.add(None, kind, "every value is below 1; write percent as 81.5, not as 0.815")
