"""The report that a reader of some departments may see: their own, with the organisation for reference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from coherence.reports.chapters.comments import Comments
from coherence.reports.cover import AnsweringDays
from coherence.reports.document import Document
from coherence.reports.organisation import NO_COMMENTS, organisation_report
from scoring.answers import Path
from scoring.released import Ledger, ReleasedCell
from scoring.released_diagnosis import OrganisationFindings

OF_DEPARTMENTS: Final = frozenset({"departments", "reading", "limits", "about"})
"""Chapters beside those of departments that everybody gets; all others are about the whole organisation."""


def subtree_report(
    ledger: Ledger,
    tops: Collection[Path],
    language: str,
    *,
    comments: Comments = NO_COMMENTS,
    answering: AnsweringDays | None = None,
) -> Document:
    """The report of everything at or below some departments.

    tops: paths of the departments; the root's means the whole report, the only one with comments and cover.
    """
    if ledger.root in tops or not ledger.cells:
        return organisation_report(ledger, language, comments=comments, answering=answering)
    document = organisation_report(within(ledger, tops), language)
    chapters = [
        chapter for chapter in document.chapters if chapter.depth > 0 or chapter.ident in OF_DEPARTMENTS
    ]
    chapters.sort(key=lambda chapter: chapter.depth == 0 and chapter.ident != "departments")
    return replace(document, chapters=tuple(chapters), cover=None)


def within(ledger: Ledger, tops: Collection[Path]) -> Ledger:
    """The cells at or below some departments, and the organisation's scores for reference.

    Of what is known of the organisation as a whole only that remains which says what may be printed of
    a department.
    """
    if ledger.root in tops or not ledger.cells:
        return ledger

    def readable(unit: Path) -> bool:
        return any(unit[: len(top)] == top for top in tops)

    cells = tuple(
        cell if readable(cell.unit) else _for_reference(cell)
        for cell in ledger.cells
        if readable(cell.unit) or (cell.unit == ledger.root and cell.level in ("all", "staff"))
    )
    labels = tuple(label for label in ledger.labels if readable(label.unit))
    known = ledger.findings
    findings = (
        None
        if known is None
        else OrganisationFindings(structure=known.structure, unreliable=known.unreliable)
    )
    change = ledger.change
    if change is not None:
        change = replace(change, cells=tuple(cell for cell in change.cells if readable(cell.unit)))
    return replace(ledger, cells=cells, labels=labels, findings=findings, change=change)


def taken_away(ledger: Ledger, tops: Collection[Path]) -> Ledger:
    """The same cells as data for files, with nothing known of the organisation as a whole."""
    if ledger.root in tops or not ledger.cells:
        return ledger
    return replace(within(ledger, tops), facts={}, findings=None)


def _for_reference(cell: ReleasedCell) -> ReleasedCell:
    """The organisation's line: its scores, without what was found about it or names other departments."""
    facets = {code: replace(facet, members=()) for code, facet in cell.facets.items()}
    return replace(
        cell,
        members=(),
        facets=facets,
        shift=None,
        imputed={},
        comparison={},
        finer=None,
        diagnosis=None,
        items={},
        own_questions={},
    )
