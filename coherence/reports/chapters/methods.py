"""The methods appendix and the limits: for readers who want to check."""

from __future__ import annotations

from coherence.reports.chapters.frame import place as place_of
from coherence.reports.chapters.group_methods import group_methods
from coherence.reports.chapters.limits import limits
from coherence.reports.chapters.loadings import loadings
from coherence.reports.chapters.measurement import measurement
from coherence.reports.document import Chapter
from coherence.reports.wording import Wording
from scoring.estimable import NotEstimable
from scoring.released import Ledger


def methods_chapters(ledger: Ledger, wording: Wording) -> tuple[Chapter, ...]:
    """Measurement, three factors, groups, limits; what the ledger does not hold is left out."""
    place = place_of(ledger)
    chapters: list[Chapter] = []
    findings = ledger.findings
    if findings is not None and findings.structure is not None:
        chapters.append(measurement(findings.structure, findings.unreliable, place, wording))
        if not isinstance(findings.structure.three_factors, NotEstimable):
            chapters.append(loadings(findings.structure.three_factors, place, wording))
    if findings is not None:
        chapters.append(group_methods(ledger, findings, place, wording))
    chapters.append(limits(place))
    return tuple(chapters)
