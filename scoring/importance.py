"""How much each facet counts: not estimated, inner importance, or by an outside outcome (method 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.estimable import NotEstimable
from scoring.moments import Floats
from scoring.shapley import shapley_shares
from scoring.vocabulary import FACETS, LEGS, leg_of

FEWEST_EMPLOYEES: Final = 150
FEWEST_DEPARTMENTS: Final = 50
FEWEST_FOR_FACETS: Final = 100

INNER_PREDICTORS: Final = tuple(facet for facet in FACETS if facet[0] in "DR" or facet in ("B3", "B4"))
INNER_OUTCOME: Final = ("B1", "B2")

PEOPLE_A_PREDICTOR: Final = 20
"""kappa = R2_adj * n / (n + 20 p): shares of few people count little."""

LOWEST_WEIGHT: Final = 0.5
HIGHEST_WEIGHT: Final = 2.0

RESAMPLES: Final = 1000
RESAMPLES_OF_FACETS: Final = 200
"""With 17 predictors a resample costs sixteen times as much as with 13."""

RESAMPLED_GROUPS: Final = 2000
"""More people than this are resampled in so many random groups: their sums are as good (Wolter 2007)."""


@dataclass(frozen=True, slots=True)
class Share:
    """Share of a predictor in all that is explained, 0 to 1, with its 90 % bootstrap interval.

    Percentiles, widened to hold the value itself: chance lets predictors without any effect share a
    little more in every resample, so the percentiles of a strong one lie too low.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Importance:
    """Weights of the 17 facets, mean 1, and where they come from.

    tier 0: not estimated, all weights 1. tier 1: inner importance for behaviours; tier 2: importance
    for an outside outcome. The shares say "associated with", never "causes".
    shares: by facet, or by leg in tier 2 with fewer than 100 departments. n: people, or departments.
    reason: why a higher tier was not reached. outcome: name of that of tier 2.
    """

    tier: int
    weights: tuple[float, ...]
    shares: Mapping[str, Share]
    r_squared: float | None = None
    kappa: float | None = None
    n: int | None = None
    reason: str = ""
    outcome: str = ""


def not_estimated(reason: str) -> Importance:
    """Tier 0: importance was not estimated; the context factor steers alone."""
    return Importance(0, (1.0,) * len(FACETS), {}, reason=reason)


def inner_importance(
    facets: Floats, department: NDArray[np.int64], rng: np.random.Generator, resamples: int = RESAMPLES
) -> Importance:
    """Tier 1: what goes with behaviours (mean of B1 and B2) inside the departments.

    facets: people x 17, points, of the staff (E); rows with a gap are left out. department: of each
    of them, any numbers. Same-source answers inflate the shares, so weights stay within .5 to 2
    (then rescaled to mean 1); B1, B2, B5 and B6 keep weight 1. The bootstrap draws persons around
    their department's mean.
    """
    positions = [FACETS.index(facet) for facet in (*INNER_PREDICTORS, *INNER_OUTCOME)]
    complete = ~np.isnan(facets[:, positions]).any(axis=1)
    n = int(complete.sum())
    if n < FEWEST_EMPLOYEES:
        return not_estimated(f"fewer than {FEWEST_EMPLOYEES} staff answered everything that it needs")
    p = len(INNER_PREDICTORS)
    chosen = facets[complete][:, positions]
    columns = np.column_stack([chosen[:, :p], chosen[:, p:].mean(axis=1)])
    _, group = np.unique(department[complete], return_inverse=True)
    counts = np.bincount(group)
    means = np.stack([np.bincount(group, column) / counts for column in columns.T], axis=1)
    residual = columns - means[group]
    found = _estimate(residual, np.ones(n), n - len(counts), rng, resamples)
    if isinstance(found, NotEstimable):
        return not_estimated(found.reason)
    values, r_squared, shares = found
    adjusted = _adjusted(r_squared, n - len(counts), p)
    kappa = _kappa(adjusted, n, p)
    estimated = dict(zip(INNER_PREDICTORS, _limited(values, kappa), strict=True))
    return Importance(
        1,
        tuple(float(estimated.get(facet, 1.0)) for facet in FACETS),
        dict(zip(INNER_PREDICTORS, shares, strict=True)),
        r_squared,
        kappa,
        n,
    )


