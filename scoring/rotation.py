"""Rotating factors: varimax, promax and oblimin by gradient projection.

Sources: Kaiser (1958); Hendrickson & White (1964); Jennrich (2001, 2002); Bernaards & Jennrich
(2005), GPArotation. Varimax is Kaiser-normalised as in R's stats, promax as in psych, oblimin
(gamma 0, direct quartimin) is not normalised as in psych.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scoring.estimable import NotEstimable

RotationName = Literal["none", "varimax", "promax", "oblimin"]
ROTATIONS: Final[tuple[RotationName, ...]] = ("none", "varimax", "promax", "oblimin")
Matrix = NDArray[np.float64]

PROMAX_POWER: Final = 4
MOST_STEPS: Final = 2000
VARIMAX_PRECISION: Final = 1e-5
"""R's own stopping rule: the criterion is so flat that stopping later moves loadings by up to .001."""
OBLIMIN_PRECISION: Final = 1e-6
PROJECTION_STEPS: Final = 150
NUDGE: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Rotation:
    """Rotated factors.

    pattern: items x factors. phi: factor correlations, ones on the diagonal.
    """

    pattern: Matrix
    phi: Matrix


def rotate(loadings: Matrix, name: RotationName) -> Rotation | NotEstimable:
    """Rotate unrotated loadings (items x factors); a single factor stays as it is.

    Returns:
        Pattern and factor correlations in one order, so that pattern @ phi @ pattern.T equals
        loadings @ loadings.T; or the reason: no convergence, or factors that collapse into one.
    """
    factors = loadings.shape[1]
    if factors == 1 or name == "none":
        return Rotation(loadings, np.eye(factors))
    if name == "varimax":
        turned = varimax(loadings)
        return turned if isinstance(turned, NotEstimable) else Rotation(turned, np.eye(factors))
    return promax(loadings) if name == "promax" else oblimin(loadings)


def varimax(loadings: Matrix) -> Matrix | NotEstimable:
    """Kaiser-normalised varimax loadings (stats::varimax)."""
    length = np.maximum(np.sqrt(np.square(loadings).sum(axis=1, keepdims=True)), 1e-12)
    normal = loadings / length
    turn = np.eye(loadings.shape[1])
    before = 0.0
    for _ in range(MOST_STEPS):
        turned = normal @ turn
        gradient = normal.T @ (turned**3 - turned * np.square(turned).mean(axis=0))
        left, singular, right = np.linalg.svd(gradient)
        turn = left @ right
        now = float(singular.sum())
        if now < before * (1 + VARIMAX_PRECISION):
            return np.asarray(normal @ turn * length)
        before = now
    return NotEstimable("the varimax rotation did not converge")


def promax(loadings: Matrix) -> Rotation | NotEstimable:
    """Promax of power 4 on Kaiser-normalised loadings (psych::fa, rotate = "promax")."""
    length = np.maximum(np.sqrt(np.square(loadings).sum(axis=1, keepdims=True)), 1e-12)
    turned = varimax(loadings / length)
    if isinstance(turned, NotEstimable):
        return turned
    target = turned * np.abs(turned) ** (PROMAX_POWER - 1)
    turn = np.linalg.lstsq(turned, target, rcond=None)[0]
    if np.linalg.cond(turn) > 1e10:
        return NotEstimable("promax: two factors fall together; fewer factors are needed")
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return Rotation(np.asarray(turned @ turn * length), _correlations(back @ back.T))


def oblimin(loadings: Matrix) -> Rotation | NotEstimable:
    """Direct oblimin with gamma 0 from the unrotated position (GPArotation::oblimin).

    Gradient projection finds the valley; where its floor is flat, as with more factors than the
    items hold, BFGS walks to the lowest point.
    """
    factors = loadings.shape[1]
    # a hair beside the unrotated position: items in perfect symmetry would hold it on a saddle
    nudge = np.sin(np.arange(1.0, factors**2 + 1)).reshape(factors, factors)
    turn = np.eye(factors) + NUDGE * nudge
    turn = turn / np.sqrt((turn * turn).sum(axis=0))
    value, slope = _quartimin(loadings, turn)
    size = 1.0
    for _ in range(PROJECTION_STEPS):
        steepness = float(np.sqrt((slope * slope).sum()))
        if steepness < OBLIMIN_PRECISION:
            return _oblique(loadings, turn)
        size *= 2
        for _ in range(40):
            moved = turn - size * slope
            moved = moved / np.sqrt((moved * moved).sum(axis=0))
            now, ahead = _quartimin(loadings, moved)
            if value - now > 0.5 * steepness**2 * size:
                break
            size /= 2
        turn, value, slope = moved, now, ahead
    return _walk_to_the_lowest_point(loadings, turn)


def _walk_to_the_lowest_point(loadings: Matrix, turn: Matrix) -> Rotation | NotEstimable:
    def criterion(flat: Matrix) -> tuple[float, Matrix]:
        free = flat.reshape(turn.shape)
        length = np.sqrt((free * free).sum(axis=0))
        value, slope = _quartimin(loadings, free / length)
        return value, (slope / length).ravel()

    found = minimize(criterion, turn.ravel(), jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 500})
    free = found.x.reshape(turn.shape)
    turn = free / np.sqrt((free * free).sum(axis=0))
    if not np.isfinite(found.fun) or np.abs(_quartimin(loadings, turn)[1]).max() > 1e-4:
        return NotEstimable("the oblimin rotation did not converge; fewer factors may be needed")
    return _oblique(loadings, turn)


def _quartimin(loadings: Matrix, turn: Matrix) -> tuple[float, Matrix]:
    """Criterion, and its gradient along the directions that keep the columns of turn at length one."""
    try:
        inverse = np.linalg.inv(turn)
    except np.linalg.LinAlgError:
        return np.inf, np.zeros_like(turn)
    pattern = loadings @ inverse.T
    squares = pattern * pattern
    others = squares.sum(axis=1, keepdims=True) - squares
    slope = -(inverse.T @ ((pattern * others).T @ pattern))
    slope -= turn * (turn * slope).sum(axis=0)
    return float((squares * others).sum()) / 4, slope


def _oblique(loadings: Matrix, turn: Matrix) -> Rotation | NotEstimable:
    phi = _correlations(turn.T @ turn)
    if np.linalg.eigvalsh(phi)[0] < 1e-6:
        return NotEstimable("oblimin: two factors fall together; fewer factors are needed")
    return Rotation(np.asarray(loadings @ np.linalg.inv(turn).T), phi)


def _correlations(phi: Matrix) -> Matrix:
    phi = (phi + phi.T) / 2
    np.fill_diagonal(phi, 1.0)
    return phi
