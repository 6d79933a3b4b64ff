"""Drawing factors from a correlation matrix: minimum residuals and maximum likelihood.

Both minimise over the unique variances alone, the loadings following from an eigendecomposition,
by Newton's method with exact first and second derivatives. Sources: Harman & Jones (1966) and
Joreskog (1967, 1977).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable

Method = Literal["minres", "ml"]
Matrix = NDArray[np.float64]

HEYWOOD: Final = 0.998
LEAST_UNIQUENESS: Final = 0.005
"""Lower bound of the unique variances, as in R's factanal and psych."""


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """Unrotated factors, the largest first.

    loadings: items x factors. unique: the minimised unique variances, items, at least 0.005.
    heywood: items with a communality of .998 or more, or a unique variance at its bound: the
    solution is improper and must be read with that remark.
    """

    items: tuple[str, ...]
    loadings: Matrix
    unique: Matrix
    heywood: tuple[str, ...]
    method: Method


class _Derivatives(NamedTuple):
    value: float
    gradient: Matrix
    hessian: Matrix


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
    if method == "minres":
        unique = _bounded_newton(
            lambda psi: _least_squares(matrix, psi, factors), start, LEAST_UNIQUENESS, 1.0
        )
    else:
        logs = _bounded_newton(
            lambda theta: _likelihood(matrix, theta, factors),
            np.log(start),
            float(np.log(LEAST_UNIQUENESS)),
            0.0,
        )
        unique = logs if isinstance(logs, NotEstimable) else np.exp(logs)
    if isinstance(unique, NotEstimable):
        return unique
    loadings = _loadings(matrix, unique, factors, method)
    if (np.square(loadings).sum(axis=0) < 1e-8).any():
        return NotEstimable(f"the items share fewer than {factors} common factors")
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    improper = (np.square(loadings).sum(axis=1) >= HEYWOOD) | (unique <= LEAST_UNIQUENESS * (1 + 1e-6))
    heywood = tuple(item for item, bad in zip(correlations.items, improper, strict=True) if bad)
    return Extraction(correlations.items, loadings, unique, heywood, method)


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


def _least_squares(matrix: Matrix, unique: Matrix, factors: int) -> _Derivatives:
    """Half the sum of the squared eigenvalues left over in matrix - diag(unique)."""
    values, vectors = np.linalg.eigh(matrix - np.diag(unique))
    left, rest = values[:-factors], vectors[:, :-factors]
    gradient = -(rest**2) @ left
    hessian = (rest @ rest.T) ** 2
    for value, vector in zip(values[-factors:], vectors[:, -factors:].T, strict=True):
        hessian += 2 * np.outer(vector, vector) * ((rest * (left / np.minimum(left - value, -1e-8))) @ rest.T)
    return _Derivatives(float(left @ left) / 2, gradient, hessian)


def _likelihood(matrix: Matrix, logs: Matrix, factors: int) -> _Derivatives:
    """Discrepancy of the likelihood, in the logarithms of the unique variances."""
    root = np.exp(logs / 2)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    left, rest = values[:-factors], vectors[:, :-factors]
    gradient = (rest**2) @ (1 - left)
    hessian = (rest @ rest.T) * ((rest * left) @ rest.T)
    for value, vector in zip(values[-factors:], vectors[:, -factors:].T, strict=True):
        weights = (1 - left) * (left + value) / np.maximum(value - left, 1e-8)
        hessian += np.outer(vector, vector) * ((rest * weights) @ rest.T)
    return _Derivatives(float((left - np.log(left) - 1).sum()), gradient, hessian)


def _bounded_newton(
    derivatives: Callable[[Matrix], _Derivatives], start: Matrix, low: float, high: float
) -> Matrix | NotEstimable:
    """Minimise within bounds; where Newton's steps fail, L-BFGS-B finishes the work."""
    point = start
    here = derivatives(point)
    for _ in range(100):
        held = ((point <= low) & (here.gradient > 0)) | ((point >= high) & (here.gradient < 0))
        free = ~held
        if not free.any() or np.abs(here.gradient[free]).max() < 1e-9:
            return point
        step = np.zeros_like(point)
        step[free] = _descent(here.hessian[np.ix_(free, free)], here.gradient[free])
        size, there = 1.0, None
        while size > 1e-6:
            moved = np.clip(point + size * step, low, high)
            there = derivatives(moved)
            if there.value <= here.value + 1e-4 * float(here.gradient @ (moved - point)):
                break
            size /= 2
        else:
            break
        if np.abs(moved - point).max() < 1e-12:
            return moved
        point, here = moved, there
    result = minimize(
        lambda x: derivatives(x)[:2],
        point,
        jac=True,
        method="L-BFGS-B",
        bounds=[(low, high)] * len(point),
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-8},
    )
    if not np.isfinite(result.fun):
        return NotEstimable("the search for the unique variances did not converge")
    return np.asarray(result.x)


def _descent(hessian: Matrix, gradient: Matrix) -> Matrix:
    """Newton's step, with the curvature made positive where it is not."""
    try:
        np.linalg.cholesky(hessian)
        return np.asarray(-np.linalg.solve(hessian, gradient))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(hessian)
        return np.asarray(-vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-3)))
