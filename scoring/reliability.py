"""Cronbach's alpha of a scale with its interval, and what each item adds to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from scoring.correlations import pairwise_covariances
from scoring.estimable import NotEstimable
from scoring.item_table import FEWEST_ANSWERS, ItemTable

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, 95 % unless its owner says otherwise."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ItemInScale:
    """An item beside the others of its scale.

    item_rest: correlation with the sum of the other items. alpha_if_deleted: of the scale without it.
    """

    n: int
    mean: float
    sd: float
    item_rest: float | NotEstimable
    alpha_if_deleted: float | NotEstimable


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha; standardised: from correlations; average_r: mean correlation of two items.

    answered_pairs: harmonic mean of the people behind each pair of items. interval: counts everybody who
    answered an item, as psych does; interval_pairs: counts answered_pairs, so it is wider with gaps.
    keyed_against: items that load against the others on the first component; they probably wait to be
    turned round, and until then alpha says little.
    """

    alpha: float
    interval: Interval
    interval_pairs: Interval
    standardised: float
    average_r: float
    people: int
    answered_pairs: float
    keyed_against: tuple[str, ...]
    items: Mapping[str, ItemInScale]


def alpha(table: ItemTable) -> Alpha | NotEstimable:
    """Internal consistency of the items of one scale, all keyed in one direction.

    k / (k - 1) * (1 - sum of variances / variance of the sum), covariances pairwise where answers
    are missing; intervals by Feldt (1965), Psychometrika 30, 357-370. Held against psych::alpha.

    Returns:
        The result, or the reason: fewer than two items, a constant item, too few people.
    """
    count = len(table.items)
    if count < 2:
        return NotEstimable("a scale needs at least two items")
    covariances, pairs = pairwise_covariances(table)
    if pairs.min() < FEWEST_ANSWERS:
        return NotEstimable(f"fewer than {FEWEST_ANSWERS} people answered both of two items")
    variances = np.diag(covariances)
    constant = [item for item, v in zip(table.items, variances, strict=True) if v <= 1e-12]
    if constant:
        return NotEstimable(f"all answers to {', '.join(constant)} are equal")
    raw = _raw(covariances)
    if isinstance(raw, NotEstimable):
        return raw
    scale = np.sqrt(variances)
    correlations = covariances / np.outer(scale, scale)
    standardised = _raw(correlations)
    if isinstance(standardised, NotEstimable):
        return standardised
    off = np.triu_indices(count, 1)
    people = float(1 / np.mean(1 / pairs[off]))
    return Alpha(
        alpha=raw,
        interval=feldt(raw, table.people, count),
        interval_pairs=feldt(raw, people, count),
        standardised=standardised,
        average_r=float(correlations[off].mean()),
        people=table.people,
        answered_pairs=people,
        keyed_against=_keyed_against(table.items, correlations),
        items=_items(table, covariances),
    )


def _raw(covariances: np.ndarray) -> float | NotEstimable:
    count = len(covariances)
    if count < 2:
        return NotEstimable("a scale needs at least two items")
    total = float(covariances.sum())
    if total <= 1e-12 * float(np.trace(covariances)):
        return NotEstimable("the sum of the items does not vary; items may be keyed against each other")
    return count / (count - 1) * (1 - float(np.trace(covariances)) / total)


def _keyed_against(items: tuple[str, ...], correlations: np.ndarray) -> tuple[str, ...]:
    """Items with a negative loading on the first component, turned so that most of it is positive."""
    first = np.linalg.eigh(correlations)[1][:, -1]
    against = first * (np.sign(first.sum()) or 1.0) < 0
    return tuple(item for item, turned in zip(items, against, strict=True) if turned)


def feldt(value: float, people: float, count: int) -> Interval:
    """95 % interval of an alpha of that many items, answered by that many people."""
    tail = (1 - CONFIDENCE) / 2
    freedom = people - 1, (people - 1) * (count - 1)
    low, high = (float(f_distribution.ppf(p, *freedom)) for p in (1 - tail, tail))
    return Interval(1 - (1 - value) * low, 1 - (1 - value) * high)


def _items(table: ItemTable, covariances: np.ndarray) -> dict[str, ItemInScale]:
    found = {}
    total = covariances.sum()
    for at, item in enumerate(table.items):
        answers = table.values[~np.isnan(table.values[:, at]), at]
        own, shared = float(covariances[at, at]), float(covariances[at].sum())
        rest = float(total) - 2 * shared + own
        others = np.delete(np.delete(covariances, at, axis=0), at, axis=1)
        found[item] = ItemInScale(
            n=len(answers),
            mean=float(answers.mean()),
            sd=float(answers.std(ddof=1)),
            item_rest=(shared - own) / math.sqrt(own * rest)
            if rest > 1e-12
            else NotEstimable("the sum of the other items does not vary"),
            alpha_if_deleted=_raw(others),
        )
    return found
