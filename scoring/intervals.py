"""Scores of cells with honest uncertainty: post-stratified means, moderated variances (method 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.moments import PRIOR_WEIGHT, Floats, Moments
from scoring.vocabulary import HIGHEST, LOWEST

LEG_RELIABILITY: Final = 0.85
SEAT_RELIABILITY: Final = 0.90
"""Share of a person score's variance that is true, for the finite population of the present staff."""


@dataclass(frozen=True, eq=False, slots=True)
class CellMeans:
    """Post-stratified means of q quantities in C cells, and of c contrasts of them.

    mean: C x q. covariance: C x q x q, of these means. value, error, df: C x c, the contrasts with
    their standard errors and Satterthwaite degrees of freedom (n + 7 for a single stratum).
    """

    mean: Floats
    covariance: Floats
    value: Floats
    error: Floats
    df: Floats

    @property
    def low(self) -> Floats:
        """Lower end of the 95 % intervals, cut to the scale."""
        low: Floats = np.maximum(LOWEST, self.value - self._half)
        return low

    @property
    def high(self) -> Floats:
        """Upper end of the 95 % intervals, cut to the scale."""
        high: Floats = np.minimum(HIGHEST, self.value + self._half)
        return high

    @property
    def _half(self) -> Floats:
        half: Floats = special.stdtrit(self.df, 0.975) * self.error
        return half


def cell_means(
    moments: Moments,
    invited: NDArray[np.int64] | Floats,
    pool: Floats,
    cells: Sequence[Sequence[int]],
    contrasts: Floats,
    *,
    reliability: float | None = None,
) -> CellMeans:
    """Means of cells over their strata, each weighted by its head count (Holt & Smith 1979).

    moments: of the strata (labels). invited: their head counts N. pool: q x q covariance of persons
    that the strata's own are drawn towards. cells: rows of the strata in each cell, none of them empty.
    contrasts: c x q. reliability: None for the lasting condition (no finite-population correction);
    otherwise the people who work here now: s^2 / n * (1 - n / N * reliability) in each stratum, since
    only the true part of the variance shrinks with the share that answered.
    """
    rows = np.fromiter(chain.from_iterable(cells), dtype=np.int64)
    starts = np.cumsum([0, *(len(cell) for cell in cells)])[:-1]

    def over_strata(values: Floats) -> Floats:
        added: Floats = np.add.reduceat(values, starts, axis=0)
        return added

    head = invited[rows].astype(np.float64)
    weight = head / np.repeat(over_strata(head), np.diff([*starts, len(rows)]))
    n = moments.n[rows].astype(np.float64)
    freedom = n + PRIOR_WEIGHT - 1
    share = weight**2 / n
    if reliability is not None:
        share = share * (1 - n / head * reliability)
    part = share[:, None, None] * moments.moderated(pool)[rows]
    mean = over_strata(weight[:, None] * moments.mean[rows])
    covariance = over_strata(part)
    variance = np.einsum("ci,gij,cj->gc", contrasts, covariance, contrasts).clip(0)
    squared = np.einsum("ci,gij,cj->gc", contrasts, part, contrasts) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        df = variance**2 / over_strata(squared / freedom[:, None])
    df = np.where(variance > 0, df, over_strata(freedom)[:, None])
    return CellMeans(mean, covariance, mean @ contrasts.T, np.sqrt(variance), df)
