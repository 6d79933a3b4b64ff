"""Sums over the people who answered two items: all that covariances with gaps need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class PairSums:
    """Sums for items i and j over those who answered both, each item less its own mean.

    products: of i times j. sums: of i. squares: of i squared. people: how many they are. All items x items.
    """

    products: Floats
    sums: Floats
    squares: Floats
    people: NDArray[np.int64]

    def of(self, at: Sequence[int]) -> PairSums:
        """The sums of some items."""
        pick = np.ix_(at, at)
        return PairSums(self.products[pick], self.sums[pick], self.squares[pick], self.people[pick])


def pair_sums(values: Floats) -> PairSums:
    """Sums of every pair; values: people x items, nan where there is no answer."""
    answered = ~np.isnan(values)
    if answered.all():
        count = len(values)
        centred = values - values.mean(axis=0) if count else values
        products = centred.T @ centred
        own = np.diag(products)[:, None] + np.zeros_like(products)
        return PairSums(products, np.zeros_like(products), own, np.full(products.shape, count))
    counts = np.maximum(answered.sum(axis=0), 1)
    centred = np.where(answered, values - np.where(answered, values, 0).sum(axis=0) / counts, 0.0)
    mask = answered.astype(np.float64)
    people = np.rint(mask.T @ mask).astype(np.int64)
    return PairSums(centred.T @ centred, centred.T @ mask, (centred**2).T @ mask, people)
