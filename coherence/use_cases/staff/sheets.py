"""Lists as people bring them: CSV or XLSX, told apart by what is inside, never by the name."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from coherence.use_cases.staff.unreadable import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    UnreadableFile,
    Why,
)
from coherence.use_cases.staff.workbook_guard import harmless_workbook

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = ",;\t"
_SPACES: Final = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))

Row = tuple[int, tuple[str, ...]]
"""The number of a row as a spreadsheet shows it, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: its columns, and the rows that hold anything, never shorter than the columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(content: bytes, *, fewest_columns: int = 1, most_rows: int = MOST_ROWS) -> Sheet:
    """The first sheet with anything in it. Formulas are never computed: a cell is what was stored last.

    fewest_columns: with fewer, the columns are probably parted by something unusual. most_rows: with more,
    it is another list, or far more than is taken in one go.

    Raises:
        UnreadableFile: why, and how to mend it.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(Why.TOO_LARGE)
    if not content.strip():
        raise UnreadableFile(Why.EMPTY)
    if content.startswith(b"%PDF"):
        raise UnreadableFile(Why.PDF)
    if content.startswith(_OLD_OFFICE):
        raise UnreadableFile(Why.LOCKED_OR_OLD)
    rows = _workbook_rows(content) if content.startswith(b"PK") else _text_rows(content)
    sheet = _sheet(rows, most_rows)
    if len(sheet.columns) < fewest_columns:
        raise UnreadableFile(Why.ONE_COLUMN, sheet.columns[0][:60])
    return sheet


def cleaned(text: str) -> str:
    """Letters in one form, without invisible characters and double spaces.

    >>> cleaned("  Sales\u00a0 North\ufeff ")
    'Sales North'
    """
    if text.isascii() and "  " not in text:  # nearly every cell
        return text.strip()
    if not text.isprintable() or "  " in text or not unicodedata.is_normalized("NFC", text):
        text = _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_INVISIBLE))
    return text.strip()


def _sheet(rows: Iterable[Row], most_rows: int) -> Sheet:
    filled = (row for row in rows if any(row[1]))
    _, header = next(filled, (0, ()))
    width = max((place for place, name in enumerate(header, start=1) if name), default=0)
    columns = header[:width]
    if not columns:
        raise UnreadableFile(Why.NO_HEADER)
    if width > MOST_COLUMNS:
        raise UnreadableFile(Why.TOO_MANY_COLUMNS)
    folded = [name.casefold() for name in columns]
    for name in columns:
        if name and folded.count(name.casefold()) > 1:
            raise UnreadableFile(Why.SAME_COLUMN, name[:60])
    kept: list[Row] = []
    for number, cells in filled:
        if len(kept) == most_rows:
            raise UnreadableFile(Why.TOO_MANY_ROWS, f"{most_rows:,}")
        kept.append((number, _fitted(cells, width)))
    if not kept:
        raise UnreadableFile(Why.NO_ROWS)
    return Sheet(columns, tuple(kept))


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """As long as the header, longer only where something stands beyond it."""
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    return cells + ("",) * (width - len(cells))


def _text_rows(content: bytes) -> Iterator[Row]:
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(Why.NOT_UTF_8 if b"\0" not in content else Why.OTHER_FILE) from error
    if "\0" in text:
        raise UnreadableFile(Why.OTHER_FILE)
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield number, _cleaned_row(cells)
    except csv.Error as error:
        raise UnreadableFile(Why.CELL_TOO_LONG) from error


def _workbook_rows(content: bytes) -> Iterator[Row]:
    harmless = harmless_workbook(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(harmless))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        sheets = (book.get_sheet_by_name(name) for name in shown)
        found = next((sheet for sheet in sheets if sheet.height), None)
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(Why.BROKEN) from error
    if found is None:
        raise UnreadableFile(Why.EMPTY)
    if found.merged_cell_ranges:
        raise UnreadableFile(Why.MERGED, _first_merged(found))
    first = found.start[0] if found.start else 0
    for number, cells in enumerate(found.to_python(skip_empty_area=True), start=first + 1):
        yield number, _cleaned_row([_written(cell) for cell in cells])


def _first_merged(sheet: CalamineSheet) -> str:
    (row, column), _ = (sheet.merged_cell_ranges or [((0, 0), (0, 0))])[0]
    letters = chr(65 + column) if column < 26 else f"{column + 1}"
    return f"{letters}{row + 1}"


def _written(cell: object) -> str:
    """A cell as the spreadsheet shows it: whole numbers without a point.

    >>> _written(17.0), _written(2.5), _written("Sales")
    ('17', '2.5', 'Sales')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _cleaned_row(cells: Sequence[str]) -> tuple[str, ...]:
    for cell in cells:
        if len(cell) > LONGEST_CELL:
            raise UnreadableFile(Why.CELL_TOO_LONG)
    return tuple(map(cleaned, cells))
