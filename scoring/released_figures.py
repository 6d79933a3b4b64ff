"""What may be shown of one cell beside its scores: gaps, comparison, agreement, additional questions.

Every number is rounded, stepped or banded as it will be printed (docs/confidentiality.md, 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from scoring.differences import GapClass
from scoring.estimable import NotEstimable
from scoring.ranking import Standing
from scoring.vocabulary import Leg

Quantity = Literal["D", "R", "B", "seat"]
QUANTITIES: Final[tuple[Quantity, ...]] = ("D", "R", "B", "seat")

AgreementWord = Literal["good agreement", "usual", "divided"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A printed score in whole points with its 95 % interval; no interval where one would mislead."""

    value: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference of two legs in whole points with its 95 % interval (method 3.9)."""

    value: int
    low: int
    high: int
    size: GapClass


@dataclass(frozen=True, slots=True)
class Range:
    """Two ends in whole points."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What the silent could change: the scores if they stood 50 points lower or higher (method 3.6).

    move: whole points. scores: of the three legs and the seat, from printed numbers alone.
    """

    move: int
    scores: Mapping[Quantity, Range]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A department beside the others, on one leg or the seat (method 3.7).

    standing: against the mean of the staff. rank: 1 is highest; None where the means are too
    unreliable to be ordered. shrunken: drawn towards the mean; from ten people and eight groups on.
    """

    standing: Standing
    rank: int | None = None
    shrunken: Estimate | None = None


@dataclass(frozen=True, slots=True)
class StepShare:
    """A share of people in steps of 5 %, with its 95 % interval widened to such steps."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ShownFunnel:
    """Heard, equipped, delivered; through: share of all that every step holds, in steps of 5 %."""

    heard: StepShare | NotEstimable
    equipped: StepShare | NotEstimable
    delivered: StepShare | NotEstimable
    conversion: StepShare | NotEstimable
    through: int | NotEstimable


@dataclass(frozen=True, slots=True)
class LegAgreement:
    """Agreement about a leg (method 3.10), two decimals.

    r_star_wg: Lindell's index, 1 where all agree. ad: mean distance of the answers from the mean of
    their item, answer steps. word: good agreement to .80, divided from .90.
    """

    r_star_wg: float
    ad: float
    word: AgreementWord


@dataclass(frozen=True, slots=True)
class Style:
    """Use of the scale: acquiescence in answer steps (two decimals), share of 1 and 5 in whole percent."""

    acquiescence: float
    extremes: int


@dataclass(frozen=True, slots=True)
class ShownIndex:
    """Recommendation index (eNPS), -100 to 100."""

    estimate: Estimate
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownRating:
    """Mean answer to X3, 0 to 10, one decimal, with its 95 % interval."""

    value: float
    low: float | None
    high: float | None
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownShares:
    """Shares of the answers to X2 in steps of 5 %, in the order of the questionnaire."""

    shares: Mapping[str, int]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FinerFigures:
    """What needs ten people in every part of a cell.

    members: the labels that agreement, funnel and style cover; they differ from the cell's own where
    the finer tier merged further. The additional questions name their own labels.
    """

    members: tuple[str, ...]
    agreement: Mapping[Leg, LegAgreement] = field(default_factory=dict)
    funnel: ShownFunnel | None = None
    style: Style | None = None
    enps: ShownIndex | None = None
    internal_service: ShownRating | None = None
    priorities: ShownShares | None = None

    @property
    def label_sets(self) -> tuple[tuple[str, ...], ...]:
        """The labels of every figure."""
        questions = (self.enps, self.internal_service, self.priorities)
        return (self.members, *(one.members for one in questions if one is not None))
