"""Confirmatory models against lavaan, and what makes them fail or improper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring.confirmatory import ConfirmatorySolution, confirm
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable, plain
from scoring.item_table import ItemTable


def _correlations(table: ItemTable) -> Correlations:
    found = pearson(table)
    assert isinstance(found, Correlations)
    return found


def _confirmed(correlations: Correlations, scales: Any) -> ConfirmatorySolution:
    found = confirm(correlations, scales)
    assert isinstance(found, ConfirmatorySolution)
    return found


def test_fit_is_that_of_lavaan(reference: Any) -> None:
    fit = plain(_confirmed(_correlations(reference.table), reference.scales).fit)
    theirs = reference.values["cfa_ml"]["fit"]
    assert fit["df"] == theirs["df"]
    assert fit["chi_square"] == pytest.approx(theirs["chisq"], rel=1e-6)
    assert fit["p"] == pytest.approx(theirs["pvalue"], abs=1e-6)
    for name in ("cfi", "tli", "srmr"):
        assert fit[name] == pytest.approx(theirs[name], abs=1e-5)
    assert fit["rmsea"]["value"] == pytest.approx(theirs["rmsea"], abs=1e-6)
    assert fit["rmsea"]["lower"] == pytest.approx(theirs["rmsea.ci.lower"], abs=1e-6)
    assert fit["rmsea"]["upper"] == pytest.approx(theirs["rmsea.ci.upper"], abs=1e-6)


def test_one_factor_stands_at_the_lowest_minimum_where_lavaan_starts_at_another(ehd: Any) -> None:
    found = _confirmed(_correlations(ehd.table), {"g": ehd.table.items})
    theirs = ehd.values["cfa_ml"]
    assert found.fit.chi_square == pytest.approx(theirs["fit"]["chisq"], rel=1e-6)
    assert found.fit.chi_square < ehd.values["cfa_ml_usual_start"]["chisq"] - 80
    assert plain(found.fit)["cfi"] == pytest.approx(theirs["fit"]["cfi"], abs=1e-6)
    direction = np.sign(theirs["loading"][0] * found.loadings["g"]["e1"].value)
    for item, loading, error in zip(theirs["item"], theirs["loading"], theirs["se"], strict=True):
        assert found.loadings["g"][item].value * direction == pytest.approx(loading, abs=1e-4)
        assert found.loadings["g"][item].se == pytest.approx(error, abs=1e-4)


def test_standardised_loadings_and_their_errors_are_those_of_lavaan(reference: Any) -> None:
    found = _confirmed(_correlations(reference.table), reference.scales)
    for row in reference.values["cfa_ml"]["std"]:
        left, right = row["lhs"], row["rhs"]
        if row["op"] == "=~":
            ours = found.loadings[left][right]
        elif left != right:
            ours = found.phi[f"{left}~{right}"]
        else:
            continue
        assert ours.value == pytest.approx(row["est.std"], abs=1e-4)
        assert ours.se == pytest.approx(row["se"], abs=1e-4)
    assert found.improper == ()


def test_one_factor_fits_its_own_correlations_perfectly() -> None:
    loadings = np.array([0.9, -0.8, 0.7, 0.6, -0.5])
    values = np.outer(loadings, loadings)
    np.fill_diagonal(values, 1)
    found = _confirmed(Correlations.known(values, 300), {"g": ("V1", "V2", "V3", "V4", "V5")})
    assert [one.value for one in found.loadings["g"].values()] == pytest.approx(list(loadings), abs=1e-6)
    assert found.fit.chi_square == pytest.approx(0, abs=1e-6)
    assert (found.fit.cfi, found.fit.srmr) == (pytest.approx(1), pytest.approx(0, abs=1e-6))


def test_true_standard_errors_are_found_by_simulation() -> None:
    random = np.random.default_rng(17)
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    found = []
    for _ in range(300):
        factor = random.standard_normal((400, 1))
        answers = factor * loadings + random.standard_normal((400, 4)) * np.sqrt(1 - loadings**2)
        one = _confirmed(_correlations(ItemTable(tuple("abcd"), answers)), {"g": tuple("abcd")})
        found.append([(item.value, item.se) for item in one.loadings["g"].values()])
    values = np.array(found)
    assert values[:, :, 0].mean(axis=0) == pytest.approx(loadings, abs=0.01)
    assert values[:, :, 1].mean(axis=0) == pytest.approx(values[:, :, 0].std(axis=0), rel=0.15)


def test_the_right_number_of_scales_fits_better_than_one(four_factors: Callable[..., ItemTable]) -> None:
    correlations = _correlations(four_factors(people=600))
    scales = {f"S{k}": tuple(f"V{4 * k + i + 1}" for i in range(4)) for k in range(4)}
    four = _confirmed(correlations, scales).fit
    one = _confirmed(correlations, {"g": correlations.items}).fit
    assert isinstance(four.cfi, float)
    assert isinstance(one.cfi, float)
    assert four.cfi > 0.97
    assert one.cfi < 0.8


def test_a_heywood_case_is_named_with_its_figures() -> None:
    values = np.array([[1, 0.9, 0.8, 0.7], [0.9, 1, 0.55, 0.5], [0.8, 0.55, 1, 0.4], [0.7, 0.5, 0.4, 1]])
    found = _confirmed(Correlations.known(values, 200), {"g": ("V1", "V2", "V3", "V4")})
    assert found.improper == ("V1: negative unique variance",)


def test_three_items_leave_no_degrees_of_freedom() -> None:
    values = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    found = _confirmed(Correlations.known(values, 200), {"g": ("V1", "V2", "V3")})
    assert found.fit.rmsea == NotEstimable("the model has no degrees of freedom left")
    assert found.loadings["g"]["V1"].value == pytest.approx(np.sqrt(0.5 * 0.4 / 0.3), abs=1e-6)


@pytest.mark.parametrize(
    ("people", "scales", "reason"),
    [
        (300, {"g": ("V1", "V2")}, "factor g needs at least 3 items"),
        (300, {"a": ("V1", "V2"), "b": ("V5",)}, "factor b needs at least 2 items"),
        (
            4,
            {"g": ("V1", "V2", "V3", "V4", "V5")},
            "4 people answered 5 items; more people than items are needed",
        ),
    ],
)
def test_a_model_that_cannot_be_estimated_says_why(
    four_factors: Callable[..., ItemTable], people: int, scales: Any, reason: str
) -> None:
    assert confirm(_correlations(four_factors(people=people)), scales) == NotEstimable(reason)


def test_an_item_cannot_stand_in_two_scales(four_factors: Callable[..., ItemTable]) -> None:
    with pytest.raises(ValueError, match="stands in two scales"):
        confirm(_correlations(four_factors()), {"a": ("V1", "V2"), "b": ("V2", "V3")})
    with pytest.raises(ValueError, match="no such item: Z9"):
        confirm(_correlations(four_factors()), {"a": ("V1", "V2", "Z9")})
