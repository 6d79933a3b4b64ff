"""How well a factor model fits: RMSEA with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import ncx2

CONFIDENCE = 0.90


@dataclass(frozen=True, slots=True)
class Rmsea:
    """Root mean square error of approximation with its 90 % interval."""

    value: float
    lower: float
    upper: float


def noncentrality_interval(statistic: float, df: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Noncentralities under which the statistic stands at either tail; 0 where none is that low.

    Source: Browne & Cudeck (1992), Sociological Methods & Research 21, 230-258.
    """
    tail = (1 - confidence) / 2
    return _noncentrality(statistic, df, 1 - tail), _noncentrality(statistic, df, tail)


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    def excess(noncentrality: float) -> float:
        return float(ncx2.cdf(statistic, df, noncentrality)) - probability

    if statistic <= 0 or excess(0.0) <= 0:
        return 0.0
    # the noncentral variable has mean df + nc and variance 2 (df + 2 nc): ten deviations are enough
    high = statistic + 10 * math.sqrt(2 * (df + 2 * statistic)) + 100
    return float(brentq(excess, 0.0, high, xtol=1e-9, rtol=1e-12))
