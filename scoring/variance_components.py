"""How reliably the means of groups tell groups apart, from moments alone (method 3.7, 3.10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class VarianceComponents:
    """One-way analysis of variance of q quantities over groups of unequal size.

    between, within: q mean squares (points squared). size: n0, the group size that stands for the
    unequal ones.
    """

    between: Floats
    within: Floats
    size: float

    @property
    def icc2(self) -> Floats:
        """Reliability of the group means, 0 to 1: (MSB - MSW) / MSB; negative becomes 0 (Bliese 2000)."""
        spread = np.where(self.between > 0, self.between, 1.0)
        reliability: Floats = np.where(self.between > 0, (self.between - self.within) / spread, 0.0)
        return reliability.clip(0.0)


def variance_components(
    n: NDArray[np.int64], mean: Floats, scatter: Floats
) -> VarianceComponents | NotEstimable:
    """Mean squares between and within groups.

    n: K group sizes. mean: K x q. scatter: K x q, sums of squared deviations from the group's own mean.
    MSB = sum n (m_u - m)^2 / (K - 1), MSW = sum scatter / (N - K), n0 = (N - sum n^2 / N) / (K - 1).
    Groups of nobody are left out.

    >>> two = variance_components(np.array([2, 2]), np.array([[0.0], [10.0]]), np.array([[2.0], [2.0]]))
    >>> two.between, two.within, two.icc2
    (array([100.]), array([2.]), array([0.98]))
    """
    held = n > 0
    sizes, means = n[held].astype(np.float64), mean[held]
    groups, people = len(sizes), float(sizes.sum())
    if groups < 2:
        return NotEstimable("differences between departments need at least two of them")
    if people <= groups:
        return NotEstimable("every department holds one answer, so nothing is known of its spread")
    grand = sizes @ means / people
    between = sizes @ (means - grand) ** 2 / (groups - 1)
    within = scatter[held].sum(axis=0) / (people - groups)
    return VarianceComponents(between, within, float((people - sizes @ sizes / people) / (groups - 1)))
