"""Exploratory solutions against psych::fa, and what must hold for any solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.congruence import ScaleCongruence, aligned, congruence, congruence_with_scales
from scoring.correlations import Correlations, pearson
from scoring.estimable import NotEstimable, plain
from scoring.extraction import Extraction, extract
from scoring.factor_solution import FactorSolution, factor_solution
from scoring.item_table import ItemTable
from scoring.named_matrix import NamedMatrix
from scoring.rotation import ROTATIONS, Rotation, rotate


def _correlations(table: ItemTable) -> Correlations:
    found = pearson(table)
    assert isinstance(found, Correlations)
    return found


def _solution(correlations: Correlations, factors: int, *options: Any) -> FactorSolution:
    found = factor_solution(correlations, factors, *options)
    assert isinstance(found, FactorSolution)
    return found


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_loadings_and_factor_correlations_are_those_of_psych(
    reference: Any, method: Any, rotation: Any
) -> None:
    key = f"fa_{method}_{rotation}_{reference.factors}"
    found = _solution(_correlations(reference.table), reference.factors, method, rotation)
    theirs = reference.matrix(key, "loadings")
    order, signs = aligned(found.loadings.values, theirs)
    assert found.loadings.values[:, order] * signs == pytest.approx(theirs, abs=1e-4)
    if rotation in ("oblimin", "promax"):
        phi = found.phi.values[np.ix_(order, order)] * np.outer(signs, signs)
        assert phi == pytest.approx(reference.matrix(key, "phi"), abs=1e-4)
    assert found.communalities == pytest.approx(reference.values[key]["communality"], abs=1e-4)
    assert found.uniqueness == pytest.approx(reference.values[key]["uniquenesses"], abs=1e-4)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_fit_is_that_of_psych(reference: Any, method: Any) -> None:
    theirs = reference.values[f"fa_{method}_oblimin_{reference.factors}"]
    fit = plain(_solution(_correlations(reference.table), reference.factors, method).fit)
    assert fit["df"] == theirs["dof"]
    assert fit["rmsr"] == pytest.approx(theirs["rms"], abs=1e-6)
    assert fit["rmsr_corrected"] == pytest.approx(theirs["crms"], abs=1e-6)
    assert fit["chi_square"] == pytest.approx(theirs["STATISTIC"], rel=1e-6)
    assert fit["tli"] == pytest.approx(theirs["TLI"], abs=1e-6)
    assert fit["bic"] == pytest.approx(theirs["BIC"], abs=1e-2)
    rmsea = theirs["RMSEA"]
    assert fit["rmsea"] == pytest.approx(
        {"value": rmsea["RMSEA"], "lower": rmsea["lower"], "upper": rmsea["upper"]}, abs=1e-6
    )


def test_variance_of_oblique_factors_is_that_of_psych(reference: Any) -> None:
    found = _solution(_correlations(reference.table), reference.factors)
    theirs = reference.matrix(f"fa_minres_oblimin_{reference.factors}", "Vaccounted")
    variance = list(found.variance.values())
    assert [one.ss_loadings for one in variance] == pytest.approx(list(theirs[0]), abs=1e-4)
    assert [one.proportion for one in variance] == pytest.approx(list(theirs[1]), abs=1e-4)
    assert [one.proportion_of_common for one in variance] == pytest.approx(list(theirs[3]), abs=1e-4)


def test_a_polychoric_matrix_of_psych_is_factored_as_psych_does(reference: Any) -> None:
    rho = reference.matrix("polychoric", "rho")
    correlations = Correlations.known(rho, len(reference.table.values), reference.table.items)
    found = _solution(correlations, reference.factors)
    theirs = reference.matrix("fa_poly", "loadings")
    order, signs = aligned(found.loadings.values, theirs)
    assert found.loadings.values[:, order] * signs == pytest.approx(theirs, abs=1e-4)
    phi = found.phi.values[np.ix_(order, order)] * np.outer(signs, signs)
    assert phi == pytest.approx(reference.matrix("fa_poly", "phi"), abs=1e-4)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4), st.sampled_from(ROTATIONS))
def test_rotation_changes_the_view_and_not_the_common_part(seed: int, factors: int, name: Any) -> None:
    loadings = np.random.default_rng(seed).uniform(-0.5, 0.5, (12, factors))
    turned = rotate(loadings, name)
    if isinstance(turned, Rotation):
        assert turned.pattern @ turned.phi @ turned.pattern.T == pytest.approx(
            loadings @ loadings.T, abs=1e-8
        )
        assert np.diag(turned.phi) == pytest.approx(np.ones(factors))


def test_structure_is_pattern_times_factor_correlations(bfi: Any) -> None:
    found = _solution(_correlations(bfi.table), 5)
    assert found.structure.values == pytest.approx(found.loadings.values @ found.phi.values)
    assert found.communalities["A1"] + found.uniqueness["A1"] == pytest.approx(1)


def test_an_item_on_one_factor_alone_has_complexity_one() -> None:
    pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0.5, 0], [0, 0.8], [0, 0.7], [0, 0.6], [0, 0.5]])
    values = pattern @ pattern.T
    np.fill_diagonal(values, 1)
    found = _solution(Correlations.known(values, 500), 2, "ml", "varimax")
    assert found.complexity == pytest.approx(dict.fromkeys(found.complexity, 1.0), abs=1e-3)
    assert found.communalities["V1"] == pytest.approx(0.64, abs=1e-6)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_known_loadings_come_back_exactly_from_their_own_correlations(method: Any) -> None:
    loadings = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    values = np.outer(loadings, loadings)
    np.fill_diagonal(values, 1)
    drawn = extract(Correlations.known(values, 300), 1, method)
    assert isinstance(drawn, Extraction)
    assert drawn.loadings[:, 0] == pytest.approx(loadings, abs=1e-6)


def test_a_heywood_case_is_flagged_and_named() -> None:
    values = np.array([[1, 0.9, 0.8, 0.7], [0.9, 1, 0.55, 0.5], [0.8, 0.55, 1, 0.4], [0.7, 0.5, 0.4, 1]])
    for method in ("minres", "ml"):
        drawn = extract(Correlations.known(values, 200), 1, method)
        assert isinstance(drawn, Extraction)
        assert drawn.heywood == ("V1",)


def test_of_two_minima_the_lower_one_is_taken_as_psych_does(ehd: Any) -> None:
    found = _solution(_correlations(ehd.table), 1, "ml", "none")
    theirs = ehd.values["fa_ml_none_1"]
    assert found.communalities == pytest.approx(theirs["communality"], abs=1e-4)
    assert found.fit.objective == pytest.approx(theirs["objective"], abs=1e-6)
    assert found.minima == 2


def test_a_clear_structure_has_one_minimum(bfi: Any) -> None:
    assert _solution(_correlations(bfi.table), 5).minima == 1


def test_a_proper_solution_has_no_heywood_flag(bfi: Any) -> None:
    assert _solution(_correlations(bfi.table), 5).heywood == ()


@pytest.mark.parametrize(
    ("people", "factors", "reason"),
    [
        (10, 3, "10 people answered 16 items; more people than items are needed"),
        (300, 12, "16 items do not allow 12 factors"),
        (300, 0, "16 items do not allow 0 factors"),
    ],
)
def test_what_cannot_be_factored_says_why(
    four_factors: Callable[..., ItemTable], people: int, factors: int, reason: str
) -> None:
    assert factor_solution(_correlations(four_factors(people=people)), factors) == NotEstimable(reason)


def test_an_indefinite_matrix_is_refused_and_its_eigenvalue_told() -> None:
    values = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    found = factor_solution(Correlations.known(values, 300), 1)
    assert isinstance(found, NotEstimable)
    assert "indefinite (smallest eigenvalue -0.800)" in found.reason


def test_congruence_of_a_factor_with_itself_is_one_and_with_its_mirror_minus_one() -> None:
    column = np.array([[0.5], [0.3], [0.8]])
    assert congruence(column, column)[0, 0] == pytest.approx(1)
    assert congruence(column, -column)[0, 0] == pytest.approx(-1)


def test_every_scale_of_the_big_five_finds_its_own_factor(bfi: Any) -> None:
    found = congruence_with_scales(_solution(_correlations(bfi.table), 5).loadings, bfi.scales)
    assert isinstance(found, ScaleCongruence)
    assert len({match.factor for match in found.matches.values()}) == 5
    assert min(match.congruence for match in found.matches.values()) > 0.8


def test_a_scale_without_items_has_no_congruence() -> None:
    loadings = NamedMatrix(("a", "b"), ("F1",), np.array([[0.5], [0.5]]))
    assert isinstance(congruence_with_scales(loadings, {"S": ("z",)}), NotEstimable)
