"""Tucker's congruence of factors: with each other's copies, and with the scales they should be.

Sources: Tucker (1951); guides .85 fair, .95 equal: Lorenzo-Seva & ten Berge (2006), Methodology 2, 57-64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from scoring.estimable import NotEstimable
from scoring.named_matrix import NamedMatrix

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """The factor that resembles a scale most, each factor given once; a negative one is turned round."""

    factor: str
    congruence: float


@dataclass(frozen=True, slots=True, eq=False)
class ScaleCongruence:
    """coefficients: factors x scales. matches: scale -> its factor; scales beyond the factors have none."""

    coefficients: NamedMatrix
    matches: Mapping[str, Match]


def congruence(first: Matrix, second: Matrix) -> Matrix:
    """Cosines between the columns of two loading matrices over the same items.

    >>> congruence(np.array([[1.0], [1.0]]), np.array([[0.5], [0.5]])).round(6)
    array([[1.]])
    """
    lengths = np.outer(np.linalg.norm(first, axis=0), np.linalg.norm(second, axis=0))
    return np.asarray(first.T @ second / np.maximum(lengths, 1e-300))


def aligned(found: Matrix, target: Matrix) -> tuple[NDArray[np.intp], Matrix]:
    """Order and signs that bring the columns of one matrix closest to those of another.

    Returns:
        order: column of `found` for each column of `target`; signs: 1 or -1, in target order, so that
        found[:, order] * signs lies over target. Both have as many entries as the smaller matrix.
    """
    cosines = congruence(found, target)
    rows, cols = linear_sum_assignment(-np.abs(cosines))
    by_target = np.argsort(cols)
    order = rows[by_target]
    return order, np.where(cosines[order, cols[by_target]] < 0, -1.0, 1.0)


def congruence_with_scales(
    loadings: NamedMatrix, scales: Mapping[str, Sequence[str]]
) -> ScaleCongruence | NotEstimable:
    """How much each factor looks like each scale, an ideal factor that loads 1 on its items and 0 elsewhere.

    Items that belong to no scale count as 0 for all. A pure factor with unequal loadings stays
    below 1; .85 is fair.
    """
    target = np.array([[float(item in scale) for scale in scales.values()] for item in loadings.rows])
    if not len(scales) or (target.sum(axis=0) == 0).any():
        return NotEstimable("every scale needs at least one of the items")
    values = congruence(loadings.values, target)
    names = tuple(scales)
    rows, cols = linear_sum_assignment(-np.abs(values))
    matches = {
        names[scale]: Match(loadings.cols[factor], float(values[factor, scale]))
        for factor, scale in sorted(zip(rows, cols, strict=True), key=lambda pair: int(pair[1]))
    }
    return ScaleCongruence(NamedMatrix(loadings.cols, names, values), matches)
