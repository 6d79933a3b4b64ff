"""What the silent could change: the shift table (method 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scoring.vocabulary import HIGHEST, LOWEST

SHIFT: Final = 50.0
"""Points by which the silent are supposed to differ from those who answered."""


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """A score if the silent stood 50 points lower or higher than those who answered.

    move: points, (1 - n/N) * 50. lower, higher: the score then, within the scale.
    """

    move: float
    lower: float
    higher: float


def shift_table(score: float, response: float) -> ShiftTable:
    """What a score would be with everybody's answer.

    response: share of the invited who answered, 0 to 1; where only a rounded share is shown, that one.
    For cells of ten people or more; the interval of a score covers chance only, never this.

    Raises:
        ValueError: a response rate outside 0 to 1.

    >>> shift_table(20, 0.6)
    ShiftTable(move=20.0, lower=0.0, higher=40.0)
    """
    if not 0 <= response <= 1:
        raise ValueError(f"a response rate must lie between 0 and 1, not {response}")
    move = (1 - response) * SHIFT
    return ShiftTable(move, max(LOWEST, score - move), min(HIGHEST, score + move))
