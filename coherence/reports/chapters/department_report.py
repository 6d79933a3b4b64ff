"""The report of one department alone: its pages, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from coherence.reports.chapters.departments import chapters_of
from coherence.reports.chapters.surroundings import surroundings
from coherence.reports.document import Document
from coherence.reports.reading_aid import reading_aid
from coherence.reports.texts import ENGLISH, _, written_in
from coherence.reports.wording import wording
from scoring.answers import Path
from scoring.released import Ledger, ReleasedCell


class NoSuchDepartment(LookupError):
    """A department that the ledger does not show, or the organisation itself."""


def department_report(ledger: Ledger, unit: Path, language: str = ENGLISH) -> Document:
    """The report of one department; unit: its path.

    Raises:
        NoSuchDepartment: nothing of it is released, or it is the root.
    """
    cell = ledger.cell(unit, "staff")
    if cell is None or len(unit) < 2:
        raise NoSuchDepartment(f"no department {' / '.join(unit) or '(none)'} is shown in this survey")
    return next(_reports(ledger, (cell,), language))


def department_reports(ledger: Ledger, language: str = ENGLISH) -> Iterator[tuple[Path, Document]]:
    """The reports of all departments that may be shown, by path; what they share is looked up once."""
    cells = ledger.departments
    yield from zip((cell.unit for cell in cells), _reports(ledger, cells, language), strict=True)


def _reports(ledger: Ledger, cells: tuple[ReleasedCell, ...], language: str) -> Iterator[Document]:
    with written_in(language):
        words = wording(ledger, language)
        around = surroundings(ledger, words)
        reading = reading_aid(ledger, words)
        foot = _("Intervals cover chance only, not the views of those who did not answer.")
        page = _("Page {number} of {total}")
    for cell in cells:
        with written_in(language):
            where = _("{department}, {survey}").format(department=cell.name, survey=ledger.wave)
            title = _("{department}: service report").format(department=cell.name)
            pages = chapters_of(cell, around)
            chapters = (*(replace(page, depth=page.depth - 1) for page in pages), reading)
        yield Document(title, language, (where, foot), page, chapters)
