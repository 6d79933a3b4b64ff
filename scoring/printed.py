"""Scores of cells as they are printed: rounded, clipped, with the intervals their size allows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.cells import Cell
from scoring.moments import PRIOR_SEAT_SD, PRIOR_WEIGHT, Floats
from scoring.released import Estimate, Stool
from scoring.rounding import nearest, whole_points
from scoring.stool import (
    ON_THE_FLOOR,
    PAIRS,
    LegScores,
    PairDifference,
    judge,
    spread_without_noise,
    tilt_degrees,
)
from scoring.tiers import Tier
from scoring.vocabulary import HIGHEST, LEGS, LOWEST, Leg

CLIPPED: Final = 180
"""Values of cells below 2k are cut here, so that unanimity cannot be read from them."""

SEAT: Final = 3
CONTRASTS: Final = np.array(
    [
        *np.eye(3),
        np.full(3, 1 / 3),
        *(np.eye(3)[LEGS.index(one)] - np.eye(3)[LEGS.index(other)] for one, other in PAIRS),
    ]
)
"""Rows: the three legs, the seat, the three pair differences."""


@dataclass(frozen=True, slots=True)
class CellScores:
    """What is printed of one cell."""

    legs: Mapping[Leg, Estimate]
    seat: Estimate
    stool: Stool


def printed(value: float, low: float, high: float, *, sure: bool = True) -> Estimate:
    """An estimate in whole points, without its interval where that would mislead."""
    if not sure:
        return Estimate(whole_points(value), None, None)
    return Estimate(whole_points(value), whole_points(low), whole_points(high))


def large_cell_scores(
    tier: Tier, cells: Sequence[Cell], sure: Sequence[bool], *, separable: bool = True
) -> list[CellScores]:
    """Scores of cells of 2k people or more; where too few answered, values alone.

    separable: whether the legs can be told apart at all (method 6.2).
    """
    means = tier.means(cells, CONTRASTS)
    low, high = means.low, means.high
    scores = []
    for i, certain in enumerate(sure):
        estimates = [printed(means.value[i, c], low[i, c], high[i, c], sure=certain) for c in range(SEAT + 1)]
        differences = {
            pair: PairDifference(*(float(x[i, SEAT + 1 + c]) for x in (means.value, means.error, means.df)))
            for c, pair in enumerate(PAIRS)
        }
        legs = LegScores(*(float(x) for x in means.mean[i]))
        stool = Stool(None, None, None, None)
        if certain:
            stool = _stool(legs, means.covariance[i], differences, separable=separable)
        scores.append(CellScores(dict(zip(LEGS, estimates, strict=False)), estimates[SEAT], stool))
    return scores


def small_cell_scores(tier: Tier, cells: Sequence[Cell], k: int) -> list[CellScores]:
    """Scores of cells of k to 2k - 1 people: nothing in them depends on how many there are.

    Values are whole and clipped, the interval is one for all such cells, t(.975; k + 7) * s_pool /
    sqrt(k), and the stool is judged from just these printed numbers. k: fewest people in such a cell;
    3 for a board that agreed to be shown.
    """
    values = tier.means(cells, CONTRASTS).value
    variance = np.einsum("ci,ij,cj->c", CONTRASTS, tier.pool, CONTRASTS).clip(0) / k
    if not tier.pool_known:
        variance[SEAT] = PRIOR_SEAT_SD**2 / k
    df = float(PRIOR_WEIGHT + k - 1)
    halves = [nearest(half) for half in special.stdtrit(df, 0.975) * np.sqrt(variance)]
    scores = []
    for row in values:
        points = [max(-CLIPPED, min(CLIPPED, whole_points(value))) for value in row[: SEAT + 1]]
        estimates = [
            Estimate(value, max(int(LOWEST), value - half), min(int(HIGHEST), value + half))
            for value, half in zip(points, halves, strict=False)
        ]
        legs = LegScores(*(float(value) for value in points[:SEAT]))
        differences = {
            pair: PairDifference(legs[pair[0]] - legs[pair[1]], math.sqrt(variance[SEAT + 1 + c]), df)
            for c, pair in enumerate(PAIRS)
        }
        # of small cells only "falling" is ever said, whose tolerance is one and the same
        stool = _stool(legs, tier.pool / k, differences, separable=True)
        if stool.verdict != "falling":
            stool = Stool(stool.tilt, stool.imbalance, stool.stability, "cannot be said")
        scores.append(CellScores(dict(zip(LEGS, estimates, strict=False)), estimates[SEAT], stool))
    return scores


def _stool(
    legs: LegScores,
    covariance: Floats,
    differences: Mapping[tuple[Leg, Leg], PairDifference],
    *,
    separable: bool,
) -> Stool:
    spread = spread_without_noise(legs, covariance)
    imbalance = math.sqrt(3) * spread
    judgement = judge(legs, differences, separable=separable)
    return Stool(
        tilt=round(tilt_degrees(spread), 1),
        imbalance=nearest(imbalance),
        stability=round(100 * (1 - min(1.0, imbalance / ON_THE_FLOOR))),
        verdict=judgement.verdict,
        toward=judgement.toward,
    )
