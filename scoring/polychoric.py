"""Polychoric correlations: two-step maximum likelihood, all two-way tables in one pass.

Source: Olsson (1979), Psychometrika 44, 443-460, two-step: thresholds from the margins of all
answers to an item, then the correlation of each pair alone.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scoring.blas import one_blas_thread
from scoring.correlations import Correlations
from scoring.estimable import NotEstimable
from scoring.item_table import FEWEST_ANSWERS, ItemTable

MOST_CATEGORIES: Final = 20
BOUND: Final = 0.9999
FAR: Final = 9.0
"""A threshold where a normal curve has nothing left."""
STEEP: Final = 0.8
"""Above this correlation the integral needs the finer rule."""
PEOPLE_AT_ONCE: Final = 8192

_COARSE = np.polynomial.legendre.leggauss(20)
_FINE = np.polynomial.legendre.leggauss(96)


def category_codes(table: ItemTable) -> tuple[NDArray[np.int8], int] | NotEstimable:
    """Answers as 0, 1, 2 ... in the order of each item's own values; -1 for a gap.

    Returns:
        items x people codes and the largest number of categories, or the reason: an item with
        more than 20 different values is not ordinal.
    """
    codes = np.empty(table.values.T.shape, dtype=np.int8)
    most = 0
    for row, (item, column) in enumerate(zip(table.items, np.ascontiguousarray(table.values.T), strict=True)):
        found, levels = _ranks(column)
        if levels > MOST_CATEGORIES:
            return NotEstimable(
                f"{item} has more than {MOST_CATEGORIES} different values; use Pearson correlations"
            )
        codes[row] = found
        most = max(most, levels)
    return codes, most


def _ranks(column: NDArray[np.float64]) -> tuple[NDArray[np.integer[Any]], int]:
    """Each answer's place among the different values, -1 for a gap, and how many values there are."""
    gaps = np.isnan(column)
    if gaps.all():
        return np.full(len(column), -1), 0
    shifted = np.where(gaps, -1.0, column - np.fmin.reduce(column))
    if shifted.max() < 2 * MOST_CATEGORIES:
        whole = shifted.astype(np.int8)
        if (whole == shifted).all():
            # few whole numbers, the usual case: counting is much quicker than sorting
            found = np.bincount(whole + 1, minlength=2)[1:] > 0
            places = np.append(np.cumsum(found) - 1, -1)
            return (whole if found.all() else places[whole]), int(found.sum())
    levels = np.unique(column[~gaps])
    return np.where(gaps, -1, np.searchsorted(levels, column)), len(levels)


