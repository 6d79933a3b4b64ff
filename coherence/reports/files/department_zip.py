"""The reports of all departments as one ZIP, with a table of contents."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coherence.reports.chapters.department_report import department_reports as documents
from coherence.reports.files.spreadsheet_text import guarded
from coherence.reports.pdf import write_pdf
from coherence.reports.texts import ENGLISH
from scoring.answers import Path as DepartmentPath
from scoring.released import Ledger

CONTENTS: Final = "contents.csv"
LONGEST_NAME: Final = 60
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")


def department_reports(
    ledger: Ledger,
    language: str = ENGLISH,
    *,
    out: Path,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Write one PDF for each department that may be shown into OUT, whole or not at all; gives how many.

    The file is its owner's alone. contents.csv in it tells which report is about which department.
    tell: is given how many are done, and of how many, after each.
    """
    departments = len(ledger.departments)
    unfinished = out.with_name(f"{out.name}.part")
    unfinished.unlink(missing_ok=True)  # what an interrupted one has left
    contents = [("file", "department")]
    try:
        with (
            os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle,
            tempfile.TemporaryDirectory() as folder,
        ):
            report = Path(folder, "report.pdf")
            for number, (unit, document) in enumerate(documents(ledger, language), 1):
                write_pdf(document, report)
                name = file_name(number, unit)
                bundle.write(report, name)
                contents.append((name, guarded(" / ".join(unit))))
                tell(number, departments)
            bundle.writestr(CONTENTS, _table(contents), zipfile.ZIP_DEFLATED)
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)
    return departments


def file_name(number: int, unit: DepartmentPath) -> str:
    """A name that every system takes, and that no two departments share.

    >>> file_name(7, ("Acme", "Sales", "Łódź / Nord*"))
    '007-Sales-Lodz-Nord.pdf'
    >>> file_name(8, ("Acme", "Отдел"))
    '008.pdf'
    """
    words = unicodedata.normalize("NFKD", " ".join(unit[1:]).translate(_LETTERS))
    ascii_only = words.encode("ascii", "ignore").decode()
    plain = _UNSAFE.sub("-", ascii_only).strip("-")[:LONGEST_NAME].rstrip("-")
    return f"{number:03}{'-' if plain else ''}{plain}.pdf"


_LETTERS: Final = str.maketrans({"Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "ß": "ss"})
"""Letters that have no plain letter inside them."""


def _table(rows: list[tuple[str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")