def outcome_importance(
    outcome: Floats,
    n: NDArray[np.int64],
    legs: Floats,
    facets: Floats | None,
    rng: np.random.Generator,
    resamples: int | None = None,
    *,
    outcome_name: str = "",
) -> Importance:
    """Tier 2: what goes with an outside outcome of the departments, each weighted by its people.

    outcome: K, higher is better. n: K, valid staff answers. legs: K x 3 and facets: K x 17, shrunken
    scores; facets are used from 100 departments on that have all of them, else every facet has the
    weight of its leg. resamples: 1000 for three legs, 200 for 17 facets unless given. outcome_name: kept.
    """
    if len(outcome) < FEWEST_DEPARTMENTS:
        return not_estimated(f"fewer than {FEWEST_DEPARTMENTS} departments have an outcome")
    names: tuple[str, ...] = LEGS
    scores, people, usual = legs, n, RESAMPLES
    known = np.zeros(0, dtype=np.bool_) if facets is None else ~np.isnan(facets).any(axis=1)
    if facets is not None and known.sum() >= FEWEST_FOR_FACETS:
        names, scores, usual = FACETS, facets[known], RESAMPLES_OF_FACETS
        outcome, people = outcome[known], n[known]
    weight = people.astype(np.float64)
    columns = np.column_stack([scores, outcome])
    departments, p = len(columns), len(names)
    found = _estimate(
        columns - np.average(columns, axis=0, weights=weight),
        weight,
        departments - 1,
        rng,
        resamples or usual,
    )
    if isinstance(found, NotEstimable):
        return not_estimated(found.reason)
    values, r_squared, shares = found
    kappa = _kappa(_adjusted(r_squared, departments - 1, p), departments, p)
    each = dict(zip(names, values, strict=True))
    spread = np.array([each[facet] if p == len(FACETS) else each[leg_of(facet)] for facet in FACETS])
    weights = _rescaled((1 - kappa) + kappa * p * spread)
    return Importance(
        2,
        tuple(float(one) for one in weights),
        {str(name): share for name, share in zip(names, shares, strict=True)},
        r_squared,
        kappa,
        departments,
        outcome=outcome_name,
    )


def _estimate(
    centred: Floats, weight: Floats, freedom: int, rng: np.random.Generator, resamples: int
) -> tuple[Floats, float, tuple[Share, ...]] | NotEstimable:
    """Shares of the predictors (adding up to 1), R2, and the shares with their intervals.

    centred: rows x (p + 1), the outcome last.
    """
    p = centred.shape[1] - 1
    if freedom <= p:
        return NotEstimable(f"{freedom} degrees of freedom are too few for {p} predictors")
    order = _order(centred, weight)
    moments = _grouped_products(centred[order], weight[order], rng)
    parts = shapley_shares(moments.sum(axis=0))
    r_squared = float(parts.sum())
    if r_squared <= 0:
        return NotEstimable("the outcome does not vary, or nothing goes with it")
    groups = len(moments)
    times = rng.multinomial(groups, np.full(groups, 1 / groups), size=resamples).astype(np.float64)
    resampled = (times @ moments.reshape(groups, -1)).reshape(resamples, p + 1, p + 1)
    drawn = shapley_shares(resampled)
    totals = drawn.sum(axis=1, keepdims=True)
    drawn = np.divide(drawn, totals, out=np.zeros_like(drawn), where=totals > 0)
    values = parts / r_squared
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    low, high = np.minimum(low, values), np.maximum(high, values)
    shares = tuple(Share(*(float(x) for x in one)) for one in zip(values, low, high, strict=True))
    return values, r_squared, shares


def _order(centred: Floats, weight: Floats) -> NDArray[np.int64]:
    """An order that follows from the rows alone, so that the draws do too.

    Whoever stores people or labels in another way adds in another order: hence the rounding.
    """
    rounded = np.column_stack([weight, centred]).round(6)
    order: NDArray[np.int64] = np.lexsort(rounded.T)
    return order


def _grouped_products(centred: Floats, weight: Floats, rng: np.random.Generator) -> Floats:
    """Weighted products of every row, or of random groups of rows where there are very many."""
    rows = len(centred)
    if rows <= RESAMPLED_GROUPS:
        products: Floats = weight[:, None, None] * centred[:, :, None] * centred[:, None, :]
        return products
    order = rng.permutation(rows)
    chosen = [order[start::RESAMPLED_GROUPS] for start in range(RESAMPLED_GROUPS)]
    return np.stack([(weight[one, None] * centred[one]).T @ centred[one] for one in chosen])


def _adjusted(r_squared: float, freedom: int, p: int) -> float:
    """R2 less what p predictors explain by chance; never below 0. freedom: of the outcome."""
    return max(0.0, 1 - (1 - r_squared) * freedom / (freedom - p))


def _kappa(adjusted: float, n: int, p: int) -> float:
    """How far the weights leave 1: R2_adj * n / (n + 20 p)."""
    return adjusted * n / (n + PEOPLE_A_PREDICTOR * p)


def _limited(shares: Floats, kappa: float) -> Floats:
    """(1 - kappa) + kappa * p * share, within .5 to 2, then mean 1."""
    return _rescaled((1 - kappa) + kappa * len(shares) * shares)


def _rescaled(weights: Floats) -> Floats:
    limited = weights.clip(LOWEST_WEIGHT, HIGHEST_WEIGHT)
    rescaled: Floats = limited / limited.mean()
    return rescaled
