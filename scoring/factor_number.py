"""How many factors: parallel analysis, Velicer's MAP and the scree, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable
from scoring.parallel_analysis import ParallelAnalysis, normal_theory_parallel, permutation_parallel

Matrix = NDArray[np.float64]

FEWEST_ITEMS: Final = 3


@dataclass(frozen=True, slots=True)
class MinimumAveragePartial:
    """Velicer's test: the number of components after which items share least.

    without: average squared correlation; values[m - 1]: average squared partial correlation after
    taking out m components.
    """

    number: int
    without: float
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Scree:
    """Eigenvalues, largest first, and the number before the sharpest bend.

    above_one: Kaiser's rule, which takes too many; printed since readers ask for it.
    """

    eigenvalues: tuple[float, ...]
    number: int
    above_one: int


@dataclass(frozen=True, slots=True)
class FactorNumber:
    """The answers of all rules; they rarely agree, so none is printed alone."""

    permutation: ParallelAnalysis | NotEstimable
    normal_theory: ParallelAnalysis | NotEstimable
    map: MinimumAveragePartial | NotEstimable
    scree: Scree | NotEstimable

    @property
    def suggested(self) -> int | NotEstimable:
        """Components by permutation, the rule with the fewest assumptions; MAP where it is not estimable."""
        if not isinstance(self.permutation, NotEstimable):
            return self.permutation.components.number
        return self.permutation if isinstance(self.map, NotEstimable) else self.map.number


def factor_number(
    table: ItemTable, correlations: Correlations, draws: int = 100, seed: int = 1
) -> FactorNumber:
    """Ask every rule; the table is needed for the permutations, the matrix for the rest."""
    return FactorNumber(
        permutation=permutation_parallel(table, correlations, draws, seed),
        normal_theory=normal_theory_parallel(correlations, draws, seed),
        map=minimum_average_partial(correlations),
        scree=scree(correlations),
    )


def minimum_average_partial(correlations: Correlations) -> MinimumAveragePartial | NotEstimable:
    """Average squared partial correlation after 1, 2, ... principal components (psych::VSS, map).

    Source: Velicer (1976), Psychometrika 41, 321-327.
    """
    matrix = correlations.values
    count = len(matrix)
    if count < FEWEST_ITEMS:
        return NotEstimable(f"at least {FEWEST_ITEMS} items are needed")
    obstacle = singularity(correlations)
    if obstacle:
        return obstacle
    eigenvalues, vectors = np.linalg.eigh(matrix)
    components = (vectors * np.sqrt(np.maximum(eigenvalues, 0)))[:, ::-1]
    left = matrix.copy()
    averages = []
    for component in components.T[: count - 2]:
        left -= np.outer(component, component)
        scale = np.sqrt(np.diag(left))
        if scale.min() < 1e-6:
            break
        partial = left / np.outer(scale, scale)
        averages.append(float((np.square(partial).sum() - count) / (count * (count - 1))))
    without = float((np.square(matrix).sum() - count) / (count * (count - 1)))
    return MinimumAveragePartial(int(np.argmin([without, *averages])), without, tuple(averages))


def scree(correlations: Correlations) -> Scree | NotEstimable:
    """Eigenvalues and the acceleration factor: the number before the largest second difference.

    Source: Raiche, Walls, Magis, Riopel & Blais (2013), Methodology 9, 23-29.
    """
    if len(correlations.items) < FEWEST_ITEMS:
        return NotEstimable(f"at least {FEWEST_ITEMS} items are needed")
    eigenvalues = np.linalg.eigvalsh(correlations.values)[::-1]
    bends = np.diff(eigenvalues, n=2)
    return Scree(tuple(map(float, eigenvalues)), int(np.argmax(bends)) + 1, int((eigenvalues > 1).sum()))
