"""Rows of what changed since an earlier wave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coherence.reports.files.long_table import Row
from coherence.reports.texts import _
from coherence.reports.wording import Wording
from scoring.answers import Path
from scoring.estimable import NotEstimable
from scoring.released_change import CellChange, ReleasedChange, WaveChange
from scoring.vocabulary import Leg


@dataclass(frozen=True, slots=True)
class ChangeRows:
    """Makes the rows of a change between two waves."""

    words: Wording

    def all(self, change: WaveChange, organisation: Path) -> Iterator[Row]:
        """What it is measured against, then every cell."""
        root = " / ".join(organisation)
        yield Row("change", root, "", "change.earlier", _("Earlier survey"), text=change.earlier)
        yield Row(
            "change",
            root,
            "",
            "change.covered",
            _("Share of the earlier survey that can be compared"),
            value=change.covered,
            scale="percent",
            note=change.not_comparable,
        )
        for cell in change.cells:
            yield from self._cell(cell)

    def _cell(self, cell: CellChange) -> Iterator[Row]:
        if isinstance(cell.scores, NotEstimable):
            yield self._row(cell, "change", _("Change"), note=cell.scores.reason)
            return
        for quantity, found in cell.scores.items():
            name = _("Service level") if quantity == "seat" else self.words.words.legs[Leg(quantity)]
            yield from self._change(cell, quantity, name, found)
        for facet, part in cell.facets.items():
            yield from self._change(cell, facet, self.words.facets[facet], part.change)

    def _change(self, cell: CellChange, code: str, name: str, found: ReleasedChange) -> Iterator[Row]:
        yield self._row(
            cell,
            f"change.{code}",
            _("{score}, change").format(score=name),
            value=found.value,
            low=found.low,
            high=found.high,
            text=found.verdict,
        )
        named = _("{score}, printed score less the earlier one").format(score=name)
        yield self._row(cell, f"change.{code}.plain", named, value=found.plain)
        if (drawn := found.shrunken) is not None:
            named = _("{score}, change drawn towards the mean").format(score=name)
            yield self._row(
                cell, f"change.{code}.shrunken", named, value=drawn.value, low=drawn.low, high=drawn.high
            )

    def _row(self, cell: CellChange, measure: str, name: str, **figures: Any) -> Row:
        return Row(
            "change",
            unit=" / ".join(cell.unit),
            level=self.words.levels[cell.level],
            measure=measure,
            name=name,
            scale="points",
            **figures,
        )
