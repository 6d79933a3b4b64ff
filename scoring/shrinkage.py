"""Department scores drawn towards their common mean, as far as chance moves them (method 3.7).

Empirical Bayes by moments: a small department's score is mostly chance, so it moves most. Used for
order, colours and priorities; the raw value is always printed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable
from scoring.moments import FEWEST_GROUPS

Floats = NDArray[np.float64]

PRIOR_ICC: Final = 0.10
"""Share of the variance that stands between departments, before the data speak (Bliese 2000)."""

PRIOR_GROUPS: Final = 8
"""How many departments the prior counts for."""

GROUPS_FOR_INTERVAL: Final = 8
"""From this many groups on the shrunken interval is printed; below only order and colour."""

PEOPLE_FOR_VALUE: Final = 10
"""Fewest people beside whom a shrunken value is printed: with the raw one it gives n away."""

_Z: Final = 1.959963984540054
_LEAST_VARIANCE: Final = 1e-9
"""Points squared: stands for the variance of people who all answer alike."""


@dataclass(frozen=True, eq=False, slots=True)
class Shrunken:
    """Empirical Bayes estimates of q quantities in K groups, in points.

    value, mse: K x q, before benchmarking, with mean squared error. weight: K x q, lambda, the share
    of its own score that a group keeps. centre: q, the common mean M. between: q, tau^2 as used;
    between_by_moments: q, before it was stabilised upwards.
    """

    value: Floats
    mse: Floats
    weight: Floats
    centre: Floats
    between: Floats
    between_by_moments: Floats

    @property
    def z(self) -> Floats:
        """K x q: distance from the common mean in standard errors, for the three groups of a ranking."""
        z: Floats = (self.value - self.centre) / np.sqrt(self.mse)
        return z


def prior_between(within: Floats) -> Floats:
    """tau0^2: between-group variance that gives an ICC of .10 beside a variance of persons.

    >>> prior_between(np.array([2304.0])).tolist()
    [256.0]
    """
    return within * (PRIOR_ICC / (1 - PRIOR_ICC))


def shrink(mean: Floats, error_variance: Floats, prior: Floats) -> Shrunken | NotEstimable:
    """Empirical Bayes estimates of all groups and quantities at once.

    tau^2 by moments with weights 1/psi (DerSimonian & Laird 1986), stabilised upwards only:
    max(tau^2, ((K-1) tau^2 + 8 tau0^2) / (K + 7)); lambda = tau^2 / (tau^2 + psi); EB = lambda m +
    (1 - lambda) M. MSE = g1 + g2 + 2 g3 (Prasad & Rao 1990; Datta, Rao & Smith 2005): own noise, noise
    of M, noise of tau^2.

    Args:
        mean: K x q, one row a group; the groups are disjoint.
        error_variance: K x q, psi = within-group variance / n.
        prior: q, tau0^2 (`prior_between`).

    Returns:
        NotEstimable with fewer than four groups.

    >>> mean = np.array([[0.0], [20.0], [40.0], [60.0]])
    >>> result = shrink(mean, np.full((4, 1), 200.0), np.array([200.0]))
    >>> result.value.round(1).ravel().tolist(), result.weight[0].round(3).tolist()
    ([9.0, 23.0, 37.0, 51.0], [0.7])
    """
    groups = len(mean)
    if groups < FEWEST_GROUPS:
        return NotEstimable(f"fewer than {FEWEST_GROUPS} departments can be compared")
    psi = np.maximum(error_variance, _LEAST_VARIANCE)
    by_moments = _between(mean, psi)
    stable = ((groups - 1) * by_moments + PRIOR_GROUPS * prior) / (groups + PRIOR_GROUPS - 1)
    between = np.maximum(by_moments, stable)
    precision = 1 / (between + psi)
    total = precision.sum(axis=0)
    centre = (mean * precision).sum(axis=0) / total
    weight = between * precision
    value = weight * mean + (1 - weight) * centre
    certainty = np.where(stable > by_moments, (groups - 1) / (groups + PRIOR_GROUPS - 1), 1.0)
    own = weight * psi
    of_centre = (1 - weight) ** 2 / total
    of_between = psi**2 * precision**3 * certainty**2 * 2 * groups / total**2
    return Shrunken(value, own + of_centre + 2 * of_between, weight, centre, between, by_moments)


def _between(mean: Floats, psi: Floats) -> Floats:
    """Between-group variance by moments, never negative (DerSimonian & Laird 1986)."""
    w = 1 / psi
    total = w.sum(axis=0)
    centre = (w * mean).sum(axis=0) / total
    q = (w * (mean - centre) ** 2).sum(axis=0)
    between: Floats = (q - (len(mean) - 1)) / (total - (w**2).sum(axis=0) / total)
    return between.clip(0.0)


@dataclass(frozen=True, eq=False, slots=True)
class DepartmentEstimates:
    """Shrunken scores of C departments (unions of groups), q quantities, in points.

    value: C x q, benchmarked: the head-count mean of all groups equals the direct score of the staff.
    unbenchmarked: C x q, for tests against the centre. mse: C x q. centre: q.
    """

    value: Floats
    unbenchmarked: Floats
    mse: Floats
    centre: Floats

    @property
    def z(self) -> Floats:
        """C x q: distance from the common mean in standard errors."""
        z: Floats = (self.unbenchmarked - self.centre) / np.sqrt(self.mse)
        return z

    @property
    def low(self) -> Floats:
        """Lower end of the 95 % interval; printed from eight groups and ten people on."""
        return self.value - _Z * np.sqrt(self.mse)

    @property
    def high(self) -> Floats:
        """Upper end of the 95 % interval."""
        return self.value + _Z * np.sqrt(self.mse)


def benchmark(shrunken: Shrunken, mean: Floats, invited: NDArray[np.int64]) -> Floats:
    """The constant (q) that makes the groups' head-count mean equal to the direct score.

    sum N (m - EB) / sum N, to be added to every EB value (difference benchmarking; Rao & Molina 2015);
    never a factor, since the scale has negative values.
    """
    shift: Floats = invited @ (mean - shrunken.value) / invited.sum()
    return shift


def departments(
    shrunken: Shrunken, shift: Floats, invited: NDArray[np.int64], cells: Sequence[Sequence[int]]
) -> DepartmentEstimates:
    """Scores of departments that hold one group or several.

    The N-weighted mean of their groups' EB values, MSE = sum W^2 MSE.

    Args:
        shrunken: of K groups.
        shift: q, from `benchmark`; zero where none is wanted.
        invited: K head counts.
        cells: the groups (rows) in each department, none of them empty.
    """
    rows = np.fromiter(chain.from_iterable(cells), dtype=np.int64)
    sizes = [len(cell) for cell in cells]
    starts = np.cumsum([0, *sizes])[:-1]
    head = invited[rows].astype(np.float64)
    weight = (head / np.repeat(np.add.reduceat(head, starts), sizes))[:, None]
    value: Floats = np.add.reduceat(weight * shrunken.value[rows], starts, axis=0)
    mse: Floats = np.add.reduceat(weight**2 * shrunken.mse[rows], starts, axis=0)
    return DepartmentEstimates(value + shift, value, mse, shrunken.centre)
