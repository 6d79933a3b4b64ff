"""What may be shown of the diagnosis: patterns, key areas, recommendations, maturity, level gaps.

Shares of draws, strengths and priorities decide what stands here and are never released themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.conditions import Relation
from scoring.differences import GapClass
from scoring.dont_know import Blindness
from scoring.estimable import NotEstimable
from scoring.patterns import Certainty
from scoring.recommendations import Reason
from scoring.released_figures import Quantity
from scoring.released_structure import ShownStructure
from scoring.setbacks import Relapse, Stuck

FactAnswer = Literal["yes", "partly", "no"]
LevelPair = Literal["T-staff", "T-M", "M-staff"]
Spread = Literal["hardly any", "small", "medium", "large"]
ActBy = Literal["department", "organisation"]


@dataclass(frozen=True, slots=True)
class ShownReading:
    """A score or gap in whole points against a threshold; no interval where it holds top or managers."""

    quantity: str
    value: int
    low: int | None
    high: int | None
    relation: Relation
    threshold: int


@dataclass(frozen=True, slots=True)
class ReleasedPattern:
    """A pattern, how sure it is, what is printed beside it, and its conditions as published."""

    id: str
    certainty: Certainty
    notes: tuple[str, ...]
    readings: tuple[ShownReading, ...]


@dataclass(frozen=True, slots=True)
class ReleasedEvidence:
    """Why a recommendation is given: the rule and the numbers behind it."""

    rule: str
    readings: tuple[ShownReading, ...] = ()
    certainty: Certainty | None = None
    facet: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ReleasedRecommendation:
    """A recommendation by its number in the library, in the order of print."""

    id: str
    reason: Reason
    evidence: tuple[ReleasedEvidence, ...]


@dataclass(frozen=True, slots=True)
class UnitDiagnosis:
    """The diagnosis of a unit: the staff of the organisation or of a department of ten or more.

    patterns: at most three. key_areas: facets, most urgent first, at most five; None where facets were
    not measured (short form). candidates: facets that come close. recommendations: at most five; None
    where no library was given.
    """

    patterns: tuple[ReleasedPattern, ...]
    key_areas: tuple[str, ...] | None = None
    candidates: tuple[str, ...] = ()
    recommendations: tuple[ReleasedRecommendation, ...] | None = None


@dataclass(frozen=True, slots=True)
class LevelGap:
    """How much higher one level stands than another, whole points, 95 % interval (method 3.9).

    differs: p below .05 after Holm over the legs and the seat. left_out: facets that one of the two
    levels is not informed of; both sides are taken without them.
    """

    value: int
    low: int
    high: int
    size: GapClass
    differs: bool
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Echo:
    """Share of each level that names quality of service first, in steps of 5 %, and how far it carries.

    echo: share of the staff / share of the highest level shown, two decimals.
    """

    shares: Mapping[str, int]
    echo: float | NotEstimable


@dataclass(frozen=True, slots=True)
class DepartmentSpread:
    """How far departments differ on a leg or the seat (method 3.10), two decimals.

    icc1: share of a person's score that lies between departments, low and high: its 95 % interval.
    icc2: reliability of department means. size: of icc1. act_by: where to act, if that is clear.
    """

    icc1: float
    low: float
    high: float
    icc2: float
    size: Spread
    act_by: ActBy | None


@dataclass(frozen=True, slots=True)
class ReleasedGate:
    """How the organisation stands at the gate to a level."""

    level: int
    facts_yes: int
    facts_passed: bool
    perceptions_passed: bool
    gap_assessed: bool


@dataclass(frozen=True, slots=True)
class ReleasedMaturity:
    """Maturity (method 4.3): by facts, by perception, and the lower of both.

    secure: False is printed "3 (not yet secure)". perhaps: the next level, "2 (perhaps 3)".
    facts_known: False where no facts were given, so that all of them count as no.
    """

    by_facts: int
    by_perception: int | NotEstimable
    level: int | NotEstimable
    secure: bool
    perhaps: int | None
    remark: Literal["ahead on paper", "good custom, no system"] | None
    gaps_assessed: bool
    facts_known: bool
    gates: tuple[ReleasedGate, ...]


@dataclass(frozen=True, slots=True)
class PercentShare:
    """A share in whole percent with its 90 % interval."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ReleasedImportance:
    """What goes with behaviours, or with an outcome; "associated with", never "causes" (method 5.2).

    tier 0: not estimated, for this reason; every facet counts alike. tier 1: for behaviours, inside
    departments, by facet. tier 2: for an outcome over departments, by leg or (from 100) by facet.
    outcome: code of the outcome of tier 2, else empty.
    """

    tier: int
    reason: str
    shares: Mapping[str, PercentShare]
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedCorrelation:
    """Pearson's r over departments, two decimals, with its 95 % interval; thirty are needed."""

    r: float
    low: float
    high: float
    departments: int


@dataclass(frozen=True, slots=True)
class ReleasedOutcome:
    """An outcome by another source beside the scores of the departments (method 6.5).

    period: the one used. lower_is_better: a negative correlation is good. same_source: told by
    employees again. departments: that have it and are shown, none inside another. correlations: with
    D, R, B, seat, X1, X3.
    """

    period: str
    lower_is_better: bool
    same_source: bool
    departments: int
    correlations: Mapping[str, ReleasedCorrelation | NotEstimable]


@dataclass(frozen=True, slots=True)
class OrganisationFindings:
    """What is known of the organisation as a whole, beside its cells.

    weightings: B (fixed perspectives) and C (equal levels), whole points. blindness, not_informed:
    of top (T) and managers (M). unclear: facets that more than 30 % of the staff could not judge.
    maturity: None where the staff are not shown. stuck: at level 2 only. relapse: from level 3 on.
    internal_chain: "X3-X1", "X3-B", "X1-B" over departments. outcomes: by code, those that were given.
    unreliable: facets whose omega is below .50, so that nothing of them is shown for departments.
    """

    level_gaps: Mapping[LevelPair, Mapping[Quantity, LevelGap]] = field(default_factory=dict)
    weightings: Mapping[Literal["B", "C"], Mapping[Quantity, int]] = field(default_factory=dict)
    blindness: Mapping[str, Blindness] = field(default_factory=dict)
    not_informed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    echo: Echo | None = None
    departments: Mapping[Quantity, DepartmentSpread] | NotEstimable = field(default_factory=dict)
    maturity: ReleasedMaturity | None = None
    stuck: Stuck | None = None
    relapse: Relapse | None = None
    importance: ReleasedImportance | None = None
    structure: ShownStructure | None = None
    internal_chain: Mapping[str, ReleasedCorrelation | NotEstimable] = field(default_factory=dict)
    outcomes: Mapping[str, ReleasedOutcome] = field(default_factory=dict)
    unreliable: tuple[str, ...] = ()
