"""Counts, means and covariances of a group; all that is kept of persons after one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR_WEIGHT: Final = 8
"""nu0 of the moderated variance: what the pool counts for, in degrees of freedom (method 3.6)."""

FEWEST_GROUPS: Final = 4
"""Below this number of staff labels the pool is replaced by prior values."""

PRIOR_LEG_SD: Final = 58.0
PRIOR_LEG_CORRELATION: Final = 0.55
PRIOR_SEAT_SD: Final = 49.0
PRIOR_FACET_SD: Final = 76.0


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Moments of q quantities in each of G groups.

    n: G. total: G x q sums. cross: G x q x q sums of products. In points; groups without people hold zeros.
    Sums are additive: the moments of a union are the sums of the moments of its parts.
    """

    n: NDArray[np.int64]
    total: Floats
    cross: Floats

    @classmethod
    def by_group(cls, group: NDArray[np.int64], values: Floats, groups: int) -> Moments:
        """Moments of values (people x q, no NaN) in the groups numbered 0 to groups - 1."""
        q = values.shape[1]
        total = np.empty((groups, q))
        cross = np.empty((groups, q, q))
        for i in range(q):
            total[:, i] = np.bincount(group, values[:, i], groups)
            for j in range(i, q):
                cross[:, i, j] = cross[:, j, i] = np.bincount(group, values[:, i] * values[:, j], groups)
        return cls(np.bincount(group, minlength=groups), total, cross)

    def merged(self, parts: Sequence[Sequence[int]]) -> Moments:
        """Moments of unions: one new group for each sequence of old group numbers."""
        new = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        old = np.fromiter(chain.from_iterable(parts), dtype=np.int64)
        merged = Moments(
            np.zeros(len(parts), dtype=np.int64),
            np.zeros((len(parts), *self.total.shape[1:])),
            np.zeros((len(parts), *self.cross.shape[1:])),
        )
        for target, source in ((merged.n, self.n), (merged.total, self.total), (merged.cross, self.cross)):
            np.add.at(target, new, source[old])
        return merged

    def with_means_in_steps(self, rows: NDArray[np.bool_], step: float) -> Moments:
        """The same spread around means that are multiples of a step, for some of the groups."""
        coarse = np.copysign(np.floor(np.abs(self.mean) / step + 0.5 + 1e-9) * step, self.mean)
        told = self.with_means(np.where(rows[:, None], coarse, self.mean))
        return Moments(self.n, told.total, np.where(rows[:, None, None], told.cross, self.cross))

    def with_means(self, mean: Floats) -> Moments:
        """The same spread around other means (G x q)."""
        total: Floats = self.n[:, None] * mean
        cross: Floats = self.scatter + np.einsum("gi,gj->gij", total, mean)
        return Moments(self.n, total, cross)

    def of(self, rows: NDArray[np.int64]) -> Moments:
        """Moments of some of the groups."""
        return Moments(self.n[rows], self.total[rows], self.cross[rows])

    @property
    def mean(self) -> Floats:
        """G x q; zero where a group is empty."""
        mean: Floats = self.total / np.maximum(self.n, 1)[:, None]
        return mean

    @property
    def scatter(self) -> Floats:
        """G x q x q: sums of products of deviations from the group's own mean."""
        scatter: Floats = self.cross - np.einsum("gi,gj->gij", self.total, self.mean)
        return scatter

    def pooled(self, groups: Sequence[int]) -> Floats | None:
        """Within-group covariance (q x q) pooled over some groups; None where it cannot be known."""
        chosen = list(groups)
        freedom = int((self.n[chosen] - 1).clip(0).sum())
        if len(chosen) < FEWEST_GROUPS or freedom < 1:
            return None
        pooled: Floats = self.scatter[chosen].sum(axis=0) / freedom
        return pooled

    def moderated(self, pool: Floats) -> Floats:
        """Covariance of each group drawn towards the pool (G x q x q; after Smyth 2004).

        (nu0 * pool + (n - 1) * own) / (nu0 + n - 1), nu0 = 8.
        """
        freedom = (self.n - 1).clip(0)
        moderated: Floats = (PRIOR_WEIGHT * pool + self.scatter) / (PRIOR_WEIGHT + freedom)[:, None, None]
        return moderated


def prior_leg_covariance() -> Floats:
    """3 x 3 covariance of the legs of persons that is used before a pool can be estimated."""
    correlation = np.full((3, 3), PRIOR_LEG_CORRELATION)
    np.fill_diagonal(correlation, 1.0)
    return PRIOR_LEG_SD**2 * correlation
