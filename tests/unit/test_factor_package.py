"""factor-analyzer, its faults mended, agrees with our own solution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.factor_solution import FactorSolution, factor_solution
from scoring.factors import PackageSolution, factor_analyzer_solution, second_opinion


@pytest.mark.parametrize("rotation", ["oblimin", "promax", "varimax", "none"])
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_two_engines_give_one_solution(reference: Any, method: Any, rotation: Any) -> None:
    correlations = pearson(reference.table)
    assert isinstance(correlations, Correlations)
    ours = factor_solution(correlations, reference.factors, method, rotation)
    theirs = factor_analyzer_solution(correlations, reference.factors, method, rotation)
    assert isinstance(ours, FactorSolution)
    assert isinstance(theirs, PackageSolution)
    difference = second_opinion(ours, theirs)
    assert difference.loadings < 1e-4
    assert difference.phi < 1e-4
    assert difference.communalities < 1e-4


def test_factor_correlations_stand_in_the_order_of_the_loadings(bfi: Any) -> None:
    correlations = pearson(bfi.table)
    assert isinstance(correlations, Correlations)
    found = factor_analyzer_solution(correlations, 5)
    assert isinstance(found, PackageSolution)
    common = found.loadings.values @ found.phi.values @ found.loadings.values.T
    left = correlations.values - common
    np.fill_diagonal(left, 0)
    assert np.sqrt(np.square(left).sum() / 600) == pytest.approx(
        bfi.values["fa_minres_oblimin_5"]["rms"], abs=1e-6
    )


def test_a_duplicate_item_is_refused_before_the_package_can_stumble() -> None:
    values = np.array([[1, 1, 0.3], [1, 1, 0.3], [0.3, 0.3, 1]])
    assert isinstance(factor_analyzer_solution(Correlations.known(values, 200), 1), NotEstimable)
