"""What a department is shown against: its levels, the organisation, the other departments."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coherence.reports.chapters.structure_words import loose_facets
from coherence.reports.wording import Wording
from scoring.answers import Path
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import CellLevel


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that the pages of a department need, looked up once for all of them.

    cells: by unit and level. whole: the organisation's staff. idents: of the chapter of each
    department, in alphabetical order. withheld: facets that are not printed for departments; loose: to
    be read with care there. facts_known: the sponsor filled in the fact sheet.
    """

    wave: str
    k: int
    wording: Wording
    cells: Mapping[tuple[Path, CellLevel], ReleasedCell]
    whole: ReleasedCell | None
    idents: Mapping[Path, str]
    withheld: tuple[str, ...]
    loose: tuple[str, ...]
    facts_known: bool

    def compared_with(self, cell: ReleasedCell) -> ReleasedCell | None:
        """The organisation's staff, where a department may be compared with them.

        Not where it is small, nor where fewer than 30 % answered here or there.
        """
        whole = self.whole
        if whole is None or cell.size == "small" or "low" in (cell.response, whole.response):
            return None
        return whole


def surroundings(ledger: Ledger, wording: Wording) -> Surroundings:
    """The surroundings of all departments of a ledger."""
    cells = {(cell.unit, cell.level): cell for cell in ledger.cells}
    return Surroundings(
        wave=ledger.wave,
        k=ledger.k,
        wording=wording,
        cells=cells,
        whole=cells.get((ledger.root, "staff")),
        idents={
            cell.unit: f"department-{number}"
            for number, cell in enumerate(alphabetical(ledger.departments), 1)
        },
        withheld=() if ledger.findings is None else ledger.findings.unreliable,
        loose=loose_facets(ledger),
        facts_known=bool(ledger.facts),
    )


def alphabetical(cells: Iterable[ReleasedCell]) -> list[ReleasedCell]:
    """Cells by the names on their paths; a parent stands before its departments."""
    return sorted(cells, key=lambda cell: [_collated(name) for name in cell.unit])


def _collated(name: str) -> tuple[str, str]:
    """A key that puts accented letters beside their plain ones."""
    return unicodedata.normalize("NFD", name).casefold(), name
