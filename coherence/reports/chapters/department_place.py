"""What stands above the pages of a department."""

from __future__ import annotations

from coherence.reports.chapters.surroundings import Surroundings
from coherence.reports.texts import _
from scoring.released import ReleasedCell


def department_place(cell: ReleasedCell, around: Surroundings) -> str:
    """The department's path, the survey, and whose answers the pages are about."""
    return _("{path}, {survey}. Front line and support").format(
        path=" / ".join(cell.unit), survey=around.wave
    )
