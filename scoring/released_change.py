"""What may be shown of the change since an earlier wave (method 3.11; confidentiality 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.answers import Path
from scoring.estimable import NotEstimable
from scoring.released_figures import Estimate, Quantity
from scoring.vocabulary import CellLevel

ChangeClass = Literal["real", "no relevant change", "not known"]
"""real: p < .05 and as large as matters; no relevant change: surely too small to matter."""


@dataclass(frozen=True, slots=True)
class ReleasedChange:
    """A change in whole points: later minus earlier, both weighted to the earlier head counts.

    low, high: 95 % interval of `value`, not adjusted. plain: the later printed score less the earlier
    one. verdict: after adjustment over its family. shrunken: drawn towards the mean change of the
    departments, on which their verdict rests; from ten people and eight groups on.
    """

    value: int
    low: int
    high: int
    plain: int
    verdict: ChangeClass
    shrunken: Estimate | None = None


@dataclass(frozen=True, slots=True)
class FacetChange:
    """Change of a facet; before, after: the labels of the two waves that it covers."""

    change: ReleasedChange
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """Change of one cell: a released cell like any other.

    before, after: the labels of the earlier and of this wave that it covers, none where it is not
    comparable. facets: of the staff of the organisation.
    """

    unit: Path
    level: CellLevel
    before: tuple[str, ...]
    after: tuple[str, ...]
    scores: Mapping[Quantity, ReleasedChange] | NotEstimable
    facets: Mapping[str, FacetChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaveChange:
    """What changed since an earlier wave: the organisation, its levels, departments' staff.

    earlier: name of that wave. covered: percent of its head count that can be compared.
    not_comparable: why nothing can be; empty otherwise.
    """

    earlier: str
    covered: int
    cells: tuple[CellChange, ...]
    not_comparable: str = ""

    def cell(self, unit: Path, level: CellLevel) -> CellChange | None:
        """The change of a unit and level, or None where it is not shown."""
        return next((cell for cell in self.cells if cell.unit == unit and cell.level == level), None)
