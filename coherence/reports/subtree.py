"""The report that a reader of some departments may see: their own, with the organisation for reference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from coherence.reports.document import Document
from coherence.reports.organisation import organisation_report
from scoring.answers import Path
from scoring.released import Ledger

WHOLE_ORGANISATION = frozenset({"organisation", "facets"})
"""Chapters that only those who may read the whole organisation get."""


def subtree_report(ledger: Ledger, tops: Collection[Path], language: str) -> Document:
    """The report of everything at or below some departments.

    tops: paths of the departments; the root's means the whole report.
    """
    if ledger.root in tops or not ledger.cells:
        return organisation_report(ledger, language)
    document = organisation_report(within(ledger, tops), language)
    chapters = [chapter for chapter in document.chapters if chapter.ident not in WHOLE_ORGANISATION]
    chapters.sort(key=lambda chapter: chapter.depth == 0 and chapter.ident != "departments")
    return replace(document, chapters=tuple(chapters))


def within(ledger: Ledger, tops: Collection[Path]) -> Ledger:
    """The cells at or below some departments, and the organisation's own staff for reference."""

    def readable(unit: Path) -> bool:
        return any(unit[: len(top)] == top for top in tops)

    cells = tuple(
        cell
        for cell in ledger.cells
        if readable(cell.unit) or (cell.unit == ledger.root and cell.level in ("all", "staff"))
    )
    labels = tuple(label for label in ledger.labels if readable(label.unit))
    return replace(ledger, cells=cells, labels=labels)
