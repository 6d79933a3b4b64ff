"""Where a long table begins and ends on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from coherence.reports.document import Cell, Chapter, Column, Document, Heading, Paragraph, Table
from coherence.reports.pdf import write_pdf


def pages(folder: Path, *, before: int, rows: int) -> list[str]:
    """The text of each page of a chapter with some lines, then a heading with a table."""
    lines = [Paragraph(f"Line {number}") for number in range(before)]
    table = Table(
        (Column("Name", 0.5), Column("Number", 0.5)),
        tuple((Cell(f"Row {number}"), Cell(str(number))) for number in range(rows)),
    )
    chapter = Chapter("one", "Place", "Title", "", (*lines, Heading("The table"), table), "One")
    file = folder / "report.pdf"
    write_pdf(Document("Title", "en", ("", ""), "{number} of {total}", (chapter,)), file)
    return [page.extract_text() for page in PdfReader(file).pages]


def test_a_long_table_begins_below_its_heading_and_goes_on_overleaf(tmp_path: Path) -> None:
    first, second = pages(tmp_path, before=15, rows=30)
    assert "The table" in first
    assert "Row 3" in first
    assert "Number" in second
    assert "Row 29" in second


@pytest.mark.parametrize(("before", "rows"), [(34, 30), (30, 5)])
def test_a_table_of_which_too_little_would_stay_moves_with_its_heading(
    tmp_path: Path, before: int, rows: int
) -> None:
    first, second, *_rest = pages(tmp_path, before=before, rows=rows)
    assert "The table" not in first
    assert "The table" in second


@pytest.mark.parametrize(("lines", "joined", "count"), [(5, True, 1), (5, False, 2), (35, True, 2)])
def test_a_short_chapter_shares_a_page_where_it_may_and_all_of_it_fits(
    tmp_path: Path, lines: int, joined: bool, count: int
) -> None:
    first = Chapter("one", "Place", "First title", "", (Paragraph("Line"),), "One")
    blocks = tuple(Paragraph(f"Line {number}") for number in range(lines))
    second = Chapter("two", "Place", "Second title", "", blocks, "Two", joined=joined)
    file = tmp_path / "report.pdf"
    write_pdf(Document("Title", "en", ("", ""), "{number} of {total}", (first, second)), file)
    found = [page.extract_text() for page in PdfReader(file).pages]
    assert len(found) == count
    assert "Second title" in found[-1]
    assert f"Line {lines - 1}" in found[-1]
