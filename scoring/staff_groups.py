"""The staff labels as groups to shrink, to rank and to compare (method 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from scoring.cells import Cell
from scoring.disclosure import Label
from scoring.estimable import NotEstimable
from scoring.shrinkage import DepartmentEstimates, benchmark, departments, prior_between, shrink
from scoring.tiers import Tier
from scoring.variance_components import variance_components
from scoring.vocabulary import STAFF

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class StaffGroups:
    """The K staff labels of a tier: disjoint, and together the level of the staff.

    mean: K x q. error_variance: K x q, psi = s_pool^2 * sum W^2 / n. within: q, s_pool^2. invited: K.
    """

    labels: tuple[Label, ...]
    mean: Floats
    error_variance: Floats
    within: Floats
    invited: NDArray[np.int64]


def staff_groups(tier: Tier, contrasts: Floats) -> StaffGroups:
    """The groups of a tier, for the q contrasts of its quantities (legs and seat, or one facet)."""
    labels = tuple(label for label in tier.labels if label.level in STAFF)
    within = np.einsum("ci,ij,cj->c", contrasts, tier.pool, contrasts)
    if not labels:
        nothing = np.empty((0, len(contrasts)))
        return StaffGroups(labels, nothing, nothing, within, np.empty(0, dtype=np.int64))
    mean = tier.means([Cell(label.unit, "staff", (label,)) for label in labels], contrasts).value
    rows = [tier.rows([label]) for label in labels]
    starts = np.cumsum([0, *map(len, rows)])[:-1]
    every = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    head = tier.invited[every]
    invited = np.add.reduceat(head, starts)
    share = np.add.reduceat(head**2 / tier.moments.n[every], starts) / invited**2
    return StaffGroups(labels, mean, share[:, None] * within, within, invited)


def shrunken_departments(groups: StaffGroups, cells: Sequence[Cell]) -> DepartmentEstimates | NotEstimable:
    """Shrunken scores of departments (staff cells of the same tier), benchmarked to the staff."""
    shrunken = shrink(groups.mean, groups.error_variance, prior_between(groups.within))
    if isinstance(shrunken, NotEstimable):
        return shrunken
    position = {label: i for i, label in enumerate(groups.labels)}
    inside = [[position[label] for label in cell.labels] for cell in cells]
    shift = benchmark(shrunken, groups.mean, groups.invited)
    return departments(shrunken, shift, groups.invited, inside)


def reliability_of_groups(tier: Tier, contrasts: Floats) -> Floats | NotEstimable:
    """ICC(2) of each contrast over the staff strata of a tier (c values), for the ranking rule."""
    rows = [row for row, stratum in enumerate(tier.strata) if stratum.level in STAFF]
    scatter = np.einsum("ci,gij,cj->gc", contrasts, tier.moments.scatter[rows], contrasts)
    found = variance_components(tier.moments.n[rows], tier.moments.mean[rows] @ contrasts.T, scatter)
    return found if isinstance(found, NotEstimable) else found.icc2