def two_way_tables(codes: NDArray[np.int8], categories: int) -> NDArray[np.int64]:
    """Every two-way table of every two items in one pass over the people.

    Args:
        codes: items x people, -1 for a gap.
        categories: the largest number of categories.

    Returns:
        items x categories x items x categories counts; the diagonal blocks hold the margins.
    """
    items, people = codes.shape
    wide = items * categories
    ladder = np.arange(categories, dtype=np.int8)[None, :, None]

    def block(start: int) -> NDArray[np.float32]:
        # float32 counts are exact up to 2**24, and the product is one call into BLAS
        marks = (codes[:, None, start : start + PEOPLE_AT_ONCE] == ladder).astype(np.float32)
        marks = marks.reshape(wide, -1)
        return np.asarray(marks @ marks.T, dtype=np.float32)

    counts = np.zeros((wide, wide))
    # threads of our own on blocks of people wait for nothing; BLAS's own spin on a busy machine
    with one_blas_thread(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for found in pool.map(block, range(0, people, PEOPLE_AT_ONCE)):
            counts += found
    return np.rint(counts).astype(np.int64).reshape(items, categories, items, categories)


def thresholds(margins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cuts of the standard normal curve between the categories of each item.

    Args:
        margins: items x categories counts.

    Returns:
        items x (categories - 1); at +-9 where nothing lies beyond.
    """
    cumulative = np.cumsum(margins, axis=1)[:, :-1] / margins.sum(axis=1, keepdims=True)
    return np.asarray(np.clip(ndtri(cumulative), -FAR, FAR))


def bivariate_normal(
    x: NDArray[np.float64], y: NDArray[np.float64], correlation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(X < x, Y < y) of two standard normal variables; arrays of one shape.

    Integral of the density over the correlation, with correlation = sin(angle), by Gauss-Legendre
    (Drezner & Wesolowsky 1990; Genz 2004, Statistics and Computing 14, 251-260). Error below 1e-7
    for correlations up to 0.99.

    >>> float(bivariate_normal(np.zeros(1), np.zeros(1), np.full(1, 0.5)).round(12)[0])
    0.333333333333
    """
    steep = np.abs(correlation) > STEEP
    result = np.asarray(ndtr(x) * ndtr(y), dtype=np.float64)
    for (nodes, weights), chosen in ((_COARSE, ~steep), (_FINE, steep)):
        if not chosen.any():
            continue
        half = np.arcsin(correlation[chosen]) / 2
        sines = np.sin(half[..., None] * (nodes + 1))
        a, b = x[chosen][..., None], y[chosen][..., None]
        heights = np.exp(-((a * a + b * b) / 2 - a * b * sines) / (1 - sines * sines))
        result[chosen] += half / (2 * np.pi) * (heights @ weights)
    return result


def polychoric(table: ItemTable) -> Correlations | NotEstimable:
    """Correlations of the normal variables behind ordinal answers.

    Held against psych::polychoric(correct = 0), tolerance 1e-4.

    Returns:
        The matrix, or the reason: too many values, too few common answers, an item without
        spread, or a pair whose empty cells drive the correlation to one.
    """
    coded = category_codes(table)
    if isinstance(coded, NotEstimable):
        return coded
    codes, categories = coded
    count = len(table.items)
    if categories < 2:
        return NotEstimable("no item has two different answers")
    tables = two_way_tables(codes, categories)
    margins = np.einsum("icic->ic", tables)
    lone = [item for item, margin in zip(table.items, margins, strict=True) if (margin > 0).sum() < 2]
    if lone:
        return NotEstimable(f"all answers to {', '.join(lone)} are equal")
    first, second = np.triu_indices(count, 1)
    cells = tables[first, :, second, :]
    together = cells.sum(axis=(1, 2))
    if (together < FEWEST_ANSWERS).any():
        at = int(np.argmin(together))
        return NotEstimable(
            f"{table.items[first[at]]} and {table.items[second[at]]}: "
            f"fewer than {FEWEST_ANSWERS} people answered both"
        )
    cuts = thresholds(margins)
    scatter = _scatter(margins, cuts)
    counts = cells.astype(np.float64)
    start = _correlation_of_codes(counts) * scatter[first] * scatter[second]
    rho = _most_likely(counts, cuts[first], cuts[second], np.clip(start, -0.95, 0.95))
    runaway = np.abs(rho) >= BOUND - 1e-6
    if runaway.any():
        at = int(np.argmax(runaway))
        return NotEstimable(
            f"{table.items[first[at]]} and {table.items[second[at]]}: empty cells of their table "
            "drive the polychoric correlation to one; use Pearson correlations"
        )
    values = np.eye(count)
    values[first, second] = values[second, first] = rho
    pairs = np.zeros((count, count), dtype=np.int64)
    pairs[first, second] = pairs[second, first] = together
    np.fill_diagonal(pairs, margins.sum(axis=1))
    return Correlations(table.items, values, pairs, table.people, "polychoric", scatter)


def _scatter(margins: NDArray[np.int64], cuts: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / standard deviation of the normal scores of the categories.

    At a correlation of 0 the maximum-likelihood estimate is, to first order, Pearson's of these
    scores divided by both standard deviations.
    """
    heights = np.zeros((len(cuts), cuts.shape[1] + 2))
    heights[:, 1:-1] = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    shares = margins / margins.sum(axis=1, keepdims=True)
    variance = (np.diff(heights, axis=1) ** 2 / np.maximum(shares, 1e-12)).sum(axis=1)
    return np.asarray(1 / np.sqrt(variance))


def _most_likely(
    cells: NDArray[np.float64],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    start: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Correlation of each pair by Fisher scoring inside a bracket that the score's sign narrows."""
    people = cells.sum(axis=(1, 2))
    low, high = np.full(len(cells), -BOUND), np.full(len(cells), BOUND)
    rho = start.copy()
    active = np.arange(len(cells))
    for _ in range(60):
        score, information = _score(cells[active], people[active], rows[active], columns[active], rho[active])
        low[active] = np.where(score > 0, rho[active], low[active])
        high[active] = np.where(score < 0, rho[active], high[active])
        moved = rho[active] + score / np.maximum(information, 1e-300)
        middle = (low[active] + high[active]) / 2
        moved = np.where((moved <= low[active]) | (moved >= high[active]), middle, moved)
        change = np.abs(moved - rho[active])
        rho[active] = moved
        active = active[change > 1e-7]
        if not len(active):
            break
    return rho


def _correlation_of_codes(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Product-moment correlation of the category numbers."""
    steps = np.arange(cells.shape[1], dtype=np.float64)
    people = cells.sum(axis=(1, 2))
    rows, columns = cells.sum(axis=2), cells.sum(axis=1)
    x, y = rows @ steps / people, columns @ steps / people
    spread = (rows @ steps**2 / people - x**2) * (columns @ steps**2 / people - y**2)
    shared = np.einsum("pij,i,j->p", cells, steps, steps) / people - x * y
    return np.asarray(shared / np.sqrt(np.maximum(spread, 1e-12)))


def _score(
    cells: NDArray[np.float64],
    people: NDArray[np.float64],
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First derivative of the log likelihood in the correlation, and its expected information."""
    pairs, categories = len(cells), cells.shape[1]
    shape = (pairs, categories - 1, categories - 1)
    a = np.broadcast_to(rows[:, :, None], shape)
    b = np.broadcast_to(columns[:, None, :], shape)
    r = np.broadcast_to(rho[:, None, None], shape)
    below = np.zeros((pairs, categories + 1, categories + 1))
    below[:, 1:-1, 1:-1] = bivariate_normal(a, b, r)
    below[:, 1:-1, -1] = ndtr(rows)
    below[:, -1, 1:-1] = ndtr(columns)
    below[:, -1, -1] = 1
    slope = np.zeros_like(below)
    rest = 1 - r * r
    slope[:, 1:-1, 1:-1] = np.exp(-(a * a - 2 * r * a * b + b * b) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    chance = np.maximum(np.diff(np.diff(below, axis=1), axis=2), 1e-12)
    slopes = np.diff(np.diff(slope, axis=1), axis=2)
    score = (cells * slopes / chance).sum(axis=(1, 2))
    information = people * (slopes**2 / chance).sum(axis=(1, 2))
    return score, information
