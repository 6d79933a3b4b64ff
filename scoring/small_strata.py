"""Counts of groups of k to 2k - 1 people, told as if k had answered, so that they do not tell the size.

A share of seven people is a multiple of 1/7. Printed in steps, many shares and means of one union still
leave only one size that fits them all (decisions/0061). Rounded to whole answers of k people, they fit
every size alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]


def as_k_people(counts: Counts, sizes: ArrayLike, k: int) -> Counts:
    """Counts in which every group of fewer than 2k people counts as k, in the proportions it gave.

    Shares up to and including each answer are rounded, which moves a mean least; what somebody of a
    group answered against all others never vanishes, and what nobody answered at all stays empty.

    counts: groups x ... x answers, in their order. sizes: people in each group.

    >>> as_k_people(np.array([[1, 6], [4, 8]]), [7, 12], 5).tolist()
    [[1, 4], [4, 8]]
    """
    small = np.asarray(sizes) < 2 * k
    found, own = counts.copy(), counts[small]
    people = np.maximum(own.sum(axis=-1, keepdims=True), 1)
    below = np.rint(k * own.cumsum(axis=-1) / people).astype(np.int64)
    found[small] = np.diff(below, axis=-1, prepend=0)
    return found
