"""The reports of all departments in one ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pypdf
import pytest
from fixtures_ledgers import a_cell, a_ledger, a_small_cell

from coherence.reports.files.department_zip import department_reports, file_name
from coherence.use_cases.export_results import NoDepartments, write_file


def test_every_department_has_a_report_that_the_table_of_contents_names(tmp_path: Path) -> None:
    ledger = a_ledger(
        a_cell("Acme", level="all"),
        a_cell("Acme"),
        a_small_cell("Acme", "=Sales/../../etc"),
        a_cell("Acme", "CON"),
        a_cell("Acme", "Отдел"),
    )
    told: list[tuple[int, int]] = []
    out = tmp_path / "departments.zip"
    assert department_reports(ledger, out=out, tell=lambda done, of: told.append((done, of))) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    with zipfile.ZipFile(out) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == ["001-Sales-etc.pdf", "002-CON.pdf", "003.pdf", "contents.csv"]
        text = bundle.read("contents.csv").decode("utf-8-sig")
        pages = [pypdf.PdfReader(io.BytesIO(bundle.read(name))).pages for name in bundle.namelist()[:-1]]
    assert [row[1] for row in csv.reader(io.StringIO(text))] == [
        "department", "Acme / =Sales/../../etc", "Acme / CON", "Acme / Отдел",
    ]  # fmt: skip
    assert "Отдел" in pages[2][0].extract_text()
    assert list(tmp_path.iterdir()) == [out]


def test_names_are_unique_short_and_plain() -> None:
    names = [file_name(number, ("Acme", "Ünïcode " * 40)) for number in (1, 2)]
    assert len(set(names)) == 2
    assert all(name.isascii() and len(name) < 80 and set(name) <= set(names[0] + "2") for name in names)


def test_a_zip_is_whole_or_not_there(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        department_reports(a_ledger(), out=tmp_path / "departments.zip", tell=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_zip_of_no_departments_is_refused(tmp_path: Path) -> None:
    ledger = a_ledger(a_cell("Acme", level="all"), a_cell("Acme"))
    with pytest.raises(NoDepartments, match="no department has enough answers"):
        write_file(ledger, "zip", tmp_path / "departments.zip")
