"""The factor-analyzer package behind one door, its known faults mended.

It is the engine that users know, and a second opinion on our own solution. Faults of 0.5.1 mended
here: factor correlations that are not reordered with the loadings, communalities of oblique
solutions that forget them, a keyword that newer scikit-learn no longer takes. It always gets a
correlation matrix, since its own treatment of gaps (medians) shrinks communalities.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.blas import one_blas_thread
from scoring.congruence import aligned
from scoring.correlations import Correlations, singularity
from scoring.estimable import NotEstimable
from scoring.extraction import Method
from scoring.factor_solution import FactorSolution, in_order
from scoring.named_matrix import NamedMatrix
from scoring.rotation import RotationName

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PackageSolution:
    """What factor-analyzer finds: pattern, factor correlations, communalities."""

    loadings: NamedMatrix
    phi: NamedMatrix
    communalities: dict[str, float]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Largest differences between our solution and factor-analyzer's, factors matched."""

    loadings: float
    phi: float
    communalities: float


def factor_analyzer_solution(
    correlations: Correlations,
    factors: int,
    method: Method = "minres",
    rotation: RotationName = "oblimin",
) -> PackageSolution | NotEstimable:
    """Run factor-analyzer on a correlation matrix; importing it takes a second, so it is done here.

    Returns:
        Its solution with phi in the order of the loadings and true communalities, or the reason why
        there is none.
    """
    obstacle = singularity(correlations)
    if obstacle:
        return obstacle
    analyzer = _package().FactorAnalyzer(
        n_factors=factors,
        rotation=None if rotation == "none" else rotation,
        method=method,
        is_corr_matrix=True,
    )
    try:
        with one_blas_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            analyzer.fit(correlations.values)
    except (np.linalg.LinAlgError, ValueError) as error:
        return NotEstimable(f"factor-analyzer gives up: {error}")
    pattern = np.asarray(analyzer.loadings_, dtype=np.float64)
    if not np.isfinite(pattern).all():
        return NotEstimable("factor-analyzer gives loadings that are not numbers")
    phi: Matrix = np.eye(pattern.shape[1])
    if rotation in ("oblimin", "promax") and factors > 1:
        # structure_ and loadings_ are in one order; phi_ is not
        found = np.linalg.pinv(pattern) @ np.asarray(analyzer.structure_, dtype=np.float64)
        phi = np.asarray((found + found.T) / 2, dtype=np.float64)
    pattern, phi = in_order(pattern, phi)
    names = tuple(f"F{i + 1}" for i in range(pattern.shape[1]))
    return PackageSolution(
        NamedMatrix(correlations.items, names, pattern),
        NamedMatrix(names, names, phi),
        dict(zip(correlations.items, map(float, (pattern @ phi * pattern).sum(axis=1)), strict=True)),
    )


def second_opinion(solution: FactorSolution, package: PackageSolution) -> SecondOpinion:
    """How far our solution and factor-analyzer's lie apart once their factors are matched."""
    order, signs = aligned(package.loadings.values, solution.loadings.values)
    loadings = package.loadings.values[:, order] * signs
    phi = package.phi.values[np.ix_(order, order)] * np.outer(signs, signs)
    return SecondOpinion(
        float(np.abs(loadings - solution.loadings.values).max()),
        float(np.abs(phi - solution.phi.values).max()),
        max(abs(package.communalities[item] - h2) for item, h2 in solution.communalities.items()),
    )


def _package() -> Any:
    """factor_analyzer with check_array's old keyword translated for scikit-learn from 1.6 on."""
    from factor_analyzer import confirmatory_factor_analyzer, factor_analyzer
    from sklearn.utils import check_array

    def check_array_with_old_keyword(*args: Any, force_all_finite: Any = True, **keywords: Any) -> Any:
        return check_array(*args, ensure_all_finite=force_all_finite, **keywords)

    factor_analyzer.check_array = check_array_with_old_keyword
    confirmatory_factor_analyzer.check_array = check_array_with_old_keyword
    return factor_analyzer
