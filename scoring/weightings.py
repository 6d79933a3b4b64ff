"""Four ways to combine the views of five at the top and four hundred at the front (method 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import numpy as np

from scoring.intervals import CellMeans
from scoring.moments import PRIOR_WEIGHT, Floats
from scoring.tiers import Tier
from scoring.vocabulary import LEGS, STAFF


class Weighting(StrEnum):
    """How levels are combined.

    HEADCOUNT (A, the headline): each employee counts once. PERSPECTIVES (B): .70 staff, .20
    managers, .10 top. EQUAL (C): a third each, shows how rosy a view weighted by rank is. INFORMED
    (D): D of everybody, R and B of the staff alone; not printed.
    """

    HEADCOUNT = "A"
    PERSPECTIVES = "B"
    EQUAL = "C"
    INFORMED = "D"


PERSPECTIVE_WEIGHTS: Final = {"staff": 0.70, "M": 0.20, "T": 0.10}
EQUAL_WEIGHTS: Final = {"staff": 1 / 3, "M": 1 / 3, "T": 1 / 3}
"""A level that does not exist in a wave is left out and the others are rescaled."""


def combined(tier: Tier, weighting: Weighting, contrasts: Floats) -> CellMeans:
    """Legs of the organisation under a weighting, and contrasts of them (c x 3), as one cell.

    Every option is a sum of stratum means: L_l = sum_g w_gl * mean_g, Cov = sum_g w_g w_g' * S_mod,g /
    n_g, degrees of freedom by Satterthwaite, no finite-population correction. Inside a level strata
    weigh by their head counts. Within A the result is that of the organisation's own cell.
    """
    weight = stratum_weights(tier, weighting)
    n = tier.moments.n.astype(np.float64)
    outer = weight[:, :, None] * weight[:, None, :]
    part = outer * tier.moments.moderated(tier.pool) / n[:, None, None]
    mean = (weight * tier.moments.mean).sum(axis=0)[None]
    covariance = part.sum(axis=0)[None]
    by_stratum = np.einsum("ci,gij,cj->gc", contrasts, part, contrasts).clip(0)
    variance = by_stratum.sum(axis=0)
    freedom = n + PRIOR_WEIGHT - 1
    squared = (by_stratum**2 / freedom[:, None]).sum(axis=0)
    df = np.where(variance > 0, variance**2 / np.where(squared > 0, squared, 1.0), freedom.sum())
    return CellMeans(mean, covariance, mean @ contrasts.T, np.sqrt(variance)[None], df[None])


def stratum_weights(tier: Tier, weighting: Weighting) -> Floats:
    """Strata x 3: what each stratum's mean counts for in D, R and B; every column sums to 1."""
    levels = ["staff" if label.level in STAFF else str(label.level) for label in tier.strata]
    head = tier.invited.astype(np.float64)
    everybody = head / head.sum()
    if weighting is Weighting.HEADCOUNT:
        return np.repeat(everybody[:, None], len(LEGS), axis=1)
    if weighting is Weighting.INFORMED:
        staff = head * [level == "staff" for level in levels]
        alone = staff / staff.sum() if staff.any() else everybody
        return np.stack([everybody, alone, alone], axis=1)
    shares = PERSPECTIVE_WEIGHTS if weighting is Weighting.PERSPECTIVES else EQUAL_WEIGHTS
    return np.repeat(_by_level(levels, head, shares)[:, None], len(LEGS), axis=1)


def _by_level(levels: list[str], head: Floats, shares: Mapping[str, float]) -> Floats:
    people = {level: sum(head[i] for i, one in enumerate(levels) if one == level) for level in set(levels)}
    weight = np.array([shares[level] * head[i] / people[level] for i, level in enumerate(levels)])
    rescaled: Floats = weight / weight.sum()
    return rescaled
