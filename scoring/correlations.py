"""Correlations of items, pairwise where answers are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.blas import one_blas_thread
from scoring.estimable import NotEstimable
from scoring.item_table import FEWEST_ANSWERS, ItemTable
from scoring.named_matrix import NamedMatrix

CorrelationKind = Literal["pearson", "polychoric"]

SMALLEST_EIGENVALUE = 1e-9
"""Below this a correlation matrix counts as singular: a duplicate leaves about 1e-16."""


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """A correlation matrix with what it rests on.

    values: items x items, ones on the diagonal. pair_people: items x items, how many people
    answered both items. people: how many answered at least one item.
    scatter: items; correlations of unrelated items i and j have a standard error of
    scatter[i] * scatter[j] / sqrt(n), so 1 for Pearson's and more for polychoric ones.
    """

    items: tuple[str, ...]
    values: NDArray[np.float64]
    pair_people: NDArray[np.int64]
    people: int
    kind: CorrelationKind
    scatter: NDArray[np.float64]

    @classmethod
    def known(cls, values: NDArray[np.float64], people: int, items: tuple[str, ...] = ()) -> Correlations:
        """A matrix that is already there, such as one from a publication.

        Raises:
            ValueError: not square, not symmetric, not finite, or without ones on the diagonal.
        """
        size = len(values)
        if values.shape != (size, size) or not np.isfinite(values).all():
            raise ValueError("a correlation matrix is square and holds finite numbers only")
        if not (np.allclose(values, values.T, atol=1e-9) and np.allclose(np.diag(values), 1, atol=1e-9)):
            raise ValueError("a correlation matrix is symmetric with ones on its diagonal")
        names = items or tuple(f"V{i + 1}" for i in range(size))
        return cls(names, values, np.full((size, size), people), people, "pearson", np.ones(size))

    @property
    def matrix(self) -> NamedMatrix:
        """The correlations with the names of the items on both sides."""
        return NamedMatrix(self.items, self.items, self.values)

    @property
    def usual_pair_people(self) -> float:
        """Harmonic mean of the people behind each pair of different items."""
        pairs = self.pair_people[np.triu_indices(len(self.items), 1)]
        return float(1 / np.mean(1 / pairs)) if len(pairs) else float(self.people)

    def of(self, items: tuple[str, ...]) -> Correlations:
        """The correlations among some of the items, in the order given."""
        at = [self.items.index(item) for item in items]
        pick = np.ix_(at, at)
        return Correlations(
            items, self.values[pick], self.pair_people[pick], self.people, self.kind, self.scatter[at]
        )


def pairwise_covariances(table: ItemTable) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Covariances (n - 1) of every pair over the people who answered both, and their number.

    nan where fewer than two people answered both items.
    """
    over = table.pair_sums
    products, sums, pairs = over.products, over.sums, over.people
    with np.errstate(invalid="ignore", divide="ignore"):
        covariances = np.where(pairs > 1, (products - sums * sums.T / pairs) / (pairs - 1), np.nan)
    return covariances, pairs


def pearson(table: ItemTable) -> Correlations | NotEstimable:
    """Product-moment correlations; each pair over the people who answered both (R: use = "pairwise").

    Returns:
        The matrix, or the reason: a pair with too few common answers, or an item that is constant
        among the people who answered both.

    >>> pearson(ItemTable(("a", "b"), np.array([[1.0, 2], [2, 4], [3, 6], [4, np.nan]]))).values
    array([[1., 1.],
           [1., 1.]])
    """
    over = table.pair_sums
    products, sums, squares, pairs = over.products, over.sums, over.squares, over.people
    lonely = np.argwhere(np.triu(pairs < FEWEST_ANSWERS))
    if len(lonely):
        return _pair_obstacle(table, lonely, f"fewer than {FEWEST_ANSWERS} people answered both")
    spread = squares - sums**2 / pairs
    own = np.diag(spread)
    flat = np.argwhere(spread <= 1e-12 * np.maximum(own, 1e-300)[:, None])
    if len(flat):
        return _pair_obstacle(table, flat, "the first is constant among the people who answered both")
    values = (products - sums * sums.T / pairs) / np.sqrt(spread * spread.T)
    values = np.clip((values + values.T) / 2, -1, 1)
    np.fill_diagonal(values, 1.0)
    return Correlations(table.items, values, pairs, table.people, "pearson", np.ones(len(table.items)))


def _pair_obstacle(table: ItemTable, pairs: NDArray[np.int64], reason: str) -> NotEstimable:
    first, second = (table.items[i] for i in pairs[0])
    more = f" (and {len(pairs) - 1} more pairs)" if len(pairs) > 1 else ""
    named = first if first == second else f"{first} and {second}"
    return NotEstimable(f"{named}{more}: {reason}")


def singularity(correlations: Correlations) -> NotEstimable | None:
    """Why a matrix cannot be inverted, or None where it can: the usual gate before KMO, ML and minres."""
    with one_blas_thread():
        eigenvalues, vectors = np.linalg.eigh(correlations.values)
    if eigenvalues[0] >= SMALLEST_EIGENVALUE:
        return None
    count = len(correlations.items)
    if correlations.people <= count:
        return NotEstimable(
            f"{correlations.people} people answered {count} items; more people than items are needed"
        )
    if eigenvalues[0] > -SMALLEST_EIGENVALUE:
        weights = np.abs(vectors[:, 0])
        tied = [item for item, w in zip(correlations.items, weights, strict=True) if w > 1e-4]
        return NotEstimable(f"the correlations are singular: {', '.join(tied)} depend on each other exactly")
    how = "with missing answers" if correlations.kind == "pearson" else "of this sample"
    return NotEstimable(
        f"the {correlations.kind} correlations {how} are indefinite (smallest eigenvalue "
        f"{eigenvalues[0]:.3f}); use complete answers or fewer items"
    )
