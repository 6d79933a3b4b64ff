"""Points as they are written: signed whole numbers, intervals, and the five steps of the scale."""

from __future__ import annotations

from typing import Final

from scoring.released import Estimate

STEPS: Final = ((-200, -50), (-49, 10), (11, 49), (50, 99), (100, 200))
"""First and last point of very low, low, middle, high, very high (method 3.2)."""


def signed(points: int) -> str:
    """A score with its sign, a true minus and never a hyphen.

    >>> signed(21), signed(0), signed(-34)
    ('+21', '0', '−34')
    """
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def step(points: int) -> int:
    """Which of the five steps a printed score lies on, 1 (very low) to 5 (very high).

    >>> [step(points) for points in (-50, -49, 10, 11, 49, 50, 99, 100)]
    [1, 2, 2, 3, 3, 4, 4, 5]
    """
    return next(number for number, (_, last) in enumerate(STEPS, 1) if points <= last)


def interval(estimate: Estimate) -> tuple[int, int] | None:
    """Both ends of the interval, or None where none is printed."""
    if estimate.low is None or estimate.high is None:
        return None
    return estimate.low, estimate.high


def band(numbers: str) -> str:
    """A number of people as a band, written with a dash instead of a hyphen.

    >>> band("5-9")
    '5–9'
    """
    return numbers.replace("-", "–")
