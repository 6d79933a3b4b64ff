"""Additive counts of groups of people: what is kept of answers that are not means (one pass over persons)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Tallies:
    """Counts of c things in each of G groups; the tallies of a union are the sums of its parts.

    counts: G x c.
    """

    counts: Counts

    @classmethod
    def by_group(cls, group: NDArray[np.int64], things: Sequence[NDArray[Any]], groups: int) -> Tallies:
        """Tallies in the groups numbered 0 to groups - 1.

        group: people. things: one column a thing, people; booleans or whole numbers, at least 0.

        >>> Tallies.by_group(np.array([0, 1, 1]), [np.array([True, True, False])], 2).counts.tolist()
        [[1], [1]]
        """
        columns = [np.bincount(group, column, groups) for column in things]
        return cls(np.rint(np.stack(columns, axis=1)).astype(np.int64))

    def merged(self, parts: Sequence[Sequence[int]]) -> Tallies:
        """Tallies of unions: one new group for each sequence of old group numbers."""
        old = np.fromiter(chain.from_iterable(parts), dtype=np.int64)
        sizes = np.array([len(part) for part in parts], dtype=np.int64)
        merged = np.zeros((len(parts), self.counts.shape[1]), dtype=np.int64)
        if len(old):
            starts = (np.cumsum(sizes) - sizes)[sizes > 0]
            merged[sizes > 0] = np.add.reduceat(self.counts[old], starts, axis=0)
        return Tallies(merged)
