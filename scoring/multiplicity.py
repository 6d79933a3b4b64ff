"""Many comparisons: adjusted p-values of Holm and of Benjamini and Hochberg (method 3.12)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def holm(p: ArrayLike) -> Floats:
    """Adjusted p of a family of tests; rejecting those below .05 errs in at most 5 % of families.

    max over j <= i of min(1, (m - j + 1) * p_(j)), p sorted upwards (Holm 1979). Any shape; all
    values are one family. The answer keeps the shape and the order.

    Raises:
        ValueError: a p outside 0 to 1, or not a number.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values = _checked(p)
    order = np.argsort(values, axis=None, kind="stable")
    m = values.size
    raised = np.maximum.accumulate(values.ravel()[order] * np.arange(m, 0, -1))
    return _restored(raised, order, values.shape)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjusted p of a family of tests; of those below q at most a share q is false, on average.

    min over j >= i of min(1, m * p_(j) / j), p sorted upwards (Benjamini & Hochberg 1995). Any
    shape; all values are one family.

    Raises:
        ValueError: a p outside 0 to 1, or not a number.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = _checked(p)
    order = np.argsort(values, axis=None, kind="stable")
    m = values.size
    scaled = values.ravel()[order] * m / np.arange(1, m + 1)
    lowered = np.minimum.accumulate(scaled[::-1])[::-1]
    return _restored(lowered, order, values.shape)


def _checked(p: ArrayLike) -> Floats:
    values = np.asarray(p, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("every p must lie between 0 and 1; leave out tests that could not be made")
    return values


def _restored(adjusted: Floats, order: NDArray[np.int64], shape: tuple[int, ...]) -> Floats:
    result = np.empty(adjusted.size)
    result[order] = np.minimum(1.0, adjusted)
    return result.reshape(shape)
