"""What may be shown: the released cells of one wave, and nothing else.

Page, PDF, files and API read only a Ledger (docs/confidentiality.md, 5). Every number in it is
already rounded, clipped or banded as it will be printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.answers import Path
from scoring.released_change import WaveChange
from scoring.released_diagnosis import FactAnswer, OrganisationFindings, UnitDiagnosis
from scoring.released_figures import Comparison, Estimate, FinerFigures, Gap, Quantity, Shift
from scoring.released_questions import OwnQuestion, ReleasedQuestion
from scoring.vocabulary import CellLevel, Form, Leg

__all__ = [
    "Estimate",
    "Ledger",
    "ReleasedCell",
    "ReleasedFacet",
    "ReleasedItem",
    "ReleasedLabel",
    "Response",
    "Size",
    "Stool",
    "Verdict",
]

Verdict = Literal["stable", "leaning", "falling", "cannot be said"]
Size = Literal["small", "banded", "exact"]
"""small: 5 to 9 people, or a board of 3 or 4 that agreed; banded: 10 or more, but a part of it is small;
exact: n is printed."""
Response = Literal["usual", "indicative", "low", "withheld"]
"""usual: half or more answered; indicative: under half; low: under 30 %; withheld: n is not printed."""


@dataclass(frozen=True, slots=True)
class Stool:
    """Balance of the three legs (method 3.8).

    tilt: degrees, noise removed, one decimal. imbalance: root mean square difference of two legs,
    noise removed, points. stability: 100 level, 0 on the floor. toward: the short legs that the
    verdict names, lowest first; empty unless leaning or falling. All None where there are no intervals.
    """

    tilt: float | None
    imbalance: int | None
    stability: int | None
    verdict: Verdict | None
    toward: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleasedLabel:
    """A label: the smallest group that anything is computed from, with the atoms merged into it."""

    key: str
    unit: Path
    level: str
    atoms: tuple[tuple[Path, str], ...]
    n_band: str


@dataclass(frozen=True, slots=True)
class ReleasedFacet:
    """A facet of a cell; members differ from the cell's own where the finer tier merged further."""

    estimate: Estimate
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleasedItem:
    """An item of a cell of ten people or more.

    estimate: points after reversal, so that high is good. shares: of the answers 1 to 5 as they were
    given, percent in steps of 5. members: the labels of those who answered it.
    """

    estimate: Estimate
    shares: tuple[int, int, int, int, int]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One cell of the publication: a union of labels.

    n, invited: None where a size may not be printed; invited is rounded to 10 in a banded cell.
    response_percent: whole percent of an exact cell, steps of 5 % of a banded one, None of a small one.
    gaps: "D-R", "D-B" (the say-do gap), "R-B". one_to_one: 100 (B + 200) / (D + 200), percent.
    imputed: legs with gaps in answers filled, where that moves them by more than 5 points.
    comparison: of departments' staff. finer: from ten people on. diagnosis: of staff cells from ten on.
    items: in the order of the questionnaire, from ten answers on; absent where all gave one end answer.
    own_questions: outside the scores, from ten answers on; absent where all gave the same.
    board_consent: the column of a board of fewer than k people, every member of which agreed to it. It
    holds legs, seat and stool, and is compared with nothing.
    """

    unit: Path
    level: CellLevel
    members: tuple[str, ...]
    size: Size
    n: int | None
    n_band: str
    invited: int | None
    response: Response
    legs: Mapping[Leg, Estimate]
    seat: Estimate
    stool: Stool
    facets: Mapping[str, ReleasedFacet] = field(default_factory=dict)
    response_percent: int | None = None
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    one_to_one: int | None = None
    shift: Shift | None = None
    imputed: Mapping[Leg, int] = field(default_factory=dict)
    comparison: Mapping[Quantity, Comparison] = field(default_factory=dict)
    finer: FinerFigures | None = None
    diagnosis: UnitDiagnosis | None = None
    items: Mapping[str, ReleasedItem] = field(default_factory=dict)
    own_questions: Mapping[str, ReleasedQuestion] = field(default_factory=dict)
    board_consent: bool = False

    @property
    def name(self) -> str:
        """The department's own name."""
        return self.unit[-1]

    @property
    def label_sets(self) -> tuple[tuple[str, ...], ...]:
        """The labels that each figure of the cell unites, for the audit before publishing."""
        finer = () if self.finer is None else self.finer.label_sets
        items = {item.members for item in self.items.values()}
        items |= {question.members for question in self.own_questions.values()}
        return (self.members, *(facet.members for facet in self.facets.values()), *finer, *sorted(items))


@dataclass(frozen=True, slots=True)
class Ledger:
    """All released cells of one wave, the organisation first, then departments by path.

    moved_up: how many of the invited count only at a higher unit than their own, in steps.
    careless: how many answers were left out as careless, in steps ("0", "1-4", "5-9", ...).
    sector: code of the questionnaire's sector variant, empty for the general wording.
    careless_moves_seat: leaving careless answers out moves the organisation's seat by more than 5 points.
    facts: answers of the sponsor's fact sheet as given (M01 to M16, C01 to C05). findings: of the
    organisation as a whole; None where nothing is released, and in ledgers written before they existed.
    change: since an earlier wave; None without one. own_questions: what was asked outside the scores, in its
    order, by the codes that the cells use.
    """

    wave: str
    k: int
    form: Form
    labels: tuple[ReleasedLabel, ...]
    cells: tuple[ReleasedCell, ...]
    moved_up: str
    careless: str
    sector: str = ""
    careless_moves_seat: bool = False
    facts: Mapping[str, FactAnswer] = field(default_factory=dict)
    findings: OrganisationFindings | None = None
    change: WaveChange | None = None
    own_questions: Mapping[str, OwnQuestion] = field(default_factory=dict)

    def cell(self, unit: Path, level: CellLevel) -> ReleasedCell | None:
        """The cell of a unit and level, or None where nothing is released."""
        return next((cell for cell in self.cells if cell.unit == unit and cell.level == level), None)

    @property
    def board_consent(self) -> bool:
        """Whether a board of fewer than k people is shown, as each of its members agreed."""
        return any(cell.board_consent for cell in self.cells)

    @property
    def root(self) -> Path:
        """Path of the organisation itself; empty where nothing could be released."""
        return self.cells[0].unit[:1] if self.cells else ()

    @property
    def departments(self) -> tuple[ReleasedCell, ...]:
        """The headline cell (staff) of every department below the root that may be shown."""
        return tuple(cell for cell in self.cells if cell.level == "staff" and len(cell.unit) > 1)
