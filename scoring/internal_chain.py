"""Whether departments that are well served, and well liked, also serve well (method 3.9)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable

FEWEST_DEPARTMENTS: Final = 30

_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r over departments with its 95 % interval (Fisher's z)."""

    r: float
    low: float
    high: float
    departments: int


def internal_chain(
    columns: Mapping[str, NDArray[np.float64]],
) -> dict[tuple[str, str], Correlation | NotEstimable]:
    """Correlation of every pair of columns, such as X3, X1, leg B and an outcome of the firm's own.

    columns: one value a department, parallel; NaN where it has none. Each pair is taken over the
    departments that have both, every department counting once; thirty are needed. Interval:
    tanh(atanh r -+ 1.96 / sqrt(K - 3)).
    """
    return {
        (one, other): _correlation(columns[one], columns[other]) for one, other in combinations(columns, 2)
    }


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> Correlation | NotEstimable:
    both = ~(np.isnan(one) | np.isnan(other))
    departments = int(both.sum())
    if departments < FEWEST_DEPARTMENTS:
        return NotEstimable(f"fewer than {FEWEST_DEPARTMENTS} departments have both values")
    x, y = one[both] - one[both].mean(), other[both] - other[both].mean()
    scale = math.sqrt(float(x @ x) * float(y @ y))
    if scale == 0:
        return NotEstimable("all departments have the same value")
    r = min(1.0, max(-1.0, float(x @ y) / scale))
    if abs(r) == 1:
        return Correlation(r, r, r, departments)
    half = _Z / math.sqrt(departments - 3)
    return Correlation(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), departments)
