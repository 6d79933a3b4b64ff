"""Departments beside one another: shrunken scores, order, how far they differ (method 3.7, 3.10).

A label below 2k enters as if it held just k people. What departments differ in, or how they stand,
would otherwise tell its size: the shrunken value of a parent less that of its other part, or ICC(1)
beside ICC(2), gives it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from scoring.coherence import SCORES
from scoring.estimable import NotEstimable
from scoring.group_differences import GroupDifferences, from_group_moments
from scoring.moments import FEWEST_GROUPS
from scoring.printed import printed
from scoring.ranking import ranking, standings
from scoring.released import Estimate
from scoring.released_diagnosis import ActBy, DepartmentSpread, Spread
from scoring.released_figures import QUANTITIES, Comparison, Quantity
from scoring.rounding import hundredths
from scoring.scored_wave import Place, ScoredWave, Shown, places
from scoring.shrinkage import GROUPS_FOR_INTERVAL, DepartmentEstimates
from scoring.staff_groups import StaffGroups, shrunken_departments, staff_groups
from scoring.tiers import Tier
from scoring.vocabulary import STAFF

ERROR: Final = 0.05
BY_DEPARTMENT: Final = 0.15
BY_ORGANISATION: Final = 0.05
"""ICC(1) from which departments live in different firms, and below which the whole firm acts together."""

_SIZES: Final[tuple[tuple[float, Spread], ...]] = ((0.25, "large"), (0.10, "medium"), (0.01, "small"))

Spreads = Mapping[Quantity, DepartmentSpread] | NotEstimable
StaffDifferences = Mapping[Quantity, GroupDifferences] | NotEstimable


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Departments as they are compared.

    shown: by place and quantity. seats, legs: shrunken scores before rounding, where there are any.
    """

    shown: Mapping[Place, Mapping[Quantity, Comparison]] = field(default_factory=dict)
    seats: Mapping[Place, float] = field(default_factory=dict)
    legs: Mapping[Place, tuple[float, ...]] = field(default_factory=dict)


def compare(scored: ScoredWave, shown: Sequence[Shown], apart: StaffDifferences) -> Comparisons:
    """Standing, order and shrunken scores of the departments' staff.

    None of it with fewer than four staff labels; departments where fewer than 30 % answered take no part.
    """
    departments = [one for one in shown if one.cell.level == "staff" and one.cell.unit != 0 and one.compared]
    groups = _as_if_k(scored, staff_groups(scored.legs, SCORES))
    found = shrunken_departments(groups, [one.cell for one in departments]) if departments else None
    if found is None or isinstance(found, NotEstimable):
        return Comparisons()
    standing = standings(found)
    ranks = [_ranks(found, column, apart) for column in range(len(QUANTITIES))]
    valued = len(groups.labels) >= GROUPS_FOR_INTERVAL
    return Comparisons(
        {
            one.place: {
                quantity: Comparison(
                    standing[i][column],
                    ranks[column].get(i),
                    _value(found, i, column) if valued and not one.is_small else None,
                )
                for column, quantity in enumerate(QUANTITIES)
            }
            for i, one in enumerate(departments)
        },
        {one.place: float(found.value[i, -1]) for i, one in enumerate(departments)},
        {one.place: tuple(found.value[i, :-1].tolist()) for i, one in enumerate(departments)},
    )


def spreads(apart: StaffDifferences) -> Spreads:
    """ICC(1) and ICC(2) of legs and seat as they are printed."""
    if isinstance(apart, NotEstimable):
        return apart
    return {quantity: _spread(one) for quantity, one in apart.items()}


def staff_differences(scored: ScoredWave) -> StaffDifferences:
    """How far the staff labels differ in legs and seat, before rounding; four of them are needed."""
    tier = scored.legs
    rows = [row for row, stratum in enumerate(tier.strata) if stratum.level in STAFF]
    if len(rows) < FEWEST_GROUPS or not tier.pool_known:
        return NotEstimable(f"fewer than {FEWEST_GROUPS} departments can be compared")
    n = tier.moments.n[rows]
    sizes = np.where(n < 2 * scored.k, scored.k, n)
    means = tier.moments.mean[rows] @ SCORES.T
    within = np.einsum("ci,ij,cj->c", SCORES, tier.pool, SCORES) * (sizes.sum() - len(rows))
    found: dict[Quantity, GroupDifferences] = {}
    for column, quantity in enumerate(QUANTITIES):
        one = from_group_moments(sizes, means[:, column], float(within[column]))
        if isinstance(one, NotEstimable):
            return one
        found[quantity] = one
    return found


def _as_if_k(scored: ScoredWave, groups: StaffGroups) -> StaffGroups:
    n = np.array([int(scored.legs.n([label]).sum()) for label in groups.labels], dtype=np.int64)
    variance = np.where((n < 2 * scored.k)[:, None], groups.within / scored.k, groups.error_variance)
    return replace(groups, error_variance=variance)


def _ranks(found: DepartmentEstimates, column: int, apart: StaffDifferences) -> dict[int, int]:
    """Rank of each department, 1 the highest; empty where the means are too unreliable."""
    icc2 = apart if isinstance(apart, NotEstimable) else apart[QUANTITIES[column]].icc2
    if isinstance(icc2, NotEstimable):
        return {}
    order = ranking(found, column, icc2.value).order
    return {department: rank for rank, department in enumerate(order or (), start=1)}


def _value(found: DepartmentEstimates, i: int, column: int) -> Estimate:
    value, low, high = (float(one[i, column]) for one in (found.value, found.low, found.high))
    return printed(value, low, high)


def _spread(one: GroupDifferences) -> DepartmentSpread:
    icc1 = one.icc1.value
    significant = not isinstance(one.p, NotEstimable) and one.p < ERROR
    low, high = (
        (icc1, icc1)
        if isinstance(one.icc1_interval, NotEstimable)
        else (one.icc1_interval.lower, one.icc1_interval.upper)
    )
    act_by: ActBy | None = "organisation" if icc1 < BY_ORGANISATION else None
    if icc1 >= BY_DEPARTMENT and significant:
        act_by = "department"
    return DepartmentSpread(
        icc1=hundredths(icc1),
        low=hundredths(max(0.0, low)),
        high=hundredths(max(0.0, high)),
        icc2=0.0 if isinstance(one.icc2, NotEstimable) else hundredths(one.icc2.value),
        size=next((word for least, word in _SIZES if icc1 >= least), "hardly any"),
        act_by=act_by,
    )


def direct_facet(tier: Tier) -> dict[Place, float]:
    """Means of a facet in every cell of staff before rounding. For the order of work; never printed."""
    found = {place: cell for place, cell in places(tier.partition).items() if place[1] == "staff"}
    means = tier.means(list(found.values()), np.ones((1, 1))).value[:, 0].tolist() if found else []
    return dict(zip(found, means, strict=True))


def shrunken_facet(tier: Tier) -> dict[Place, tuple[float, float]]:
    """Shrunken means of a facet in the departments' staff, each with its mean square error.

    Empty with fewer than four staff labels. For the order of work; never printed.
    """
    cells = places(tier.partition)
    found = {place: cell for place, cell in cells.items() if place[1] == "staff" and place[0] != 0}
    groups = staff_groups(tier, np.ones((1, 1)))
    estimates = shrunken_departments(groups, list(found.values())) if found else None
    if estimates is None or isinstance(estimates, NotEstimable):
        return {}
    return {
        place: (float(estimates.value[i, 0]), float(estimates.mse[i, 0])) for i, place in enumerate(found)
    }
