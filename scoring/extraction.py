"""Drawing factors from a correlation matrix: minimum residuals and maximum likelihood.

Both minimise over the unique variances alone, the loadings following from an eigendecomposition,
with exact first and second derivatives. Sources: Harman & Jones (1966) and Joreskog (1967, 1977).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from scoring.bounded_minimum import Derivatives, lowest_minimum
from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable

Method = Literal["minres", "ml"]
Matrix = NDArray[np.float64]

HEYWOOD: Final = 0.998
LEAST_UNIQUENESS: Final = 0.005
"""Lower bound of the unique variances, as in R's factanal and psych."""
OTHER_STARTS: Final = 24
"""Starts beside the usual one where there may be several minima (docs/decisions/0010)."""


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """Unrotated factors, the largest first.

    loadings: items x factors. unique: the minimised unique variances, items, at least 0.005.
    heywood: items with a communality of .998 or more, or a unique variance at its bound: the
    solution is improper and must be read with that remark. minima: how many different minima the
    search met, of which this is the lowest; above 1, programs that start once may print another.
    """

    items: tuple[str, ...]
    loadings: Matrix
    unique: Matrix
    heywood: tuple[str, ...]
    method: Method
    minima: int


def degrees_of_freedom(items: int, factors: int) -> int:
    """Of an exploratory model: ((p - k)^2 - (p + k)) / 2."""
    return ((items - factors) ** 2 - items - factors) // 2


def extract(correlations: Correlations, factors: int, method: Method = "minres") -> Extraction | NotEstimable:
    """Draw factors from a correlation matrix.

    Args:
        correlations: of the items.
        factors: how many.
        method: "minres" (least squared residual correlations) or "ml" (maximum likelihood).

    Returns:
        The unrotated factors, or the reason: more factors than the items allow, a singular or
        indefinite matrix, fewer common dimensions than factors asked for, no convergence.
    """
    count = len(correlations.items)
    if factors < 1 or degrees_of_freedom(count, factors) < 0:
        return NotEstimable(f"{count} items do not allow {factors} factors")
    obstacle = singularity(correlations)
    if obstacle:
        return obstacle
    matrix = correlations.values
    start = np.clip(1 / np.diag(np.linalg.inv(matrix)), LEAST_UNIQUENESS, 1.0)
    found = lowest_minimum(
        lambda point: _criterion(matrix, point, factors, method),
        _scaled(start, method),
        lambda: [_scaled(other, method) for other in _other_starts(start)],
        *(float(bound) for bound in _scaled(np.array([LEAST_UNIQUENESS, 1.0]), method)),
    )
    if found is None:
        return NotEstimable("the search for the unique variances did not converge")
    unique = np.exp(found.point) if method == "ml" else found.point
    loadings = _loadings(matrix, unique, factors, method)
    if (np.square(loadings).sum(axis=0) < 1e-8).any():
        return NotEstimable(f"the items share fewer than {factors} common factors")
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    improper = (np.square(loadings).sum(axis=1) >= HEYWOOD) | (unique <= LEAST_UNIQUENESS * (1 + 1e-6))
    heywood = tuple(item for item, bad in zip(correlations.items, improper, strict=True) if bad)
    return Extraction(correlations.items, loadings, unique, heywood, method, found.minima)


def _scaled(unique: Matrix, method: Method) -> Matrix:
    """Unique variances as the search sees them: their logarithms for maximum likelihood."""
    return np.asarray(np.log(unique) if method == "ml" else unique)


def _other_starts(usual: Matrix) -> list[Matrix]:
    """Always the same for as many items: half of them anywhere, half around the usual start."""
    random = np.random.default_rng(len(usual))
    anywhere = random.uniform(0.05, 1, (OTHER_STARTS // 2, len(usual)))
    around = usual * random.uniform(0.2, 1.5, anywhere.shape)
    return [*anywhere, *np.clip(around, 0.01, 1)]


def _criterion(matrix: Matrix, point: Matrix, factors: int, method: Method) -> Derivatives:
    return (_least_squares if method == "minres" else _likelihood)(matrix, point, factors)


def _loadings(matrix: Matrix, unique: Matrix, factors: int, method: Method) -> Matrix:
    if method == "minres":
        values, vectors = np.linalg.eigh(matrix - np.diag(unique))
        return np.asarray(
            vectors[:, : -factors - 1 : -1] * np.sqrt(np.maximum(values[: -factors - 1 : -1], 0))
        )
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    scale = np.sqrt(np.maximum(values[: -factors - 1 : -1] - 1, 0))
    loadings = root[:, None] * vectors[:, : -factors - 1 : -1] * scale
    return np.asarray(loadings[:, np.argsort(-np.square(loadings).sum(axis=0))])


def _least_squares(matrix: Matrix, unique: Matrix, factors: int) -> Derivatives:
    """Half the sum of the squared eigenvalues left over in matrix - diag(unique)."""
    values, vectors = np.linalg.eigh(matrix - np.diag(unique))
    left, rest = values[:-factors], vectors[:, :-factors]
    gradient = -(rest**2) @ left
    hessian = (rest @ rest.T) ** 2
    for value, vector in zip(values[-factors:], vectors[:, -factors:].T, strict=True):
        hessian += 2 * np.outer(vector, vector) * ((rest * (left / np.minimum(left - value, -1e-8))) @ rest.T)
    return Derivatives(float(left @ left) / 2, gradient, hessian)


def _likelihood(matrix: Matrix, logs: Matrix, factors: int) -> Derivatives:
    """Discrepancy of the likelihood, in the logarithms of the unique variances."""
    root = np.exp(logs / 2)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    left, rest = values[:-factors], vectors[:, :-factors]
    gradient = (rest**2) @ (1 - left)
    hessian = (rest @ rest.T) * ((rest * left) @ rest.T)
    for value, vector in zip(values[-factors:], vectors[:, -factors:].T, strict=True):
        weights = (1 - left) * (left + value) / np.maximum(value - left, 1e-8)
        hessian += np.outer(vector, vector) * ((rest * weights) @ rest.T)
    return Derivatives(float((left - np.log(left) - 1).sum()), gradient, hessian)
