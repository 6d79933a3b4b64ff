"""A difference of two scores with its error: interval, test, equivalence (method 3.9, 3.11)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from scipy import special

from scoring.multiplicity import holm

GapClass = Literal["pronounced", "visible", "not visible"]

VISIBLE: Final = 25.0
PRONOUNCED: Final = 40.0
PRONOUNCED_MARGIN: Final = 15.0
"""Points; judgement (method 3.9)."""

WIDEST: Final = 400.0
"""Two scores cannot lie further apart."""

_SUMS: Final = 1e-9
"""What sums of floats may lack: a gap of 40 points may come out as 39.99999999999999."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference in points, its standard error, and the degrees of freedom of its t."""

    value: float
    error: float
    df: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return max(-WIDEST, self.value - self._half(0.975))

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return min(WIDEST, self.value + self._half(0.975))

    @property
    def p(self) -> float:
        """Two-sided p of no difference."""
        if self.error == 0:
            return 1.0 if self.value == 0 else 0.0
        return float(2 * special.stdtr(self.df, -abs(self.value) / self.error))

    def reaches(self, points: float) -> bool:
        """Whether the difference is that large, to either side."""
        return abs(self.value) >= points - _SUMS

    def within(self, tolerance: float) -> bool:
        """Whether the 90 % interval lies inside +-tolerance (equivalence; Schuirmann 1987)."""
        return abs(self.value) + self._half(0.95) < tolerance

    @property
    def gap_class(self) -> GapClass:
        """How large a gap is, chance allowed for.

        pronounced: 40 points or more and the whole interval beyond 15 on its side. visible: 25 or
        more and the interval does not hold 0.

        >>> Difference(45, 10, 30).gap_class, Difference(45, 20, 30).gap_class
        ('pronounced', 'visible')
        """
        near = self.low if self.value > 0 else -self.high
        if self.reaches(PRONOUNCED) and near > PRONOUNCED_MARGIN:
            return "pronounced"
        return "visible" if self.reaches(VISIBLE) and near > 0 else "not visible"

    def _half(self, quantile: float) -> float:
        return float(special.stdtrit(self.df, quantile)) * self.error


@dataclass(frozen=True, slots=True)
class Score:
    """One side of a difference: points, variance of the mean (points squared), its degrees of freedom."""

    value: float
    variance: float
    df: float


def difference(one: Score, other: Score) -> Difference:
    """How far one score lies above another, the two being independent.

    df = (V1 + V2)^2 / (V1^2 / df1 + V2^2 / df2) (Satterthwaite 1946).

    >>> difference(Score(50, 4, 10), Score(20, 4, 10))
    Difference(value=30, error=2.8284271247461903, df=20.0)
    """
    variance = one.variance + other.variance
    if variance == 0:
        return Difference(one.value - other.value, 0.0, one.df + other.df)
    df = variance**2 / (one.variance**2 / one.df + other.variance**2 / other.df)
    return Difference(one.value - other.value, math.sqrt(variance), df)


def adjusted_by_holm(family: Sequence[Difference]) -> tuple[float, ...]:
    """Adjusted p of one family, such as the legs and the seat of one contrast (method 3.12)."""
    return tuple(float(p) for p in holm([one.p for one in family]))
