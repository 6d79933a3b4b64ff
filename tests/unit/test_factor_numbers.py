"""How many factors: parallel analysis, MAP, scree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring import parallel_analysis
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.factor_number import FactorNumber, MinimumAveragePartial, Scree, factor_number
from scoring.item_table import ItemTable
from scoring.parallel_analysis import ParallelAnalysis, normal_theory_parallel, permutation_parallel
from scoring.polychoric import polychoric


def _numbers(table: ItemTable, **options: Any) -> FactorNumber:
    correlations = pearson(table)
    assert isinstance(correlations, Correlations)
    return factor_number(table, correlations, **options)


def test_both_kinds_of_parallel_analysis_count_as_psych_does(reference: Any) -> None:
    theirs = reference.values["parallel"]
    found = _numbers(reference.table)
    for analysis in (found.permutation, found.normal_theory):
        assert isinstance(analysis, ParallelAnalysis)
        assert analysis.components.number == theirs["ncomp"]
        assert analysis.factors.number == theirs["nfact"]
        assert analysis.components.observed == pytest.approx(theirs["pc.values"], abs=1e-8)
        assert analysis.factors.observed == pytest.approx(theirs["fa.values"], abs=1e-4)
        assert analysis.components.random_mean == pytest.approx(theirs["pc.sim"], abs=0.008)
        # the first random factor has no firm place: R's own optimiser scatters there
        assert analysis.factors.random_mean[1:] == pytest.approx(theirs["fa.sim"][1:], abs=0.008)


def test_map_is_that_of_psych(reference: Any) -> None:
    found = _numbers(reference.table, draws=5).map
    assert isinstance(found, MinimumAveragePartial)
    assert found.values[:8] == pytest.approx(reference.values["MAP"]["values"], abs=1e-10)
    assert found.number == reference.values["MAP"]["nfactors"]


def test_all_rules_find_four_clear_factors(four_factors: Callable[..., ItemTable]) -> None:
    found = _numbers(four_factors(people=1000))
    assert found.suggested == 4
    assert isinstance(found.normal_theory, ParallelAnalysis)
    assert found.normal_theory.components.number == 4
    assert isinstance(found.map, MinimumAveragePartial)
    assert found.map.number == 4
    assert isinstance(found.scree, Scree)
    assert found.scree.above_one == 4


def test_unrelated_items_have_no_factor() -> None:
    table = ItemTable(
        tuple(f"V{i}" for i in range(12)), np.random.default_rng(8).integers(1, 6, (600, 12)).astype(float)
    )
    found = _numbers(table)
    assert found.suggested == 0
    assert isinstance(found.map, MinimumAveragePartial)
    assert found.map.number == 0


def test_gaps_do_not_change_the_count(four_factors: Callable[..., ItemTable]) -> None:
    found = _numbers(four_factors(people=1000, gaps=0.2))
    assert found.suggested == 4


def test_polychoric_correlations_are_compared_with_wider_noise(
    four_factors: Callable[..., ItemTable],
) -> None:
    table = four_factors(people=300)
    correlations, coarse = polychoric(table), pearson(table)
    assert isinstance(correlations, Correlations)
    assert isinstance(coarse, Correlations)
    wide, narrow = (permutation_parallel(table, one, 40) for one in (correlations, coarse))
    assert isinstance(wide, ParallelAnalysis)
    assert isinstance(narrow, ParallelAnalysis)
    assert wide.components.number == 4
    assert wide.components.random_mean[0] > narrow.components.random_mean[0]


def test_one_seed_gives_one_answer(four_factors: Callable[..., ItemTable]) -> None:
    table = four_factors()
    assert _numbers(table, draws=30, seed=9) == _numbers(table, draws=30, seed=9)


def test_too_few_items_or_people_say_why(four_factors: Callable[..., ItemTable]) -> None:
    two = ItemTable(("a", "b"), four_factors().values[:, :2])
    for found in (_numbers(two).permutation, _numbers(two).map, _numbers(two).scree):
        assert found == NotEstimable("at least 3 items are needed")
    few = four_factors(people=10)
    correlations = pearson(few)
    assert isinstance(correlations, Correlations)
    assert isinstance(normal_theory_parallel(correlations), NotEstimable)
    assert isinstance(_numbers(few).suggested, NotEstimable)


def test_shuffling_a_sample_of_very_many_people_tells_what_shuffling_everybody_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(3)
    people = np.rint(random.standard_normal((8000, 1)) + random.standard_normal((8000, 12))).clip(-2, 2)
    people[:, :4] = people[:, :4] > 1  # skewed
    people[random.random(people.shape) < 0.05] = np.nan
    table = ItemTable(tuple(f"V{i}" for i in range(12)), people)
    correlations = pearson(table)
    assert isinstance(correlations, Correlations)
    sampled = permutation_parallel(table, correlations)
    monkeypatch.setattr(parallel_analysis, "MOST_SHUFFLED", len(people))
    everybody = permutation_parallel(table, correlations)
    assert isinstance(sampled, ParallelAnalysis)
    assert isinstance(everybody, ParallelAnalysis)
    assert sampled.components.number == everybody.components.number
    assert sampled.components.random_percentile == pytest.approx(
        everybody.components.random_percentile, abs=0.006
    )


def test_the_order_of_people_changes_no_parallel_analysis() -> None:
    random = np.random.default_rng(4)
    answers = random.integers(1, 6, (300, 8)).astype(float)
    answers[random.random(answers.shape) < 0.1] = np.nan
    names = tuple(f"V{i}" for i in range(8))
    one, other = ItemTable(names, answers), ItemTable(names, random.permutation(answers))
    correlations = pearson(one)
    assert isinstance(correlations, Correlations)
    assert permutation_parallel(one, correlations, 20) == permutation_parallel(other, correlations, 20)
