"""Where people get lost between hearing, being equipped and delivering (method 3.9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.estimable import NotEstimable
from scoring.small_strata import as_k_people
from scoring.tallies import Tallies

HIGH: Final = 50.0
"""Points of a leg from which a person has heard, is equipped, delivers."""

SMALLEST_BASE: Final = 10

HEARD_COLUMNS: Final = ("people", "heard", "equipped", "delivered", "converted")
"""Columns of the funnel's tallies; each of the first four lies within the one before."""

_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people, 0 to 1, with its 95 % interval by Wilson and the number it is taken of."""

    value: float
    low: float
    high: float
    base: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """The chain from D to B of the people in a cell.

    heard: D of 50 points or more. equipped: of these, R of 50 or more. delivered: of these, B of 50 or
    more. conversion: of those who heard, B of 50 or more. through: heard x equipped x delivered, the
    share of all that every step holds; it has no interval of its own.
    """

    heard: Share | NotEstimable
    equipped: Share | NotEstimable
    delivered: Share | NotEstimable
    conversion: Share | NotEstimable
    through: float | NotEstimable


def funnel_tallies(
    legs: NDArray[np.float64], among: NDArray[np.bool_], group: NDArray[np.int64], groups: int
) -> Tallies:
    """Counts of HEARD_COLUMNS in each group.

    legs: people x 3, points. among: valid people (all three legs). group: people.
    """
    high = legs[among] >= HIGH
    heard = high[:, 0]
    equipped = heard & high[:, 1]
    columns = (np.ones_like(heard), heard, equipped, equipped & high[:, 2], heard & high[:, 2])
    return Tallies.by_group(group[among], columns, groups)


def funnel_as_k_people(tallies: Tallies, sizes: ArrayLike, k: int) -> Tallies:
    """Tallies of HEARD_COLUMNS in which groups of fewer than 2k people count as k (decisions/0061)."""
    people, heard, equipped, delivered, converted = tallies.counts.T
    apart = np.stack(
        [people - heard, heard - equipped - converted + delivered, converted - delivered,
         equipped - delivered, delivered], axis=1
    )  # fmt: skip
    lost, heard_only, unequipped, undelivered, all_three = as_k_people(apart, sizes, k).T
    equipped = undelivered + all_three
    heard = heard_only + unequipped + equipped
    return Tallies(np.stack([lost + heard, heard, equipped, all_three, unequipped + all_three], axis=1))


def funnel(counts: Sequence[int]) -> Funnel:
    """The funnel from the counts of a cell (HEARD_COLUMNS), unweighted.

    Every step needs ten people to be taken of; where it has fewer, the chain stops there.

    >>> found = funnel([40, 20, 10, 5, 8])
    >>> found.heard.value, found.conversion.value, found.through
    (0.5, 0.4, 0.125)
    """
    people, heard, equipped, delivered, converted = (int(count) for count in counts)
    first = _step(heard, people)
    second = _step(equipped, heard)
    third = _step(delivered, equipped)
    stopped = next((step for step in (first, second, third) if isinstance(step, NotEstimable)), None)
    return Funnel(
        first,
        second,
        third,
        _step(converted, heard),
        delivered / people if stopped is None else stopped,
    )


def _step(count: int, base: int) -> Share | NotEstimable:
    if base < SMALLEST_BASE:
        return NotEstimable(f"fewer than {SMALLEST_BASE} people to take a share of")
    return Share(count / base, *wilson(count, base), base)


def wilson(count: int, base: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927); base at least 1.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).

    >>> [round(end, 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    p, z2 = count / base, _Z**2
    middle = p + z2 / (2 * base)
    half = _Z * math.sqrt(p * (1 - p) / base + z2 / (4 * base**2))
    scale = 1 + z2 / base
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def in_steps(share: Share) -> tuple[int, int, int]:
    """Value, low and high in steps of 5 %, the interval outwards, so that no count can be read back.

    >>> in_steps(Share(0.4, 0.219, 0.613, 20))
    (40, 20, 65)
    """
    return (
        5 * math.floor(20 * share.value + 0.5),
        5 * math.floor(20 * share.low + 1e-9),
        5 * math.ceil(20 * share.high - 1e-9),
    )
