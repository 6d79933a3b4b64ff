"""Gaps between levels and between legs, the 1:1 ratio, the priority echo (method 3.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from scoring.cells import Cell
from scoring.differences import Difference, Score, adjusted_by_holm, difference
from scoring.estimable import NotEstimable
from scoring.intervals import LEG_RELIABILITY, SEAT_RELIABILITY, cell_means
from scoring.moments import PRIOR_SEAT_SD, PRIOR_WEIGHT, Floats
from scoring.printed import CONTRASTS, SEAT, CellScores
from scoring.stool import PAIRS
from scoring.tiers import Tier
from scoring.vocabulary import LEGS, Leg

GapLevel = Literal["T", "M", "staff"]

SCORES: Final = CONTRASTS[: SEAT + 1]
"""Rows: the three legs and the seat."""

RELIABILITIES: Final = (*(LEG_RELIABILITY for _ in LEGS), SEAT_RELIABILITY)

TOP_FOR_DONT_KNOW: Final = 8
"""Fewest people at the top whose "I do not know" is told of."""


@dataclass(frozen=True, slots=True)
class TopFigures:
    """What may be told of a top of some size (method 3.9, "small top").

    gaps: of legs and seat. dont_know: blindness and "not informed". facets: facet gaps and the echo
    at the top; without them the echo compares staff with managers, and P08 and priorities use the
    gaps of seat and legs.
    """

    gaps: bool
    dont_know: bool
    facets: bool


def top_figures(n: int, k: int = 5) -> TopFigures:
    """What may be told of a top of n valid people.

    >>> top_figures(8)
    TopFigures(gaps=True, dont_know=True, facets=False)
    """
    return TopFigures(n >= k, n >= max(k, TOP_FOR_DONT_KNOW), n >= 2 * k)


def lasting(tier: Tier, cell: Cell, contrasts: Floats = SCORES) -> tuple[Score, ...]:
    """Scores of a cell as a lasting condition: no finite-population correction; for the staff."""
    means = cell_means(tier.moments, tier.invited, tier.pool, [tier.rows(cell.labels)], contrasts)
    return tuple(
        Score(float(v), float(e) ** 2, float(df))
        for v, e, df in zip(means.value[0], means.error[0], means.df[0], strict=True)
    )


def present(
    tier: Tier, cell: Cell, contrasts: Floats = SCORES, reliabilities: Sequence[float] = RELIABILITIES
) -> tuple[Score, ...]:
    """Scores of the people who hold these posts now; for top and managers.

    A board is not a sample of boards: s^2/n * (1 - n/N * rho) in each label, rho .85 for a leg, .90 for
    the seat (method 3.6).
    """
    rows = [tier.rows(cell.labels)]
    scores = []
    for contrast, reliability in zip(contrasts, reliabilities, strict=True):
        means = cell_means(
            tier.moments, tier.invited, tier.pool, rows, contrast[None], reliability=reliability
        )
        scores.append(Score(float(means.value[0, 0]), float(means.error[0, 0]) ** 2, float(means.df[0, 0])))
    return tuple(scores)


def small(printed: CellScores, tier: Tier, k: int) -> tuple[Score, ...]:
    """Scores of a cell of k to 2k - 1 people from what is printed of it, so that n cannot be read back.

    Whole clipped points; variance s_pool^2 / k and k + 7 degrees of freedom for every such cell
    (confidentiality 5).
    """
    variance = np.einsum("ci,ij,cj->c", SCORES, tier.pool, SCORES).clip(0) / k
    if not tier.pool_known:
        variance[SEAT] = PRIOR_SEAT_SD**2 / k
    values = (*(printed.legs[leg].value for leg in LEGS), printed.seat.value)
    return tuple(
        Score(float(value), float(part), float(PRIOR_WEIGHT + k - 1))
        for value, part in zip(values, variance, strict=True)
    )


@dataclass(frozen=True, slots=True)
class LevelGap:
    """How much higher one level stands than another; positive where the upper level is rosier.

    p: adjusted by Holm over the legs and the seat of this contrast; the interval is not adjusted.
    """

    difference: Difference
    p: float


def level_gaps(upper: Sequence[Score], lower: Sequence[Score]) -> tuple[LevelGap, ...]:
    """Gaps of D, R, B and the seat between two levels; one family of four tests (method 3.12).

    SE^2 = sum of both sides, t by Satterthwaite. Staff enter by `lasting`, top and managers by
    `present`, a cell below 2k by `small`.
    """
    family = [difference(one, other) for one, other in zip(upper, lower, strict=True)]
    return tuple(LevelGap(one, p) for one, p in zip(family, adjusted_by_holm(family), strict=True))


def leg_gaps(tier: Tier, cells: Sequence[Cell]) -> list[dict[tuple[Leg, Leg], Difference]]:
    """D - R, D - B (the say-do gap) and R - B of cells, with the covariance of the legs.

    Of the published legs, so both come from the same people. Not for cells below 2k, whose gaps are
    differences of printed points (`small_leg_gaps`).
    """
    means = tier.means(cells, CONTRASTS[SEAT + 1 :])
    return [
        {
            pair: Difference(float(means.value[i, c]), float(means.error[i, c]), float(means.df[i, c]))
            for c, pair in enumerate(PAIRS)
        }
        for i in range(len(cells))
    ]


def small_leg_gaps(printed: CellScores, tier: Tier, k: int) -> dict[tuple[Leg, Leg], Difference]:
    """D - R, D - B and R - B of a cell of k to 2k - 1 people, from its printed points."""
    pairs = CONTRASTS[SEAT + 1 :]
    variance = np.einsum("ci,ij,cj->c", pairs, tier.pool, pairs).clip(0) / k
    return {
        pair: Difference(
            float(printed.legs[pair[0]].value - printed.legs[pair[1]].value),
            float(np.sqrt(variance[c])),
            float(PRIOR_WEIGHT + k - 1),
        )
        for c, pair in enumerate(PAIRS)
    }


def one_to_one(d: float, b: float) -> float | NotEstimable:
    """How much of what is said is done, in percent: 100 (B + 200) / (D + 200); 100 is 1:1.

    d, b: printed points. A ratio depends on where zero is put: an illustration, never tested.

    >>> one_to_one(50, 0)
    80.0
    """
    if d < 0:
        return NotEstimable("where little is declared, a ratio of doing to saying means nothing")
    return 100 * (b + 200) / (d + 200)


@dataclass(frozen=True, slots=True)
class PriorityEcho:
    """Share of each level that names quality of service first (X2), and how far down it is heard.

    shares: percent in steps of 5. echo: share of the staff / share of the highest level shown.
    """

    shares: Mapping[GapLevel, int]
    echo: float | NotEstimable


def priority_echo(shares: Mapping[GapLevel, float]) -> PriorityEcho:
    """The echo from the shares (0 to 1) of those levels that have ten people or more.

    Computed from the steps of 5 % that are shown, so that it tells nothing beyond them. Without a top
    of ten the staff are compared with managers.

    >>> priority_echo({"M": 0.77, "staff": 0.08}).echo
    0.13333333333333333
    """
    steps = {level: 5 * int(20 * share + 0.5) for level, share in shares.items()}
    above: GapLevel = "T" if "T" in steps else "M"
    if "staff" not in steps or above not in steps:
        return PriorityEcho(steps, NotEstimable("fewer than ten people above the staff, or among them"))
    if steps[above] == 0:
        return PriorityEcho(steps, NotEstimable("hardly anybody above the staff puts service first"))
    return PriorityEcho(steps, steps["staff"] / steps[above])
