"""Single items in the labels of those who answered them (method 3.5, finer tier)."""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.answers import AnswerMatrix
from scoring.disclosure import Tiers, merge_statistic
from scoring.legs import PersonScores
from scoring.tiers import Tier, quantity_tier
from scoring.vocabulary import ITEMS, KEYS

PRIOR_ITEM_VARIANCE: Final = 1.03 * 100**2
"""Variance of an item between persons, in squared points (method 7.2)."""


def item_tier(matrix: AnswerMatrix, people: PersonScores, tiers: Tiers, item: str, k: int) -> Tier | None:
    """Moments of one item after reversal, in points; None where nobody valid answered it.

    An item is shown for 10 people or more who answered it, and never where all gave the same end
    answer; its mean may still order the recommendations of a facet (method 5.3).
    """
    column = ITEMS.index(item)
    raw = matrix.answers[:, column]
    among = people.valid & (raw > 0)
    if not among.any():
        return None
    points = 100.0 * KEYS[column] * (raw[:, None].astype(np.float64) - 3)
    partition = merge_statistic(tiers.fine, matrix.answered_by_atom(among), 2 * k)
    return quantity_tier(matrix, points, among, partition, tiers.legs, np.array([[PRIOR_ITEM_VARIANCE]]))
