"""The lowest point of a smooth function within bounds, by Newton's method and, where needed, many starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

SAME: Final = 1e-7
"""Minima closer than this in their value count as one."""


class Derivatives(NamedTuple):
    """A function at a point: value, first derivatives (p), second derivatives (p x p)."""

    value: float
    gradient: Floats
    hessian: Floats


Function = Callable[[Floats], Derivatives]


@dataclass(frozen=True, slots=True, eq=False)
class LowestMinimum:
    """point: p. value: of the function there. minima: how many different minima were met on the way."""

    point: Floats
    value: float
    minima: int


class _Minimum(NamedTuple):
    point: Floats
    value: float
    convex: bool


def lowest_minimum(
    function: Function, start: Floats, others: Callable[[], Sequence[Floats]], low: float, high: float
) -> LowestMinimum | None:
    """Minimise from the usual start, and from the others where the function bends both ways.

    Of 184 factor analyses of published data, 117 went a path on which the curvature was positive
    everywhere, and none of these had a lower minimum elsewhere; of the other 67, 15 had one
    (docs/decisions/0010). So the usual case costs one search.

    Args:
        function: with its derivatives.
        start: p.
        others: makes more starts, each p.
        low: bound of every coordinate.
        high: likewise.

    Returns:
        The lowest minimum, at the usual start's own where another is no lower; None where no search
        ends in a finite value.

    >>> def wave(x):
    ...     return Derivatives(float(np.cos(x[0]) + x[0] / 9), -np.sin(x) + 1 / 9, np.diag(-np.cos(x)))
    >>> found = lowest_minimum(wave, np.array([7.0]), lambda: [np.array([2.0]), np.array([4.0])], 0.0, 11.0)
    >>> found.point.round(1), found.minima
    (array([3.]), 2)
    """
    first = _search(function, start, low, high)
    starts = () if first.convex else others()
    searches = [first, *(_search(function, other, low, high) for other in starts)]
    met = [one for one in searches if np.isfinite(one.value)]
    if not met:
        return None
    best = met[0]
    for one in met:
        if one.value < best.value - SAME:
            best = one
    steps = np.diff(sorted(one.value for one in met))
    return LowestMinimum(best.point, best.value, 1 + int((steps > SAME).sum()))


def _search(function: Function, start: Floats, low: float, high: float) -> _Minimum:
    """Newton's method within bounds; where its steps fail, L-BFGS-B finishes the work."""
    point = start
    here = function(point)
    convex = True
    for _ in range(100):
        held = ((point <= low) & (here.gradient > 0)) | ((point >= high) & (here.gradient < 0))
        free = ~held
        if not free.any() or np.abs(here.gradient[free]).max() < 1e-9:
            return _Minimum(point, here.value, convex)
        step = np.zeros_like(point)
        step[free], bends_up = _descent(here.hessian[np.ix_(free, free)], here.gradient[free])
        convex &= bends_up
        size = 1.0
        while size > 1e-6:
            moved = np.clip(point + size * step, low, high)
            there = function(moved)
            if there.value <= here.value + 1e-4 * float(here.gradient @ (moved - point)):
                break
            size /= 2
        else:
            break
        if np.abs(moved - point).max() < 1e-12:
            return _Minimum(moved, there.value, convex)
        point, here = moved, there
    result = minimize(
        lambda x: function(x)[:2],
        point,
        jac=True,
        method="L-BFGS-B",
        bounds=[(low, high)] * len(point),
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-8},
    )
    return _Minimum(np.asarray(result.x), float(result.fun), convex)


def _descent(hessian: Floats, gradient: Floats) -> tuple[Floats, bool]:
    """Newton's step, with the curvature made positive where it is not; and whether it was."""
    try:
        np.linalg.cholesky(hessian)
        return np.asarray(-np.linalg.solve(hessian, gradient)), True
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(hessian)
        return np.asarray(-vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-3))), False
