"""Whether a correlation matrix is fit for factor analysis: KMO, Bartlett, determinant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from scoring.blas import one_blas_thread
from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable


@dataclass(frozen=True, slots=True)
class SamplingAdequacy:
    """KMO: share of the squared correlations that is not partial; 0 to 1, from .6 on usable."""

    overall: float
    items: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bartlett:
    """Test that all items are uncorrelated; people is the n it was computed with."""

    chi_square: float
    df: int
    p: float
    people: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """How far a matrix is from singular.

    determinant: near 0 where items repeat each other. condition_number: largest eigenvalue by the
    smallest, None where the smallest is not positive. smallest_pair: fewest people behind a pair.
    """

    determinant: float
    log_determinant: float | NotEstimable
    smallest_eigenvalue: float
    condition_number: float | NotEstimable
    people: int
    people_per_item: float
    smallest_pair: int


def kmo(correlations: Correlations) -> SamplingAdequacy | NotEstimable:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and per item.

    Sum of squared correlations / (that sum + sum of squared partial correlations), diagonal left
    out; partial correlations from the inverse. Source: Kaiser & Rice (1974); held against
    psych::KMO to 1e-8.

    >>> found = kmo(Correlations.known(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]), 100))
    >>> round(found.overall, 4)
    0.6923
    """
    obstacle = _unfit(correlations)
    if obstacle:
        return obstacle
    with one_blas_thread():
        inverse = np.linalg.inv(correlations.values)
    scale = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(scale, scale)) ** 2
    squared = correlations.values**2
    np.fill_diagonal(partial, 0)
    np.fill_diagonal(squared, 0)
    shared, left = squared.sum(axis=0), partial.sum(axis=0)
    if shared.sum() < 1e-12:
        return NotEstimable("no two items are correlated")
    each = shared / np.maximum(shared + left, 1e-300)
    return SamplingAdequacy(
        float(shared.sum() / (shared.sum() + left.sum())),
        dict(zip(correlations.items, map(float, each), strict=True)),
    )


def bartlett(correlations: Correlations) -> Bartlett | NotEstimable:
    """Bartlett's test of sphericity: -(n - 1 - (2p + 5) / 6) * log determinant, df p(p - 1) / 2.

    n is everybody who answered at least one item, as in psych::cortest.bartlett; with missing
    answers the test is therefore too sure of itself (docs/decisions/0011).
    Source: Bartlett (1951), Biometrika 38, 337-344.
    """
    obstacle = _unfit(correlations)
    if obstacle:
        return obstacle
    count, people = len(correlations.items), correlations.people
    factor = people - 1 - (2 * count + 5) / 6
    if factor <= 0:
        return NotEstimable(f"{people} people are too few for a test of {count} items")
    statistic = -factor * float(np.linalg.slogdet(correlations.values)[1])
    df = count * (count - 1) // 2
    return Bartlett(statistic, df, float(chi2.sf(statistic, df)), people)


def conditions(correlations: Correlations) -> Conditions:
    """Determinant, smallest eigenvalue and condition number, and how many people stand behind them."""
    eigenvalues = np.linalg.eigvalsh(correlations.values)
    smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    singular = NotEstimable("the matrix is singular or indefinite")
    definite = smallest > 1e-14
    return Conditions(
        determinant=float(np.prod(eigenvalues)),
        log_determinant=float(np.log(eigenvalues).sum()) if definite else singular,
        smallest_eigenvalue=smallest,
        condition_number=largest / smallest if definite else singular,
        people=correlations.people,
        people_per_item=correlations.people / len(eigenvalues),
        smallest_pair=int(correlations.pair_people.min()),
    )


def _unfit(correlations: Correlations) -> NotEstimable | None:
    if len(correlations.items) < 2:
        return NotEstimable("at least two items are needed")
    return singularity(correlations)
