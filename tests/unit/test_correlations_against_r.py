"""Pearson and polychoric correlations, with and without gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, pearsonr

from scoring.correlations import Correlations, pearson, singularity
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable, screened
from scoring.polychoric import bivariate_normal, category_codes, polychoric, two_way_tables


def _table(*columns: list[float]) -> ItemTable:
    return ItemTable(tuple("abcdefgh"[: len(columns)]), np.array(columns, dtype=float).T)


def test_pearson_correlations_are_those_of_r(reference: Any) -> None:
    found = pearson(reference.table)
    assert isinstance(found, Correlations)
    assert found.values == pytest.approx(reference.matrix("cor"), abs=1e-10)


def test_polychoric_correlations_are_those_of_psych(reference: Any) -> None:
    found = polychoric(reference.table)
    assert isinstance(found, Correlations)
    assert found.values == pytest.approx(reference.matrix("polychoric", "rho"), abs=1e-4)


def test_polychoric_correlations_of_tables_with_empty_cells_are_those_of_polycor(ehd: Any) -> None:
    found = polychoric(ehd.table)
    assert isinstance(found, Correlations)
    assert found.values == pytest.approx(ehd.matrix("polychoric"), abs=1e-4)


def test_with_gaps_each_pair_rests_on_the_people_who_answered_both(
    four_factors: Callable[..., ItemTable],
) -> None:
    table = four_factors(people=150, gaps=0.3)
    found = pearson(table)
    assert isinstance(found, Correlations)
    for i, j in ((0, 1), (3, 14), (7, 8)):
        both = table.values[~np.isnan(table.values[:, [i, j]]).any(axis=1)]
        assert found.values[i, j] == pytest.approx(pearsonr(both[:, i], both[:, j]).statistic, abs=1e-12)
        assert found.pair_people[i, j] == len(both)


def test_a_gap_changes_only_the_tables_of_its_own_item() -> None:
    table = _table([1, 2, 3, 3], [1, 1, 2, 2], [1, 2, 1, 2])
    codes = category_codes(table)
    assert not isinstance(codes, NotEstimable)
    whole = two_way_tables(*codes)
    gap = codes[0].copy()
    gap[2, 3] = -1
    holed = two_way_tables(gap, codes[1])
    assert (whole[0, :, 1, :] == holed[0, :, 1, :]).all()
    assert whole[0, :, 2, :].sum() - holed[0, :, 2, :].sum() == 1
    assert whole[0, 2, 1, 1] == 2


def test_polychoric_correlation_recovers_the_normal_variables_behind_coarse_answers() -> None:
    random = np.random.default_rng(3)
    latent = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=40_000)
    table = ItemTable(
        ("a", "b"), np.column_stack([latent[:, 0] > 0.8, np.digitize(latent[:, 1], [-1, 1.5])]) * 1.0
    )
    found, coarse = polychoric(table), pearson(table)
    assert isinstance(found, Correlations)
    assert isinstance(coarse, Correlations)
    assert found.values[0, 1] == pytest.approx(0.6, abs=0.02)
    assert coarse.values[0, 1] < 0.5


def test_scatter_tells_how_polychoric_correlations_of_unrelated_items_vary() -> None:
    random = np.random.default_rng(5)
    found = []
    for _ in range(200):
        answers = np.column_stack(
            [np.digitize(random.standard_normal(300), cut) for cut in ([0.5], [-1, 0, 1])]
        )
        one = polychoric(ItemTable(("a", "b"), answers.astype(float)))
        assert isinstance(one, Correlations)
        found.append((one.values[0, 1], float(one.scatter.prod())))
    spread = np.std([rho for rho, _ in found]) * np.sqrt(300)
    assert spread == pytest.approx(np.mean([scatter for _, scatter in found]), rel=0.12)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.99, 0.99))
def test_the_bivariate_normal_is_that_of_scipy(x: float, y: float, r: float) -> None:
    ours = bivariate_normal(np.array([x]), np.array([y]), np.array([r]))[0]
    assert ours == pytest.approx(float(multivariate_normal.cdf([x, y], cov=[[1, r], [r, 1]])), abs=1e-7)


def test_item_values_may_start_anywhere_and_leave_values_out() -> None:
    random = np.random.default_rng(11)
    a, b = random.integers(1, 5, 300), random.integers(0, 3, 300)
    plain = polychoric(_table(list(a), list(b)))
    shifted = polychoric(_table(list(a * 2.0 - 7), list(np.array([-3.5, 0.25, 90])[b])))
    assert isinstance(plain, Correlations)
    assert isinstance(shifted, Correlations)
    assert shifted.values == pytest.approx(plain.values, abs=1e-12)


def test_constant_and_duplicate_items_are_left_out_with_a_reason() -> None:
    found = screened(_table([1, 2, 3, 4], [2, 2, 2, 2], [1, 2, 3, 4], [4, 1, 2, 2], [1, np.nan, 3, np.nan]))
    assert found.table.items == ("a", "d")
    assert {item: why.reason for item, why in found.left_out.items()} == {
        "b": "all answers to b are equal",
        "c": "every answer to c equals the answer to a",
        "e": "e has fewer than 3 answers",
    }


@pytest.mark.parametrize("correlate", [pearson, polychoric])
def test_items_that_nobody_answered_together_have_no_correlation(correlate: Any) -> None:
    gap = np.nan
    found = correlate(_table([1, 2, 3, 1, gap, gap, gap, gap], [gap, gap, gap, gap, 1, 2, 3, 1]))
    assert isinstance(found, NotEstimable)
    assert "a and b" in found.reason
    assert "answered both" in found.reason


def test_an_item_that_is_constant_among_common_answers_has_no_correlation() -> None:
    found = pearson(_table([1, 1, 1, 2, 3], [1, 2, 3, np.nan, np.nan]))
    assert isinstance(found, NotEstimable)
    assert found.reason.startswith("a and b")


def test_empty_cells_that_drive_a_polychoric_correlation_to_one_are_named() -> None:
    found = polychoric(_table([1, 1, 1, 2, 2, 2, 2], [1, 1, 1, 1, 2, 2, 2]))
    assert isinstance(found, NotEstimable)
    assert "empty cells" in found.reason


def test_a_measurement_with_many_values_is_not_ordinal() -> None:
    found = polychoric(_table(list(range(30)), [1, 2] * 15))
    assert isinstance(found, NotEstimable)
    assert "more than 20 different values" in found.reason


def test_a_sum_of_other_items_is_named_as_the_cause_of_singularity() -> None:
    random = np.random.default_rng(2)
    a, b, other = random.integers(1, 6, (3, 60)).astype(float)
    found = pearson(_table(list(a), list(b), list(a + b), list(other)))
    assert isinstance(found, Correlations)
    reason = singularity(found)
    assert reason is not None
    assert reason.reason == "the correlations are singular: a, b, c depend on each other exactly"
