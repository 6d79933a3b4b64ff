"""What may be shown of the structure of the questionnaire: the methods appendix (method 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.estimable import NotEstimable
from scoring.structure_findings import FindingKind
from scoring.vocabulary import Leg

NumberRule = Literal[
    "permutation, components",
    "permutation, factors",
    "normal theory, components",
    "normal theory, factors",
    "map",
    "scree",
    "eigenvalues above one",
]


@dataclass(frozen=True, slots=True)
class Sphericity:
    """Bartlett's test: chi-square in whole numbers, p with three decimals."""

    chi_square: int
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class ShownEigenvalue:
    """A component of the scree: its eigenvalue, and the one that chance stays below; two decimals.

    by_chance: the 95th percentile of answers shuffled within each item (parallel analysis).
    """

    observed: float
    by_chance: float


@dataclass(frozen=True, slots=True)
class LegReliability:
    """Alpha with its 95 % interval, and omega of one factor, two decimals."""

    alpha: float | NotEstimable
    low: float | None
    high: float | None
    omega: float | NotEstimable


@dataclass(frozen=True, slots=True)
class GeneralFactor:
    """How much of all answers is one general factor, two decimals."""

    omega_total: float
    omega_hierarchical: float
    ecv: float


@dataclass(frozen=True, slots=True)
class AddedValue:
    """PRMSE of a leg by itself and by the total; added: the leg tells more than the total does."""

    leg: float
    total: float
    added: bool


@dataclass(frozen=True, slots=True)
class ThreeFactors:
    """Three factors, minres and oblimin, two decimals.

    loadings: item -> F1, F2, F3. phi: F1 with F2, F1 with F3, F2 with F3. congruence: of each leg with
    the factor that resembles it most; .85 is fair.
    """

    loadings: Mapping[str, tuple[float, ...]]
    phi: tuple[float, ...]
    congruence: Mapping[Leg, float]


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding about the structure with its figures (two decimals) and what follows from it."""

    kind: FindingKind
    about: str
    figures: Mapping[str, float]
    consequence: str


@dataclass(frozen=True, slots=True)
class ShownStructure:
    """Reliability and factors of the items of all staff.

    left_out: items with too few answers, or without information of their own.
    number_of_factors: of every rule side by side, for they rarely agree. eigenvalues: of the scree,
    largest first; empty where parallel analysis was not possible. htmt: of "D-R", "D-B", "R-B", two
    decimals; below .85 two legs are told apart well. Both are empty in older ledgers.
    """

    left_out: tuple[str, ...]
    reliability: Mapping[Leg, LegReliability]
    kmo: float | NotEstimable
    bartlett: Sphericity | NotEstimable
    number_of_factors: Mapping[NumberRule, int | NotEstimable] | NotEstimable
    general_factor: GeneralFactor | NotEstimable
    three_factors: ThreeFactors | NotEstimable
    added_value: Mapping[Leg, AddedValue | NotEstimable] | NotEstimable
    findings: tuple[ShownFinding, ...]
    eigenvalues: tuple[ShownEigenvalue, ...] = ()
    htmt: Mapping[str, float] | NotEstimable = field(default_factory=dict)
