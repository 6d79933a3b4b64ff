"""Shapley shares of R2 (LMG): what each predictor adds, averaged over all orders (method 5.2).

Lindeman, Merenda & Gold 1980; Budescu 1993. The shares add up to R2, are never below 0, and equal
predictors get equal shares. All 2^p subsets are regressed: up to 17 predictors that costs little.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from scoring.moments import Floats

MOST_PREDICTORS: Final = 17
SINGULAR: Final = 1e-9
"""A predictor with less than this share of its variance left adds nothing to a subset."""

_BLOCK: Final = 2**17
"""How many subsets are held at once: larger blocks leave the processor's cache."""


def shapley_shares(covariance: Floats) -> Floats:
    """Parts of R2 that belong to each predictor.

    covariance: ... x (p + 1) x (p + 1), the outcome last. Returns ... x p; their sum is R2. All 0
    where the outcome does not vary.

    Raises:
        ValueError: no predictor, or more than 17.

    >>> shapley_shares(np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]])).round(2)
    array([0.36, 0.09])
    """
    p = covariance.shape[-1] - 1
    if not 1 <= p <= MOST_PREDICTORS:
        raise ValueError(f"Shapley shares need 1 to {MOST_PREDICTORS} predictors, not {p}")
    stacked = covariance.reshape(-1, p + 1, p + 1)
    spread = np.sqrt(np.einsum("bii->bi", stacked).clip(0))
    scale = np.where(spread > 0, spread, 1.0)
    correlation = stacked / scale[:, :, None] / scale[:, None, :]
    weights = _marginal_weights(p)
    size = max(1, _BLOCK >> p)
    parts = [
        _explained(correlation[start : start + size]) @ weights for start in range(0, len(stacked), size)
    ]
    shares: Floats = np.concatenate(parts).clip(0).reshape(*covariance.shape[:-2], p)
    return shares


def _explained(correlation: Floats) -> Floats:
    """R2 of every subset of predictors (batch x 2^p; bit j of a subset's number: predictor j is in it).

    One predictor after another is either dropped or partialled out of all that follow, so subsets that
    begin alike share the work. Of each remaining matrix the upper triangle is kept, entry by entry
    (batch x subsets), since many small matrices at once are slow in any other order.
    """
    q = correlation.shape[-1]
    triangle = [[correlation[:, i, j, None] for j in range(i, q)] for i in range(q)]
    while len(triangle) > 1:
        pivot, *column = triangle[0]
        usable = pivot > SINGULAR
        inverse = np.where(usable, 1.0 / np.where(usable, pivot, 1.0), 0.0)
        triangle = [
            [
                np.concatenate([old, old - scaled * other], axis=1)
                for old, other in zip(row, column[i:], strict=True)
            ]
            for i, row in enumerate(triangle[1:])
            for scaled in [column[i] * inverse]
        ]
    left = triangle[0][0]
    explained: Floats = left[:, :1] - left
    return explained


@lru_cache(maxsize=4)
def _marginal_weights(p: int) -> Floats:
    """2^p x p: what R2 of each subset counts for in the share of each predictor."""
    subsets = np.arange(2**p)
    member = (subsets[:, None] >> np.arange(p)) & 1 == 1
    size = member.sum(axis=1)
    orders = np.array([1.0 / (p * math.comb(p - 1, s)) for s in range(p)])
    joined = orders[(size - 1).clip(0)]
    without = orders[size.clip(max=p - 1)]
    weights: Floats = np.where(member, joined[:, None], -without[:, None])
    return weights
