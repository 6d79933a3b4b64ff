"""Additional questions: eNPS (X1), what counts most (X2), the internal customer (X3); method 2.3, 3.6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.cells import Cell
from scoring.tiers import Tier

PRIORITIES: Final = (
    "quality of service", "speed", "sales", "costs", "following procedures", "safety", "hard to say",
)  # fmt: skip
"""The answers to X2, in the order of their codes."""

PROMOTER: Final = 9
DETRACTOR: Final = 6

PRIOR_ENPS_SD: Final = 77.0
"""Of -100, 0 and +100 with 35 % promoters and 25 % detractors; judgement, until the pool is known."""

PRIOR_RATING_SD: Final = 2.2
PRIOR_SHARE_SD: Final = 0.4
"""Of X3, and of one answer to X2; judgement, until the pool is known."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its standard error and 95 % interval, in the units of the question."""

    value: float
    error: float
    low: float
    high: float
    n: int


def enps_values(answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """What each answer to X1 counts for: promoters (9-10) +100, detractors (0-6) -100; -1 is no answer.

    Returns:
        People x 1, NaN without an answer; the mean is the eNPS.

    >>> enps_values(np.array([10, 7, 3, -1], dtype=np.int8)).ravel().tolist()
    [100.0, 0.0, -100.0, nan]
    """
    counted = 100.0 * ((answers >= PROMOTER).astype(np.int8) - (answers <= DETRACTOR))
    return np.where(answers >= 0, counted, np.nan)[:, None]


def rating_values(answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """The answers to X3, 0 to 10 (people x 1, NaN without an answer)."""
    return np.where(answers >= 0, answers.astype(np.float64), np.nan)[:, None]


def priority_values(answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """People x 7: 1 for the answer to X2 that was chosen, else 0; NaN rows without an answer.

    "Hard to say" is an answer and belongs to the base.
    """
    chosen = (answers[:, None] == np.arange(len(PRIORITIES))).astype(np.float64)
    return np.where(answers[:, None] >= 0, chosen, np.nan)


def enps(tier: Tier, cells: Sequence[Cell]) -> list[Mean]:
    """Employee net promoter score of cells of ten answers or more, -100 to 100.

    100 (p - d); SE = 100 sqrt((p + d - (p - d)^2) / n), over several labels sqrt(sum W^2 SE_g^2). The
    interval uses the moderated variance and t of every other mean (method 3.6), because 1.96 SE covers
    only 79-90 % at n = 10 and is empty where all answer alike.

    tier: of `enps_values` (q = 1), labels merged on those who answered X1.
    """
    means = _means(tier, cells, -100.0, 100.0)
    n = np.maximum(tier.moments.n, 1)
    label_variance = (tier.moments.cross[:, 0, 0] / n - tier.moments.mean[:, 0] ** 2).clip(0) / n
    exact = []
    for mean, cell in zip(means, cells, strict=True):
        rows = tier.rows(cell.labels)
        weight = tier.invited[rows] / tier.invited[rows].sum()
        error = float(np.sqrt(weight**2 @ label_variance[rows]))
        exact.append(Mean(mean.value, error, mean.low, mean.high, mean.n))
    return exact


def ratings(tier: Tier, cells: Sequence[Cell]) -> list[Mean]:
    """Mean answers to X3 in cells of ten answers or more, 0 to 10 (tier of `rating_values`)."""
    return _means(tier, cells, 0.0, 10.0)


def priority_shares(tier: Tier, cells: Sequence[Cell]) -> NDArray[np.float64]:
    """Cells x 7: share of each answer to X2, 0 to 1 (tier of `priority_values`, PRIORITIES)."""
    return tier.means(cells, np.eye(len(PRIORITIES))).value


def _means(tier: Tier, cells: Sequence[Cell], lowest: float, highest: float) -> list[Mean]:
    means = tier.means(cells, np.ones((1, 1)))
    low, high = means.low.clip(lowest)[:, 0], means.high.clip(max=highest)[:, 0]
    return [
        Mean(float(value), float(error), float(below), float(above), int(tier.n(cell.labels).sum()))
        for cell, value, error, below, above in zip(
            cells, means.value[:, 0], means.error[:, 0], low, high, strict=True
        )
    ]
