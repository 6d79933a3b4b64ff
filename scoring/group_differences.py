"""Differences between groups: ICC(1) and ICC(2) by one-way analysis of variance.

Sources (method 3.10): McGraw & Wong (1996), Psychological Methods 1, 30-46; Bliese (2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

from scoring.agreement import Bounded
from scoring.estimable import NotEstimable
from scoring.reliability import Interval

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class GroupDifferences:
    """How far people of one group answer alike, and how well group means are told apart.

    icc1: share of a person's score that lies between groups, with k0 = (N - sum n^2 / N) / (K - 1)
    people per group; icc1_mean_size: the same with the plain mean N / K, which is what R's
    multilevel::ICC1 prints. icc2: reliability of the group means. Negative ones count as 0, raw is
    kept; intervals are of the raw values.
    """

    groups: int
    people: int
    k0: float
    ms_between: float
    ms_within: float
    f: float | NotEstimable
    p: float | NotEstimable
    icc1: Bounded
    icc1_interval: Interval | NotEstimable
    icc1_mean_size: Bounded
    icc2: Bounded | NotEstimable
    icc2_interval: Interval | NotEstimable


def group_differences(
    scores: NDArray[np.float64], groups: NDArray[np.intp]
) -> GroupDifferences | NotEstimable:
    """ICC of one score a person.

    Args:
        scores: people; nan is left out.
        groups: people; the number of each person's group, from 0.

    Returns:
        The result, or the reason: fewer than two groups, no group of two people, equal scores.
    """
    known = ~np.isnan(scores)
    scores, groups = scores[known], groups[known]
    if not len(scores):
        return NotEstimable("nobody has a score")
    sizes = np.bincount(groups)
    present = sizes > 0
    centred = scores - scores.mean()
    sums = np.bincount(groups, centred)[present]
    within = np.square(centred - (np.bincount(groups, centred) / np.maximum(sizes, 1))[groups]).sum()
    return from_group_moments(sizes[present], sums / sizes[present], float(within))


def from_group_moments(
    sizes: NDArray[np.int64], means: NDArray[np.float64], within: float
) -> GroupDifferences | NotEstimable:
    """ICC from the size and mean of each group and the sum of squares within all of them."""
    count, people = len(sizes), int(sizes.sum())
    if count < 2:
        return NotEstimable("at least two groups are needed")
    if people <= count:
        return NotEstimable("no group has two people with a score")
    grand = float(sizes @ means) / people
    between = float(sizes @ np.square(means - grand)) / (count - 1)
    inside = within / (people - count)
    if between + inside <= 1e-14 * (1 + grand**2):
        return NotEstimable("all scores are equal")
    k0 = (people - float(np.square(sizes).sum()) / people) / (count - 1)
    differ = inside > 1e-12 * between
    agreed = NotEstimable("nobody differs within any group")
    f = between / inside if differ else agreed
    freedom = count - 1, people - count
    first, second = _intervals(between / inside, freedom, k0) if differ else (agreed, agreed)
    none = NotEstimable("the group means are all equal")
    return GroupDifferences(
        groups=count,
        people=people,
        k0=k0,
        ms_between=between,
        ms_within=inside,
        f=f,
        p=float(f_distribution.sf(f, *freedom)) if not isinstance(f, NotEstimable) else agreed,
        icc1=_icc1(between, inside, k0),
        icc1_interval=first,
        icc1_mean_size=_icc1(between, inside, people / count),
        icc2=_at_least_zero((between - inside) / between) if between > 1e-14 * inside else none,
        icc2_interval=second if between > 1e-14 * inside else none,
    )


def _icc1(between: float, within: float, size: float) -> Bounded:
    return _at_least_zero((between - within) / (between + (size - 1) * within))


def _at_least_zero(raw: float) -> Bounded:
    return Bounded(max(raw, 0.0), raw)


def _intervals(f: float, freedom: tuple[int, int], size: float) -> tuple[Interval, Interval]:
    """McGraw & Wong's intervals of ICC(1) and ICC(k), one-way model, with k0 for the group size."""
    tail = (1 - CONFIDENCE) / 2
    low = f / float(f_distribution.ppf(1 - tail, *freedom))
    high = f * float(f_distribution.ppf(1 - tail, *reversed(freedom)))
    first = Interval((low - 1) / (low + size - 1), (high - 1) / (high + size - 1))
    return first, Interval(1 - 1 / max(low, 1e-300), 1 - 1 / max(high, 1e-300))
