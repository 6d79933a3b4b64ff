"""Agreement within a group: rwg, rwg(J), Lindell's r*wg, average deviation.

Sources (method 3.10): James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98;
Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23, 127-135; Burke & Dunlap
(2002), Organizational Research Methods 5, 159-172; LeBreton & Senter (2008), ORM 11, 815-852.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable

SLIGHT_SKEW_OF_FIVE: Final = 1.34
"""Null variance of a slightly skewed distribution over five points (LeBreton & Senter 2008)."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """An index that is printed between 0 and 1; raw: what the formula gave, if it gave a number."""

    value: float
    raw: float | NotEstimable


@dataclass(frozen=True, slots=True)
class WithinGroup:
    """Agreement of one group about one scale of J items, against one null variance.

    n: people who answered every item. mean, variance: of the scale score (the mean of a person's
    items), variance with n - 1. item_variance: mean of the item variances. rwg: of the scale score;
    rwg_j: of the items; r_star_wg: 1 - variance / null, untruncated, for the scale score; r_star_wg_j
    for the items. ad: mean absolute distance from the item mean, averaged over items, in scale
    points; ad_median: from the item median. Everything but n and mean is NotEstimable for a
    single person.
    """

    n: int
    mean: float
    variance: float | NotEstimable
    item_variance: float | NotEstimable
    rwg: Bounded | NotEstimable
    rwg_j: Bounded | NotEstimable
    r_star_wg: float | NotEstimable
    r_star_wg_j: float | NotEstimable
    ad: float | NotEstimable
    ad_median: float | NotEstimable


def uniform_variance(options: float) -> float:
    """Variance of answers spread evenly over so many options: (A^2 - 1) / 12.

    >>> uniform_variance(5)
    2.0
    """
    return (options**2 - 1) / 12


def rwg(variance: float, null: float) -> Bounded:
    """1 - variance / null, for a single score; below 0 counts as 0.

    >>> rwg(0.5, 2.0)
    Bounded(value=0.75, raw=0.75)
    >>> rwg(2.5, 2.0)
    Bounded(value=0.0, raw=-0.25)
    """
    raw = 1 - variance / null
    return Bounded(max(raw, 0.0), raw)


def rwg_j(item_variance: float, items: int, null: float) -> Bounded:
    """J (1 - s2 / null) / (J (1 - s2 / null) + s2 / null); out of range counts as 0.

    item_variance: mean of the items' variances.

    >>> round(rwg_j(1.0, 3, 2.0).value, 4)
    0.75
    >>> rwg_j(2.2, 3, 2.0).value
    0.0
    """
    share = item_variance / null
    agreed = items * (1 - share)
    whole = agreed + share
    if abs(whole) < 1e-12:
        return Bounded(0.0, NotEstimable("the formula of rwg(J) divides by zero here"))
    raw = agreed / whole
    return Bounded(raw if 0 <= raw <= 1 else 0.0, raw)


def r_star_wg(variance: float, null: float) -> float:
    """Lindell's index: 1 - variance / null, not truncated; for several items their mean variance.

    >>> r_star_wg(2.5, 2.0)
    -0.25
    """
    return 1 - variance / null


def within_group(answers: NDArray[np.float64], null: float) -> WithinGroup | NotEstimable:
    """All indices of one group.

    Args:
        answers: people x items, nan for a gap; people with a gap are left out (as in R's multilevel).
        null: variance to expect without any agreement, see uniform_variance.

    Returns:
        The indices, or the reason: nobody answered every item, or a null variance that is not positive.
    """
    if null <= 0:
        return NotEstimable("the scale has only one option")
    complete = answers[~np.isnan(answers).any(axis=1)]
    people, items = complete.shape
    if not people:
        return NotEstimable("nobody in this group answered every item")
    scores = complete.mean(axis=1)
    mean = float(scores.mean())
    if people == 1:
        one = NotEstimable("only one person of this group answered every item")
        return WithinGroup(1, mean, one, one, one, one, one, one, one, one)
    spread = float(complete.var(axis=0, ddof=1).mean())
    variance = float(scores.var(ddof=1))
    return WithinGroup(
        n=people,
        mean=mean,
        variance=variance,
        item_variance=spread,
        rwg=rwg(variance, null),
        rwg_j=rwg_j(spread, items, null),
        r_star_wg=r_star_wg(variance, null),
        r_star_wg_j=r_star_wg(spread, null),
        ad=float(np.abs(complete - complete.mean(axis=0)).mean()),
        ad_median=float(np.abs(complete - np.median(complete, axis=0)).mean()),
    )
