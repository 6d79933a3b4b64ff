"""Reading tables that people bring: CSV in UTF-8 with commas, semicolons or tabulators.

Every fault is named by row and column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

MOST_PROBLEMS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file; row counts from 1 with the header as row 1, None where the whole file is meant."""

    file: str
    row: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.reason}"


class BadTable(Exception):
    """A file cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem], found: int | None = None) -> None:
        self.problems = tuple(problems[:MOST_PROBLEMS_KEPT])
        self.found = len(problems) if found is None else found
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects faults while a file is read, so that a person can mend them all at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.kept: list[Problem] = []
        self.found = 0

    def add(self, row: int | None, column: str | None, reason: str) -> None:
        """Note one more fault."""
        self.found += 1
        if len(self.kept) < MOST_PROBLEMS_KEPT:
            self.kept.append(Problem(self.file, row, column, reason))

    def refuse(self) -> None:
        """Stop here if anything is wrong.

        Raises:
            BadTable: at least one fault was noted.
        """
        if self.found:
            raise BadTable(self.kept, self.found)


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its columns and where to read its rows from."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row numbers (header = 1) and cells; empty lines are passed over."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            next(reader)
            for number, cells in enumerate(reader, start=2):
                if cells:
                    yield number, cells


def open_table(path: Path) -> Table:
    """Check that a file is readable text and find its columns and delimiter.

    Raises:
        BadTable: no such file, not UTF-8, empty, not a table, or a column that stands twice.
    """
    problems = Problems(path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            for _ in iter(lambda: file.read(1 << 20), ""):
                pass
    except FileNotFoundError:
        problems.add(None, None, "there is no such file")
    except IsADirectoryError:
        problems.add(None, None, "this is a folder, not a file")
    except UnicodeDecodeError as error:
        problems.add(None, None, f"not UTF-8 (byte {error.start + 1}); save it as 'CSV UTF-8' and try again")
    problems.refuse()
    if "\0" in head or head.startswith("PK"):
        problems.add(None, None, "this is not a text file; save the table as 'CSV UTF-8' and try again")
        problems.refuse()
    delimiter = max(",;\t", key=head.count)
    columns = tuple(cell.strip() for cell in next(csv.reader([head], delimiter=delimiter), []))
    if not any(columns):
        problems.add(1, None, "the first row must hold the names of the columns")
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        problems.add(1, column or "(no name)", "this column stands more than once")
    problems.refuse()
    return Table(path, columns, delimiter)


def positions(
    table: Table, problems: Problems, *, required: Iterable[str], optional: Iterable[str]
) -> dict[str, int]:
    """Where each known column stands, in any case of letters; unknown and missing ones are noted."""
    required = tuple(required)
    known = {name.lower(): name for name in chain(required, optional)}
    found = {}
    for position, column in enumerate(table.columns):
        if column.lower() in known:
            found[known[column.lower()]] = position
        else:
            problems.add(1, column or "(no name)", "unknown column; take it out or correct its name")
    for name in required:
        if name not in found:
            problems.add(1, name, "this column is missing")
    return found


def fits(table: Table, row: int, cells: Sequence[str], problems: Problems) -> bool:
    """Whether a row has as many cells as there are columns; noted where it has not."""
    if len(cells) == len(table.columns):
        return True
    problems.add(row, None, f"{len(cells)} cells, but the header has {len(table.columns)} columns")
    return False


def split_department(written: str) -> tuple[str, ...] | None:
    """The parts of a department's path as a person writes it; None where one of them is empty.

    >>> split_department(" Sales / North "), split_department(""), split_department("Sales//North")
    (('Sales', 'North'), (), None)
    """
    parts = tuple(part.strip() for part in written.strip().strip("/").split("/"))
    if parts == ("",):
        return ()
    return parts if all(parts) else None
