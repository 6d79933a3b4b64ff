"""Alpha, omega, HTMT and the added value of subscores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable
from scoring.item_table import ItemTable
from scoring.named_matrix import NamedMatrix
from scoring.omega import HierarchicalOmega, OmegaOfScale, hierarchical_omega, omega_of_scale
from scoring.reliability import Alpha, alpha
from scoring.subscores import SubscoreValue, htmt, prmse, subscore_values


def _alpha(table: ItemTable) -> Alpha:
    found = alpha(table)
    assert isinstance(found, Alpha)
    return found


def _correlations(table: ItemTable) -> Correlations:
    found = pearson(table)
    assert isinstance(found, Correlations)
    return found


def test_alpha_and_its_items_are_those_of_psych(reference: Any) -> None:
    for scale, items in reference.scales.items():
        theirs = reference.values["alpha"][scale]
        found = _alpha(reference.table.of(items))
        assert found.alpha == pytest.approx(theirs["total"]["raw_alpha"], abs=1e-10)
        assert found.standardised == pytest.approx(theirs["total"]["std.alpha"], abs=1e-10)
        assert found.average_r == pytest.approx(theirs["total"]["average_r"], abs=1e-10)
        for item, dropped, stats in zip(
            items, theirs["alpha.drop"]["values"], theirs["item.stats"]["values"], strict=True
        ):
            ours = found.items[item]
            assert ours.alpha_if_deleted == pytest.approx(dropped[0], abs=1e-10)
            assert (ours.n, ours.item_rest) == (stats[0], pytest.approx(stats[4], abs=1e-10))
            assert (ours.mean, ours.sd) == (pytest.approx(stats[5]), pytest.approx(stats[6]))


def test_the_interval_of_alpha_covers_the_truth_about_95_times_in_100() -> None:
    random = np.random.default_rng(12)
    items, error = 5, 1.0
    truth = items * items / (items * items + items * error)
    covered = 0
    for _ in range(400):
        answers = random.standard_normal((40, 1)) + random.standard_normal((40, items))
        interval = _alpha(ItemTable(tuple("abcde"), answers)).interval
        covered += interval.lower <= truth <= interval.upper
    assert 365 <= covered <= 394


def test_alpha_with_gaps_stays_near_alpha_without(four_factors: Callable[..., ItemTable]) -> None:
    whole, holed = (four_factors(people=2000, gaps=gaps).of(["V1", "V2", "V3", "V4"]) for gaps in (0.0, 0.2))
    assert _alpha(holed).alpha == pytest.approx(_alpha(whole).alpha, abs=0.02)
    assert _alpha(whole).interval == _alpha(whole).interval_pairs
    width = [one.upper - one.lower for one in (_alpha(holed).interval, _alpha(holed).interval_pairs)]
    assert width[0] < width[1]


def test_items_that_wait_to_be_turned_round_are_named(reference: Any) -> None:
    for items in reference.scales.values():
        scale = reference.table.of(items)
        assert _alpha(scale).keyed_against == ()
        turned = scale.values * np.where(np.arange(len(items)) == 1, -1, 1)
        assert _alpha(ItemTable(items, turned)).keyed_against == (items[1],)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ([[1, 2, 3]], "a scale needs at least two items"),
        ([[1, 2, 3], [2, 2, 2]], "all answers to b are equal"),
        ([[1, 2, 3], [3, 2, 1]], "the sum of the items does not vary; items may be keyed against each other"),
        ([[1, 2], [1, 3]], "fewer than 3 people answered both of two items"),
    ],
)
def test_a_scale_without_alpha_says_why(columns: list[list[float]], reason: str) -> None:
    table = ItemTable(tuple("ab"[: len(columns)]), np.array(columns, dtype=float).T)
    assert alpha(table) == NotEstimable(reason)


def test_omega_of_a_scale_is_that_of_one_psych_factor(reference: Any) -> None:
    correlations = _correlations(reference.table)
    for scale, items in reference.scales.items():
        found = omega_of_scale(correlations.of(items))
        assert isinstance(found, OmegaOfScale)
        assert found.omega == pytest.approx(
            reference.values["omega_1factor_per_scale"][scale]["omega"], abs=1e-4
        )


def test_hierarchical_omega_is_that_of_psych(reference: Any) -> None:
    theirs = reference.values["omega"]
    found = hierarchical_omega(_correlations(reference.table), reference.factors)
    assert isinstance(found, HierarchicalOmega)
    assert found.omega_total == pytest.approx(theirs["omega.tot"], abs=1e-4)
    assert found.omega_hierarchical == pytest.approx(theirs["omega_h"], abs=1e-4)
    assert found.loadings.values[:, 0] == pytest.approx(reference.matrix("omega", "schmid")[:, 0], abs=1e-4)
    turned = [item.rstrip("-") for item in theirs["schmid"]["rows"] if item.endswith("-")]
    assert list(found.reversed) == turned
    groups = sorted((group.total, group.general, group.group) for group in found.groups.values())
    assert np.array(groups) == pytest.approx(np.array(sorted(theirs["omega.group"]["values"][1:])), abs=1e-4)


def test_the_general_factor_of_a_known_bifactor_structure_is_found() -> None:
    general, special = 0.6, 0.5
    values = np.full((12, 12), general**2)
    for block in range(3):
        own = slice(4 * block, 4 * block + 4)
        values[own, own] += special**2
    np.fill_diagonal(values, 1)
    found = hierarchical_omega(Correlations.known(values, 1000), 3)
    assert isinstance(found, HierarchicalOmega)
    assert found.ecv == pytest.approx(0.36 / 0.61, abs=1e-6)
    assert found.omega_hierarchical == pytest.approx(144 * 0.36 / values.sum(), abs=1e-6)
    assert found.omega_total == pytest.approx(1 - 12 * 0.39 / values.sum(), abs=1e-6)
    assert found.groups["F1"].group == pytest.approx(16 * 0.25 / values[:4, :4].sum(), abs=1e-6)


def test_one_factor_has_no_general_factor_beside_it(bfi: Any) -> None:
    assert isinstance(hierarchical_omega(_correlations(bfi.table), 1), NotEstimable)
    assert isinstance(omega_of_scale(_correlations(bfi.table.of(["A1", "A2"]))), NotEstimable)


def test_htmt_is_that_of_semtools(reference: Any) -> None:
    found = htmt(_correlations(reference.table), reference.scales)
    assert isinstance(found, NamedMatrix)
    assert found.values == pytest.approx(reference.matrix("htmt"), abs=1e-10)


def test_htmt_of_a_true_correlation_is_that_correlation() -> None:
    between, within = 0.6 * 0.49, 0.49
    values = np.full((6, 6), between)
    values[:3, :3] = values[3:, 3:] = within
    np.fill_diagonal(values, 1)
    scales = {"A": ("V1", "V2", "V3"), "B": ("V4", "V5", "V6")}
    for mean in ("geometric", "arithmetic"):
        found = htmt(Correlations.known(values, 100), scales, mean)
        assert isinstance(found, NamedMatrix)
        assert found.at("A", "B") == pytest.approx(0.6)


def test_prmse_is_how_well_the_true_score_is_really_told() -> None:
    random = np.random.default_rng(21)
    people = 60_000
    true = random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=people)
    answers = np.repeat(true, 4, axis=1) + 1.5 * random.standard_normal((people, 8))
    table = ItemTable(tuple("abcdefgh"), answers)
    found = subscore_values(table, {"first": tuple("abcd"), "second": tuple("efgh")})
    assert not isinstance(found, NotEstimable)
    first = found["first"]
    assert isinstance(first, SubscoreValue)
    own, total = answers[:, :4].sum(axis=1), answers.sum(axis=1)
    assert first.prmse_subscore == pytest.approx(np.corrcoef(true[:, 0], own)[0, 1] ** 2, abs=0.01)
    assert first.prmse_total == pytest.approx(np.corrcoef(true[:, 0], total)[0, 1] ** 2, abs=0.01)
    predictors = np.column_stack([own, total])
    fitted = predictors @ np.linalg.lstsq(predictors, true[:, 0], rcond=None)[0]
    assert first.prmse_both == pytest.approx(np.corrcoef(true[:, 0], fitted)[0, 1] ** 2, abs=0.01)
    assert first.added_value


def test_a_scale_that_repeats_the_others_has_no_added_value() -> None:
    random = np.random.default_rng(22)
    answers = random.standard_normal((3000, 1)) + 1.5 * random.standard_normal((3000, 6))
    found = subscore_values(ItemTable(tuple("abcdef"), answers), {"x": tuple("abc"), "y": tuple("def")})
    assert not isinstance(found, NotEstimable)
    assert [one.added_value for one in found.values() if isinstance(one, SubscoreValue)] == [False, False]


def test_a_scale_without_reliability_has_no_prmse() -> None:
    assert isinstance(prmse(np.eye(2), 0, -0.1), NotEstimable)
    table = ItemTable(("a", "b", "c"), np.random.default_rng(1).standard_normal((50, 3)))
    found = subscore_values(table, {"pair": ("a", "b"), "single": ("c",)})
    assert not isinstance(found, NotEstimable)
    assert found["single"] == NotEstimable("a scale needs at least two items")
