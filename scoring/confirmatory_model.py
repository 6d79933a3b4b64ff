"""The likelihood of a simple-structure factor model: value, gradient, information.

Free parameters, in this order: loadings, unique variances, factor correlations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SimpleStructure:
    """matrix: the sample correlations, items x items. owner: the factor number of each item."""

    matrix: Matrix
    owner: NDArray[np.intp]

    @cached_property
    def factor_pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs whose correlations are free, in the order of the parameters."""
        factors = int(self.owner.max()) + 1
        return tuple((a, b) for a in range(factors) for b in range(a + 1, factors))

    @cached_property
    def _membership(self) -> Matrix:
        return np.eye(int(self.owner.max()) + 1)[self.owner]

    @cached_property
    def _log_determinant(self) -> float:
        return float(np.linalg.slogdet(self.matrix)[1])

    def start(self) -> Matrix:
        """Centroid loadings of each factor, and the correlations of the factors that follow."""
        loadings = np.empty(len(self.matrix))
        for factor in range(self._membership.shape[1]):
            own = np.flatnonzero(self.owner == factor)
            block = self.matrix[np.ix_(own, own)]
            # the strongest item tells the direction of the others, so that reversed items start negative
            signs = np.where(block[np.abs(block).sum(axis=0).argmax()] < 0, -1.0, 1.0)
            turned = block * np.outer(signs, signs)
            np.fill_diagonal(turned, 0)
            sums = turned.sum(axis=0)
            share = sums / np.sqrt(max(float(sums.sum()), 1e-6)) * np.sqrt(len(own) / max(len(own) - 1, 1))
            loadings[own] = signs * np.clip(share, 0.2, 0.9)
        weighted = self._membership * loadings[:, None]
        sums = weighted.T @ self.matrix @ weighted
        squares = np.square(weighted).sum(axis=0)
        phi = [np.clip(sums[a, b] / (squares[a] * squares[b]), -0.8, 0.8) for a, b in self.factor_pairs]
        return np.concatenate([loadings, 1 - loadings**2, phi])

    def parts(self, point: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """Loadings (items), unique variances (items), factor correlations (factors x factors)."""
        count = len(self.matrix)
        phi = np.eye(self._membership.shape[1])
        for (a, b), value in zip(self.factor_pairs, point[2 * count :], strict=True):
            phi[a, b] = phi[b, a] = value
        return point[:count], point[count : 2 * count], phi

    def implied(self, point: Matrix) -> Matrix:
        """The covariances that the model reproduces."""
        loadings, unique, phi = self.parts(point)
        pattern = self._membership * loadings[:, None]
        return np.asarray(pattern @ phi @ pattern.T + np.diag(unique))

    def discrepancy(self, point: Matrix) -> float:
        """log|implied| + trace(matrix implied^-1) - log|matrix| - p; infinite where not definite."""
        implied = self.implied(point)
        try:
            root = np.linalg.cholesky(implied)
        except np.linalg.LinAlgError:
            return np.inf
        log_determinant = 2 * float(np.log(np.diag(root)).sum())
        trace = float(np.trace(np.linalg.solve(implied, self.matrix)))
        return log_determinant + trace - self._log_determinant - len(self.matrix)

    def gradient(self, point: Matrix) -> Matrix:
        """First derivatives of the discrepancy."""
        loadings, _, phi = self.parts(point)
        pattern = self._membership * loadings[:, None]
        implied = self.implied(point)
        inverse = np.linalg.inv(implied)
        weight = inverse @ (implied - self.matrix) @ inverse
        by_pattern = 2 * weight @ pattern @ phi
        by_phi = 2 * pattern.T @ weight @ pattern
        own = np.arange(len(loadings))
        pairs = [by_phi[a, b] for a, b in self.factor_pairs]
        return np.concatenate([by_pattern[own, self.owner], np.diag(weight), pairs])

    def information(self, point: Matrix) -> Matrix:
        """Expected information of one person: 1/2 trace(W dS_i W dS_j), W the inverse of implied."""
        loadings, _, phi = self.parts(point)
        pattern = self._membership * loadings[:, None]
        inverse = np.linalg.inv(self.implied(point))
        weighted = inverse @ pattern
        crossed = weighted @ phi
        core = pattern.T @ weighted
        outer = phi @ core @ phi
        owner, count = self.owner, len(loadings)
        first = np.array([a for a, _ in self.factor_pairs], dtype=np.intp)
        second = np.array([b for _, b in self.factor_pairs], dtype=np.intp)
        size = 2 * count + len(first)
        found = np.empty((size, size))
        load, uniq, corr = slice(0, count), slice(count, 2 * count), slice(2 * count, size)
        own = crossed[:, owner]
        found[load, load] = inverse * outer[np.ix_(owner, owner)] + own * own.T
        found[load, uniq] = inverse * own.T
        found[uniq, uniq] = inverse**2 / 2
        mixed = phi @ core
        found[load, corr] = weighted[:, first] * mixed[np.ix_(owner, second)]
        found[load, corr] += weighted[:, second] * mixed[np.ix_(owner, first)]
        found[uniq, corr] = weighted[:, first] * weighted[:, second]
        found[corr, corr] = (
            core[np.ix_(first, first)] * core[np.ix_(second, second)]
            + core[np.ix_(first, second)] * core[np.ix_(second, first)]
        )
        found[uniq, load] = found[load, uniq].T
        found[corr, load] = found[load, corr].T
        found[corr, uniq] = found[uniq, corr].T
        return found
