"""From exact numbers to printed ones: whole points, bands of people."""

from __future__ import annotations

import itertools
import math

from scoring.vocabulary import HIGHEST, LOWEST


def nearest(value: float) -> int:
    """Nearest whole number, halves away from zero (method 3.1).

    >>> nearest(2.5), nearest(-2.5), nearest(-0.4)
    (3, -3, 0)
    """
    nudged = abs(value) + 1e-9  # a mean of 2.5 may come out of the sums as 2.4999999999
    return int(math.copysign(math.floor(nudged + 0.5), value))


def whole_points(value: float) -> int:
    """A score in whole points, within the scale.

    >>> whole_points(47.5), whole_points(250)
    (48, 200)
    """
    return nearest(min(max(value, LOWEST), HIGHEST))


def hundredths(value: float) -> float:
    """An index with two decimals, never minus zero.

    >>> hundredths(0.126), hundredths(-0.001)
    (0.13, 0.0)
    """
    return nearest(100 * value) / 100


def decade(n: int) -> str:
    """The band of ten that a number of people lies in.

    >>> decade(23), decade(100)
    ('20-29', '100-109')
    """
    return f"{n // 10 * 10}-{n // 10 * 10 + 9}"


def steps(n: int) -> str:
    """A number of people in coarse steps (method 3.3).

    >>> [steps(n) for n in (0, 3, 9, 30, 500)]
    ['0', '1-4', '5-9', '20-49', '100 or more']
    """
    bounds = (1, 5, 10, 20, 50, 100)
    if n == 0:
        return "0"
    if n >= bounds[-1]:
        return f"{bounds[-1]} or more"
    low, after = next(pair for pair in itertools.pairwise(bounds) if n < pair[1])
    return f"{low}-{after - 1}"
