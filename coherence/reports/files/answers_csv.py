"""Answers for researchers as CSV, written as the program itself reads answers."""

from __future__ import annotations

import csv
import io

from coherence.reports.files.answers_table import AnswersTable
from coherence.reports.files.spreadsheet_text import guarded
from scoring.answers import DONT_KNOW
from survey_forms.structure import PRIORITIES


def answers_csv(table: AnswersTable) -> bytes:
    """UTF-8, commas: the attribute, then items (1-5, DK or empty), X1, X2 (in words) and X3."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([table.attribute, *table.columns])
    for person, group in enumerate(table.group):
        writer.writerow(
            [
                guarded(table.values[group]),
                *(_written(name, codes[person]) for name, codes in table.columns.items()),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _written(column: str, code: int | None) -> str:
    if code is None:
        return ""
    if column == "X2":
        return PRIORITIES[code]
    return "DK" if code == DONT_KNOW else str(code)
