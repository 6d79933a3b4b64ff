"""Answers to the additional questions X1, X2 and X3 (method 2.3, 6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.simulation.streams import stream
from scoring.vocabulary import LEVELS, Level

PRIORITY_SHARES: Final[Mapping[Level, tuple[float, ...]]] = {
    Level.T: (0.50, 0.05, 0.15, 0.15, 0.05, 0.05, 0.05),
    Level.M: (0.30, 0.15, 0.20, 0.15, 0.10, 0.05, 0.05),
    Level.F: (0.18, 0.27, 0.22, 0.10, 0.13, 0.05, 0.05),
    Level.S: (0.14, 0.24, 0.06, 0.22, 0.24, 0.03, 0.07),
}
"""Shares of the answers to X2 at each level: the priority fades on its way down (method 3.9).

In the order of their codes: quality of service, speed, sales, costs, procedures, safety, hard to say.
"""

UNANSWERED_SHARE: Final = 0.03


def answer_questions(
    seat: NDArray[np.float64],
    cooperation: NDArray[np.float64],
    level: NDArray[np.int8],
    seed: int,
    occasion: int,
) -> dict[str, NDArray[np.int8]]:
    """X1 follows a person's true seat and X3 the true B3, both with r about .5; X2 depends on the level.

    Returns:
        int8, people: X1 and X3 0 to 10, X2 0 to 6, -1 where there is no answer.
    """
    shares = np.cumsum([PRIORITY_SHARES[one] for one in LEVELS], axis=1)[:, :-1]
    draws = stream(seed, "X2", occasion).random(len(level))
    columns = {
        "X1": _rating(6.5 + (seat - 30) / 40, stream(seed, "X1", occasion)),
        "X2": (draws[:, None] >= shares[level]).sum(axis=1).astype(np.int8),
        "X3": _rating(6.0 + (cooperation - 30) / 55, stream(seed, "X3", occasion)),
    }
    for name, column in columns.items():
        silent = stream(seed, f"{name} unanswered", occasion).random(len(level)) < UNANSWERED_SHARE
        column[silent] = -1
    return columns


def _rating(mean: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int8]:
    return np.clip(np.rint(mean + 1.9 * rng.standard_normal(len(mean))), 0, 10).astype(np.int8)
