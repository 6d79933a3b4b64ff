"""Change between two anonymous waves, from the moments of their labels (method 3.11).

Nobody can be paired. Both waves are weighted to the first wave's head counts over the strata that they
have in common, and compared as if no person had answered twice. That is conservative; the standard
error is never reduced by a guessed correlation.

Where a cell holds fewer than 2k people in a wave, its side is what that wave printed of it, with the
one variance of all such cells; in shrinkage a group below 2k counts as k people (decisions/0050).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Path
from scoring.differences import Difference, Score, difference
from scoring.estimable import NotEstimable
from scoring.intervals import cell_means
from scoring.kept_moments import CommonStratum, KeptMoments, NamedAtom, common_strata, rows
from scoring.moments import PRIOR_WEIGHT, Floats
from scoring.multiplicity import benjamini_hochberg, holm
from scoring.printed import CLIPPED
from scoring.printed_sizes import size_of
from scoring.released_change import ChangeClass
from scoring.rounding import whole_points
from scoring.shrinkage import departments, shrink
from scoring.vocabulary import STAFF, CellLevel, Level

RELEVANT_ORGANISATION: Final = 15.0
RELEVANT_FACET: Final = 20.0
RELEVANT_DEPARTMENT: Final = 25.0
"""Smallest worthwhile changes in points; judgement, about .25 and .4 of a person's SD (method 3.11)."""

PRIOR_CHANGE: Final = 0.05
"""tau0^2: variance between the changes of departments as a part of that of persons, before the data speak."""

ERROR: Final = 0.05

Adjust = Callable[[list[float]], Floats]


@dataclass(frozen=True, slots=True)
class Change:
    """A change, how sure it is, and what to call it.

    observed: with its interval, never adjusted. judged: what the class was decided on; the shrunken
    change where there is one. p: of `judged`, adjusted over its family.
    """

    observed: Difference
    judged: Difference
    p: float
    relevant: float

    @property
    def change_class(self) -> ChangeClass:
        """Real: p < .05, and both changes as large as matters, the same way.

        No relevant change: the 90 % interval lies inside.
        """
        same_way = self.judged.value * self.observed.value > 0
        both = self.judged.reaches(self.relevant) and self.observed.reaches(self.relevant)
        if self.p < ERROR and both and same_way:
            return "real"
        return "no relevant change" if self.judged.within(self.relevant) else "not known"


def organisation_change(
    before: KeptMoments, after: KeptMoments, level: CellLevel, contrasts: Floats
) -> list[Difference] | NotEstimable:
    """Change of the organisation, or of one of its levels, for each contrast (legs and seat, or a facet).

    To be judged by `judge_family` with Holm: one family of four tests for legs and seat.
    """
    strata = strata_of_level(before, after, level)
    if isinstance(strata, NotEstimable):
        return strata
    return _differences(before, after, [strata], contrasts)[0]


def strata_of_level(
    before: KeptMoments, after: KeptMoments, level: CellLevel
) -> tuple[CommonStratum, ...] | NotEstimable:
    """The common strata that a change of the organisation, or of one of its levels, covers."""
    strata = common_strata(before, after)
    if level != "all":
        wanted = frozenset(STAFF) if level == "staff" else frozenset({Level(level)})
        if any(stratum.levels & wanted and not stratum.levels <= wanted for stratum in strata):
            return NotEstimable("not comparable: this level counts other people in the second wave")
        strata = tuple(stratum for stratum in strata if stratum.levels <= wanted)
    return strata or NotEstimable("not comparable: the two waves have no group in common")


def covered(before: KeptMoments, strata: Sequence[CommonStratum]) -> float:
    """Share of the first wave's head count that stands in some common strata, 0 to 1."""
    inside = [row for stratum in strata for row in rows(before, stratum.before)]
    return float(before.invited[inside].sum() / before.invited.sum())


def judge_family(
    observed: Sequence[Difference], relevant: float, adjust: Literal["holm", "benjamini-hochberg"]
) -> list[Change]:
    """Classes of one family of changes (method 3.12): Holm for legs and seat, B-H for facets."""
    method: Adjust = holm if adjust == "holm" else benjamini_hochberg
    adjusted = method([one.p for one in observed])
    return [Change(one, one, float(p), relevant) for one, p in zip(observed, adjusted, strict=True)]


def department_changes(
    before: KeptMoments, after: KeptMoments, units: Sequence[Path], contrasts: Floats
) -> dict[Path, list[Change] | NotEstimable]:
    """Changes of departments' staff, one Change a contrast; not comparable where their atoms differ.

    With four common staff strata or more, shrunken towards their weighted mean (3.7 with psi = psi1 +
    psi2, tau0^2 = s_pool^2 * .05, no benchmarking) and tested by z = EB / sqrt(MSE); with fewer,
    unshrunken and by t. All departments and contrasts are one family, Benjamini-Hochberg at q = .05.
    """
    strata = common_strata(before, after)
    cells = strata_of_departments(before, after, strata, units)
    compared = {unit: cell for unit, cell in cells.items() if not isinstance(cell, NotEstimable)}
    if not compared:
        return {unit: cell for unit, cell in cells.items() if isinstance(cell, NotEstimable)}
    observed = _differences(before, after, list(compared.values()), contrasts)
    judged = _shrunken(before, after, strata, list(compared.values()), contrasts) or observed
    p = benjamini_hochberg([[one.p for one in row] for row in judged])
    changes = {
        unit: [
            Change(seen, used, float(value), RELEVANT_DEPARTMENT)
            for seen, used, value in zip(observed[i], judged[i], p[i], strict=True)
        ]
        for i, unit in enumerate(compared)
    }
    return {unit: cell if isinstance(cell, NotEstimable) else changes[unit] for unit, cell in cells.items()}


