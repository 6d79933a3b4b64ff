"""From points to a place across the picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from scoring.vocabulary import HIGHEST, LOWEST

Axis = Callable[[float], float]

TICK: Final = 50
NARROWEST: Final = 200


def place(lowest: float, highest: float, left: float, right: float) -> Axis:
    """The function from points to x.

    >>> place(-200, 200, 0, 100)(100)
    75.0
    """
    return lambda points: left + (points - lowest) / (highest - lowest) * (right - left)


def common_axis(values: Iterable[int]) -> tuple[int, int]:
    """Ends of an axis that holds all values and 0, whole steps of 50, at least 200 points wide.

    >>> common_axis([-12, 104]), common_axis([30, 40]), common_axis([170, 190])
    ((-50, 150), (0, 200), (0, 200))
    """
    held = [0, *values]
    low = max(int(LOWEST), math.floor(min(held) / TICK) * TICK)
    high = min(int(HIGHEST), math.ceil(max(held) / TICK) * TICK)
    while high - low < NARROWEST:
        if high < HIGHEST:
            high += TICK
        else:
            low -= TICK
    return low, high


def apart(
    centres: Sequence[float], widths: Sequence[float], leftmost: float, rightmost: float
) -> list[float]:
    """Centres of labels pushed sideways until none touches its neighbour, each near its own place.

    leftmost, rightmost: the edges that no label crosses.

    >>> apart([10, 12, 80], [20, 20, 20], -100, 100)
    [1.0, 21.0, 80.0]
    """
    blocks: list[list[int]] = []

    def wide(block: list[int]) -> float:
        return sum(widths[i] for i in block)

    def left(block: list[int]) -> float:
        middle = sum(centres[i] for i in block) / len(block)
        return min(max(middle - wide(block) / 2, leftmost), rightmost - wide(block))

    for i in sorted(range(len(centres)), key=lambda i: centres[i]):
        block = [i]
        while blocks and left(block) < left(blocks[-1]) + wide(blocks[-1]):
            block = blocks.pop() + block
        blocks.append(block)
    moved = list(centres)
    for block in blocks:
        edge = left(block)
        for i in block:
            moved[i] = edge + widths[i] / 2
            edge += widths[i]
    return moved
