"""Which facets to work on first: expected shortfall, gap to the top, importance, context (method 5.1)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.blas import one_blas_thread
from scoring.moments import Floats
from scoring.support import DRAWS, POSSIBLE, square_root
from scoring.vocabulary import FACETS, Leg, leg_of

GOAL: Final = 60.0
LOWEST_VARIANCE: Final = 1.0
GAP_WEIGHT: Final = 0.5
CONTEXT: Final = 1.5
RELAPSE_SIGNALS: Final = 2

MOST_KEY_AREAS: Final = 5
FLOOR: Final = 0.10
KEY_FROM: Final = 0.50
CANDIDATE_FROM: Final = 0.25

_RESOURCES: Final = tuple(facet for facet in FACETS if leg_of(facet) == Leg.R)
_RAISED_BY: Final = (
    (("P01", "P04"), _RESOURCES),
    (("P02",), ("B4", "B5")),
    (("P03", "P07"), ("D4", "D5")),
    (("P08",), ("B6",)),
)


@dataclass(frozen=True, slots=True)
class Priority:
    """A facet in the order of work; priority and share are never printed as numbers.

    score: shrunken, points (direct for the organisation). shortfall: expected distance below the goal,
    in answer steps. gap: part for the gap to the top, 0 to 1. share: draws in which the facet is among
    the five highest with a priority of at least .10.
    """

    facet: str
    score: float
    shortfall: float
    gap: float
    importance: float
    context: float
    priority: float
    share: float


@dataclass(frozen=True, slots=True)
class Priorities:
    """Key areas of a unit, at most five, highest priority first; then those that come close.

    No key area is a possible and good result: no key area, protect what works.
    """

    key_areas: tuple[Priority, ...]
    candidates: tuple[Priority, ...]


def expected_shortfall(score: Floats, variance: Floats, goal: float = GOAL) -> Floats:
    """Mean distance below a goal of a score that is known with this variance, in answer steps.

    [(T - m) Phi(z) + sqrt(v) phi(z)] / 100, z = (T - m) / sqrt(v): never negative.

    >>> expected_shortfall(np.array([60.0]), np.array([100.0])).round(3)
    array([0.04])
    """
    error = np.sqrt(np.maximum(variance, LOWEST_VARIANCE))
    below = goal - score
    z = below / error
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    shortfall: Floats = (below * special.ndtr(z) + error * density) / 100
    return shortfall


def gap_parts(
    staff_facets: Floats,
    top_facets: Floats | None,
    leg_gaps: Mapping[Leg, float | None],
    not_informed: Collection[str] = (),
) -> Floats:
    """What the gap between top and staff of the organisation adds to each facet, 0 to 1.

    staff_facets, top_facets: 17, points, NaN where not published; top_facets None where the top has
    fewer than 10: then the gap of the leg counts. leg_gaps: published, empty where the top is not
    shown. not_informed: facets that the top knows too little about; they count 0.
    """
    if top_facets is None:
        gaps = np.array([leg_gaps.get(leg_of(facet)) or 0.0 for facet in FACETS])
    else:
        gaps = top_facets - staff_facets
    gaps = np.where(np.isin(FACETS, list(not_informed)) | np.isnan(gaps), 0.0, gaps)
    parts: Floats = (gaps / 100).clip(0, 1)
    return parts


def context_factors(supports: Mapping[str, float], relapse_signals: int = 0) -> Floats:
    """1.5 for the facets that a pattern of the unit speaks of (support of .5 or more), else 1.

    supports: share of the draws of each pattern. relapse_signals: of method 4.6; 0 where not counted.
    """
    factors = np.ones(len(FACETS))
    for patterns, facets in _RAISED_BY:
        if any(supports.get(pattern, 0.0) >= POSSIBLE for pattern in patterns):
            factors[[FACETS.index(facet) for facet in facets]] = CONTEXT
    if relapse_signals >= RELAPSE_SIGNALS:
        factors[FACETS.index("B6")] = CONTEXT
    return factors


def priorities(
    score: Floats,
    variance: Floats,
    covariance: Floats,
    rng: np.random.Generator,
    *,
    gap: Floats | None = None,
    importance: Floats | None = None,
    context: Floats | None = None,
    left_out: Collection[str] = (),
    shrunken: bool = True,
    goal: float = GOAL,
    draws: int = DRAWS,
) -> Priorities:
    """Key areas of a unit of 10 people or more: the staff of the organisation or of a department.

    score, variance: 17, shrunken facets with their mean square errors, points; direct values for the
    organisation and with fewer than four departments (shrunken False). NaN where a facet is not known.
    covariance: 17 x 17, of the facet means of the unit (S17 times mean_variance).
    gap, importance, context: 17 each; 0, 1 and 1 where not given. left_out: facets that more than
    30 % of the staff cannot judge.
    """
    gap = np.zeros(len(FACETS)) if gap is None else gap
    weight = np.ones(len(FACETS)) if importance is None else np.asarray(importance, dtype=np.float64)
    factor = np.ones(len(FACETS)) if context is None else context
    known = ~(np.isnan(score) | np.isnan(variance)) & ~np.isin(FACETS, list(left_out))
    rows = np.flatnonzero(known)
    if not len(rows):
        return Priorities((), ())

    def priority_of(values: Floats) -> Floats:
        shortfall = expected_shortfall(values, variance[rows], goal)
        priority: Floats = weight[rows] * factor[rows] * (shortfall + GAP_WEIGHT * gap[rows])
        return priority

    root = square_root(covariance)[rows]
    if shrunken:
        own = np.diag(covariance)[rows]
        root = root * np.sqrt(np.divide(variance[rows], own, out=np.ones(len(rows)), where=own > 0))[:, None]
    with one_blas_thread():
        drawn = score[rows] + rng.standard_normal((draws, len(FACETS))) @ root.T
    share = _share_among_highest(priority_of(drawn))
    shortfall, priority = expected_shortfall(score[rows], variance[rows], goal), priority_of(score[rows])
    order = sorted(range(len(rows)), key=lambda i: (-priority[i], i))
    ranked = [
        Priority(
            facet=FACETS[rows[i]],
            score=float(score[rows[i]]),
            shortfall=float(shortfall[i]),
            gap=float(gap[rows[i]]),
            importance=float(weight[rows[i]]),
            context=float(factor[rows[i]]),
            priority=float(priority[i]),
            share=float(share[i]),
        )
        for i in order
        if share[i] >= CANDIDATE_FROM
    ]
    key_areas = [one for one in ranked if one.share >= KEY_FROM][:MOST_KEY_AREAS]
    return Priorities(tuple(key_areas), tuple(one for one in ranked if one not in key_areas))


def _share_among_highest(priority: Floats) -> Floats:
    """Share of the draws (rows) in which each facet is among the five highest and above the floor."""
    facets = priority.shape[1]
    high: NDArray[np.bool_] = priority >= FLOOR
    if facets > MOST_KEY_AREAS:
        fifth = np.partition(priority, facets - MOST_KEY_AREAS, axis=1)[:, facets - MOST_KEY_AREAS]
        high &= priority >= fifth[:, None]
    share: Floats = high.mean(axis=0)
    return share
