"""KMO, Bartlett and the condition of a matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring.adequacy import Bartlett, SamplingAdequacy, bartlett, conditions, kmo
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable


def test_kmo_is_that_of_psych(reference: Any) -> None:
    correlations = pearson(reference.table)
    assert isinstance(correlations, Correlations)
    found = kmo(correlations)
    assert isinstance(found, SamplingAdequacy)
    assert found.overall == pytest.approx(reference.values["KMO"]["overall"], abs=1e-8)
    assert found.items == pytest.approx(reference.values["KMO"]["items"], abs=1e-8)


def test_bartlett_is_that_of_psych(reference: Any) -> None:
    correlations = pearson(reference.table)
    assert isinstance(correlations, Correlations)
    found = bartlett(correlations)
    assert isinstance(found, Bartlett)
    assert found.chi_square == pytest.approx(reference.values["bartlett"]["chisq"], rel=1e-9)
    assert found.df == reference.values["bartlett"]["df"]
    assert found.p == 0


def test_uncorrelated_items_pass_bartlett_and_have_a_kmo_near_one_half() -> None:
    random = np.random.default_rng(4)
    correlations = pearson(ItemTable(tuple("abcdef"), random.standard_normal((500, 6))))
    assert isinstance(correlations, Correlations)
    test, adequacy = bartlett(correlations), kmo(correlations)
    assert isinstance(test, Bartlett)
    assert isinstance(adequacy, SamplingAdequacy)
    assert test.p > 0.05
    assert adequacy.overall == pytest.approx(0.5, abs=0.06)


def test_more_items_than_people_leave_nothing_to_test(four_factors: Callable[..., ItemTable]) -> None:
    correlations = pearson(four_factors(people=12))
    assert isinstance(correlations, Correlations)
    for found in (kmo(correlations), bartlett(correlations)):
        assert isinstance(found, NotEstimable)
        assert found.reason == "12 people answered 16 items; more people than items are needed"
    assert isinstance(conditions(correlations).condition_number, NotEstimable)


def test_conditions_of_a_matrix_worked_by_hand() -> None:
    found = conditions(Correlations.known(np.array([[1, 0.6], [0.6, 1]]), 50))
    assert found.determinant == pytest.approx(0.64)
    assert found.smallest_eigenvalue == pytest.approx(0.4)
    assert found.condition_number == pytest.approx(4)
    assert found.people_per_item == 25


def test_a_single_item_has_no_adequacy() -> None:
    assert isinstance(kmo(Correlations.known(np.ones((1, 1)), 50)), NotEstimable)
