"""What employees are told of the results: the organisation's stool and legs, in the words of the report."""

from __future__ import annotations

from coherence.reports import findings
from coherence.reports.document import Block, Heading, Paragraph
from coherence.reports.texts import _, written_in
from coherence.reports.unit_blocks import stool_and_seat
from coherence.reports.wording import wording
from scoring.released import Ledger


def employees_blocks(ledger: Ledger, language: str) -> tuple[Block, ...]:
    """The finding, how many answered, the stool with its seat; why not, where nothing is released."""
    with written_in(language):
        cell = ledger.cell(ledger.root, "all") if ledger.cells else None
        if cell is None:
            return (
                Paragraph(_("Fewer than {k} people answered, so no results are shown.").format(k=ledger.k)),
            )
        words = wording(ledger, language)
        return (
            Heading(findings.headline(cell, words)),
            Paragraph(f"{findings.answered(cell, words)} {findings.scale()}", "quiet"),
            stool_and_seat(cell, words, "employees"),
        )