def strata_of_departments(
    before: KeptMoments, after: KeptMoments, strata: Sequence[CommonStratum], units: Sequence[Path]
) -> dict[Path, list[CommonStratum] | NotEstimable]:
    """The strata of each department's staff, where its cell covers the same atoms in both waves."""
    then, now = _staff_labels(before), _staff_labels(after)
    stratum_of = {label: stratum for stratum in strata for label in stratum.before}
    found: dict[Path, list[CommonStratum] | NotEstimable] = {}
    for unit in units:
        earlier = _atoms(before, then.get(unit, []))
        if not earlier or earlier != _atoms(after, now.get(unit, [])):
            found[unit] = NotEstimable("not comparable: the department is new, closed or counts other groups")
        else:
            found[unit] = list({stratum_of[label].before: stratum_of[label] for label in then[unit]}.values())
    return found


def _staff_labels(kept: KeptMoments) -> dict[Path, list[int]]:
    """Staff labels (positions) at each department or below it."""
    inside: dict[Path, list[int]] = {}
    for i, label in enumerate(kept.labels):
        if label.level in STAFF:
            for depth in range(1, len(label.unit) + 1):
                inside.setdefault(label.unit[:depth], []).append(i)
    return inside


def _atoms(kept: KeptMoments, labels: Sequence[int]) -> frozenset[NamedAtom]:
    return frozenset().union(*(kept.labels[i].atoms for i in labels))


def _differences(
    before: KeptMoments, after: KeptMoments, cells: Sequence[Sequence[CommonStratum]], contrasts: Floats
) -> list[list[Difference]]:
    """After - before of each cell (outer) and contrast (inner), weighted to the first wave's head counts."""
    then = _scores(
        before, before.invited, [[i for part in cell for i in part.before] for cell in cells], contrasts
    )
    now = _scores(
        after,
        _heads_of_first_wave(before, after, cells),
        [[i for part in cell for i in part.after] for cell in cells],
        contrasts,
    )
    return [
        [difference(*pair) for pair in zip(later, earlier, strict=True)]
        for later, earlier in zip(now, then, strict=True)
    ]


def _scores(
    kept: KeptMoments, heads: NDArray[np.int64] | Floats, cells: Sequence[Sequence[int]], contrasts: Floats
) -> list[list[Score]]:
    """Scores of cells (labels by position) in one wave; as printed where they hold fewer than 2k people."""
    inside = [rows(kept, cell) for cell in cells]
    means = cell_means(kept.moments, heads, kept.pool, inside, contrasts)
    common = np.einsum("ci,ij,cj->c", contrasts, kept.pool, contrasts) / kept.k
    sizes = [[int(kept.moments.n[list(kept.labels[i].rows)].sum()) for i in cell] for cell in cells]
    return [
        [_as_printed(*pair, kept.k) for pair in zip(value.tolist(), common.tolist(), strict=True)]
        if size_of(people, kept.k) == "small"
        else [Score(*(float(x) for x in facts)) for facts in zip(value, error**2, df, strict=True)]
        for people, value, error, df in zip(sizes, means.value, means.error, means.df, strict=True)
    ]


def _as_printed(value: float, variance: float, k: int) -> Score:
    points = max(-CLIPPED, min(CLIPPED, whole_points(value)))
    return Score(float(points), variance, float(PRIOR_WEIGHT + k - 1))


def _heads_of_first_wave(
    before: KeptMoments, after: KeptMoments, cells: Sequence[Sequence[CommonStratum]]
) -> Floats:
    """Head counts of the second wave's rows, scaled so that each common stratum weighs as in the first."""
    heads = after.invited.astype(np.float64)
    for stratum in {stratum.before: stratum for cell in cells for stratum in cell}.values():
        own = rows(after, stratum.after)
        heads[own] *= before.invited[rows(before, stratum.before)].sum() / after.invited[own].sum()
    return heads


def _shrunken(
    before: KeptMoments,
    after: KeptMoments,
    strata: Sequence[CommonStratum],
    cells: Sequence[Sequence[CommonStratum]],
    contrasts: Floats,
) -> list[list[Difference]] | None:
    """The same changes drawn towards their common mean; None with too few groups."""
    staff = [stratum for stratum in strata if stratum.is_staff]
    if not staff:
        return None
    raw = _differences(before, after, [[stratum] for stratum in staff], contrasts)
    within = [np.einsum("ci,ij,cj->c", contrasts, kept.pool, contrasts) for kept in (before, after)]
    psi = np.array(
        [
            _share(before, stratum.before) * within[0] + _share(after, stratum.after) * within[1]
            for stratum in staff
        ]
    )
    mean = np.array([[one.value for one in row] for row in raw])
    shrunken = shrink(mean, psi, PRIOR_CHANGE * (within[0] + within[1]) / 2)
    if isinstance(shrunken, NotEstimable):
        return None
    position = {stratum.before: i for i, stratum in enumerate(staff)}
    heads = np.array([before.invited[rows(before, stratum.before)].sum() for stratum in staff])
    inside = [[position[stratum.before] for stratum in cell] for cell in cells]
    found = departments(shrunken, np.zeros(len(contrasts)), heads, inside)
    return [
        [Difference(float(value), math.sqrt(mse), math.inf) for value, mse in zip(*row, strict=True)]
        for row in zip(found.value, found.mse, strict=True)
    ]


def _share(kept: KeptMoments, labels: Sequence[int]) -> float:
    """Sum of W^2 / n over the strata inside some labels: the error variance of their mean per unit of s^2."""
    own = rows(kept, labels)
    weight = kept.invited[own] / kept.invited[own].sum()
    return float((weight**2 / kept.people(own)).sum())
