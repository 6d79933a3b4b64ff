"""The long table as CSV."""

from __future__ import annotations

import csv
import io

from coherence.reports.files.ledger_table import ledger_table
from coherence.reports.files.long_table import COLUMNS
from coherence.reports.files.spreadsheet_text import guarded
from coherence.reports.texts import ENGLISH
from scoring.released import Ledger


def csv_file(ledger: Ledger, language: str = ENGLISH, *, mark: bool = True) -> bytes:
    """The ledger as CSV: UTF-8, commas, one row a number, plain numbers, nothing that reads as a formula.

    mark: begin with the byte order mark, by which spreadsheets know UTF-8.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in ledger_table(ledger, language):
        cells = [getattr(row, column) for column in COLUMNS]
        writer.writerow(
            [guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells]
        )
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8")
