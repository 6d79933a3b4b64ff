"""A ledger as an XLSX workbook: real numbers, frozen headings, nothing that is computed on opening."""

from __future__ import annotations

import io
from typing import Any, Final

import xlsxwriter

from coherence.reports.files.long_table import Scale
from coherence.reports.files.sheets import Sheet, Value
from coherence.reports.files.spreadsheet_text import reads_as_formula
from coherence.reports.files.workbook_sheets import workbook_sheets
from coherence.reports.texts import ENGLISH
from scoring.released import Ledger

NUMBER_FORMATS: Final[dict[Scale, str]] = {
    "points": '+0;"−"0;0',
    "percent": '0" %"',
    "degrees": "0.0°",
    "steps": '+0.00;"−"0.00;0.00',
    "people": "#,##0",
    "index": '0.00#;"−"0.00#;0.00',
    "number": '0.##;"−"0.##;0',
    "": "General",
}

LONGEST_NAME: Final = 31
"""Of a sheet, in characters."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def workbook(ledger: Ledger, language: str = ENGLISH) -> bytes:
    """The workbook of a ledger, as bytes of an .xlsx file."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheets = workbook_sheets(ledger, language)
        title = " ".join((*ledger.root, ledger.wave))
        book.set_properties({"title": title, "comments": sheets[0].columns[0].name})
        formats = _Formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:LONGEST_NAME]), sheet, formats)
    return file.getvalue()


class _Formats:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"valign": "top"})
        # Shown as text and kept as text, also when somebody edits the cell.
        self.quoted = book.add_format({"valign": "top", "quote_prefix": True, "num_format": "@"})
        self.numbers = {
            scale: book.add_format({"num_format": shown, "valign": "top"})
            for scale, shown in NUMBER_FORMATS.items()
        }


def _write(page: Any, sheet: Sheet, formats: _Formats) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.name, formats.heading)
    for line, row in enumerate(sheet.rows, 1):
        scale = sheet.scales[line - 1] if sheet.scales else None
        for place, value in enumerate(row):
            _write_cell(page, (line, place), value, scale or sheet.columns[place].scale, formats)
    page.freeze_panes(1, sheet.fixed)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, at: tuple[int, int], value: Value, scale: Scale, formats: _Formats) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(*at, value, formats.quoted if reads_as_formula(value) else formats.text)
    else:
        page.write_number(*at, value, formats.numbers[scale])
