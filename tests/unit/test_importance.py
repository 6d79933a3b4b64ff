"""Shapley shares against brute force, weights and their limits, tiers 0 to 2 (method 5.2)."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.importance import inner_importance, not_estimated, outcome_importance
from scoring.shapley import shapley_shares
from scoring.vocabulary import FACETS

INNER = [*FACETS[:11], "B3", "B4"]


def covariance_of(seed: int, p: int, n: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p))
    y = x @ rng.normal(size=p) + rng.normal(scale=3, size=n)
    return np.cov(np.column_stack([x, y]).T)


def r_squared(covariance: np.ndarray, subset: tuple[int, ...]) -> float:
    if not subset:
        return 0.0
    chosen = list(subset)
    slope = np.linalg.lstsq(covariance[np.ix_(chosen, chosen)], covariance[chosen, -1], rcond=None)[0]
    return float(slope @ covariance[chosen, -1] / covariance[-1, -1])


def by_brute_force(covariance: np.ndarray) -> np.ndarray:
    """Mean gain of each predictor over all orders of entering."""
    p = len(covariance) - 1
    gains = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        for place, one in enumerate(order):
            gains[one] += r_squared(covariance, order[: place + 1]) - r_squared(covariance, order[:place])
    return gains / len(orders)


@pytest.mark.parametrize("p", [1, 2, 3, 5])
def test_shares_are_mean_gains_over_all_orders(p: int) -> None:
    covariance = covariance_of(p, p)
    np.testing.assert_allclose(shapley_shares(covariance), by_brute_force(covariance), atol=1e-10)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_shares_add_up_to_all_that_is_explained(seed: int, p: int) -> None:
    covariance = covariance_of(seed, p)
    shares = shapley_shares(covariance)
    assert shares.sum() == pytest.approx(r_squared(covariance, tuple(range(p))), abs=1e-9)
    assert (shares >= 0).all()


def test_two_predictors_share_what_they_have_in_common() -> None:
    # r_y1 = .6, r_y2 = .4, r_12 = .5: R2 = (.36 + .16 - 2 * .6 * .4 * .5) / .75
    both = (0.36 + 0.16 - 0.24) / 0.75
    shares = shapley_shares(np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1.0]]))
    assert shares == pytest.approx([(0.36 + both - 0.16) / 2, (0.16 + both - 0.36) / 2])


def test_equal_predictors_get_equal_shares_even_as_doubles() -> None:
    # the third predictor is the first once more: the matrix is singular
    covariance = covariance_of(1, 2)[np.ix_([0, 1, 0, 2], [0, 1, 0, 2])]
    shares = shapley_shares(covariance)
    assert shares[0] == pytest.approx(shares[2])
    assert shares.sum() == pytest.approx(r_squared(covariance, (0, 1)))


def test_shares_do_not_depend_on_units_or_order() -> None:
    covariance, scale, order = covariance_of(3, 4), np.array([1, 10, 0.01, 5, 100.0]), [2, 0, 3, 1, 4]
    shares = shapley_shares(covariance)
    np.testing.assert_allclose(shapley_shares(covariance * np.outer(scale, scale)), shares)
    np.testing.assert_allclose(shapley_shares(covariance[np.ix_(order, order)]), shares[order[:4]])


def test_many_matrices_at_once_are_each_alone() -> None:
    stacked = np.stack([covariance_of(seed, 13, 80) for seed in range(30)])
    together = shapley_shares(stacked)
    np.testing.assert_allclose(together[17], shapley_shares(stacked[17]), atol=1e-12)


def test_a_constant_predictor_or_outcome_explains_nothing() -> None:
    covariance = covariance_of(4, 3)
    covariance[1] = covariance[:, 1] = 0
    shares = shapley_shares(covariance)
    assert shares[1] == 0
    assert shares.sum() > 0
    covariance[3] = covariance[:, 3] = 0
    assert not shapley_shares(covariance).any()


@pytest.mark.parametrize("p", [0, 18])
def test_too_many_or_no_predictors_are_refused(p: int) -> None:
    with pytest.raises(ValueError, match="1 to 17 predictors"):
        shapley_shares(np.eye(p + 1))


# Tier 0


def test_without_an_estimate_all_facets_weigh_the_same() -> None:
    found = not_estimated("no outcome")
    assert (found.tier, set(found.weights), dict(found.shares)) == (0, {1.0}, {})


# Tier 1


def people(n: int, driver: str | None = None, strength: float = 1.0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    facets = 50 * rng.standard_normal((n, 17))
    if driver is not None:
        for outcome in ("B1", "B2"):
            facets[:, FACETS.index(outcome)] += strength * facets[:, FACETS.index(driver)]
    return facets


def inner(facets: np.ndarray, department: np.ndarray | None = None, resamples: int = 40):  # type: ignore[no-untyped-def]
    groups = np.arange(len(facets)) % 10 if department is None else department
    return inner_importance(facets, groups, np.random.default_rng(1), resamples)


def test_inner_importance_finds_the_facet_that_drives_behaviour() -> None:
    found = inner(people(600, "R3"))
    assert (found.tier, found.n) == (1, 600)
    assert found.shares["R3"].value > 0.9
    assert sum(share.value for share in found.shares.values()) == pytest.approx(1)
    assert all(
        share.low <= share.value <= share.high for share in found.shares.values() if share.value > 0.05
    )
    weights = dict(zip(FACETS, found.weights, strict=True))
    assert max(weights, key=lambda facet: weights[facet]) == "R3"


def test_weights_are_limited_and_then_have_mean_one() -> None:
    found = inner(people(2000, "R3"))
    weights = dict(zip(FACETS, found.weights, strict=True))
    assert [weights[facet] for facet in ("B1", "B2", "B5", "B6")] == [1, 1, 1, 1]
    assert np.mean([weights[facet] for facet in INNER]) == pytest.approx(1)
    # (1 - kappa) + kappa * 13 * share is above 2 for the driver and below .5 for the others
    assert found.kappa > 0.55
    assert weights["R3"] / weights["D1"] == pytest.approx(4)


def test_weights_follow_kappa_and_the_shares() -> None:
    found = inner(people(400, "R3", 0.3))
    adjusted = 1 - (1 - found.r_squared) * 390 / (390 - 13)
    assert found.kappa == pytest.approx(adjusted * 400 / (400 + 20 * 13))
    raw = np.array([1 - found.kappa + found.kappa * 13 * found.shares[facet].value for facet in INNER])
    limited = raw.clip(0.5, 2)
    weights = dict(zip(FACETS, found.weights, strict=True))
    assert [weights[facet] for facet in INNER] == pytest.approx(limited / limited.mean())


def test_what_is_not_related_moves_no_weight_far() -> None:
    found = inner(people(5000))
    assert found.kappa < 0.02
    assert np.ptp(found.weights) < 0.2


def test_differences_between_departments_count_for_nothing() -> None:
    facets, department = people(600), np.arange(600) % 10
    facets[:, [FACETS.index("R3"), FACETS.index("B1"), FACETS.index("B2")]] += 100 * department[:, None]
    assert inner(facets, department).r_squared < 0.08


def test_inner_importance_needs_150_people_with_all_it_asks_for() -> None:
    facets = people(151, "R3")
    facets[0, 0] = np.nan
    assert inner(facets).tier == 1
    facets[1, 12] = np.nan
    found = inner(facets)
    assert found.tier == 0
    assert "150" in found.reason
    facets[1, 12], facets[1, FACETS.index("B6")] = 0, np.nan  # not asked for
    assert inner(facets).tier == 1


def test_an_outcome_without_differences_is_told() -> None:
    facets = people(200)
    facets[:, [FACETS.index("B1"), FACETS.index("B2")]] = 40
    found = inner(facets)
    assert found.tier == 0
    assert "does not vary" in found.reason


def test_very_many_people_are_resampled_in_groups_to_the_same_effect() -> None:
    width = []
    for n in (2000, 8000):
        facets = people(n, "R3")
        for outcome in ("B1", "B2"):  # two drivers of equal strength: their shares vary by chance
            facets[:, FACETS.index(outcome)] += facets[:, FACETS.index("D1")]
        share = inner(facets, resamples=200).shares["R3"]
        width.append(share.high - share.low)
    # four times the people, half the width, though only 2,000 groups of them are drawn
    assert width[0] / width[1] == pytest.approx(2, rel=0.3)


# Tier 2


def departments(k: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    facets = 20 * rng.standard_normal((k, 17))
    legs = np.stack([facets[:, :5].mean(1), facets[:, 5:11].mean(1), facets[:, 11:].mean(1)], axis=1)
    outcome = legs[:, 2] + 0.2 * facets[:, FACETS.index("B6")] + 3 * rng.standard_normal(k)
    return outcome, legs, facets


def test_an_outside_outcome_weighs_the_legs() -> None:
    outcome, legs, facets = departments(60)
    found = outcome_importance(outcome, np.full(60, 20), legs, facets, np.random.default_rng(1))
    assert (found.tier, found.n, set(found.shares)) == (2, 60, {"D", "R", "B"})
    assert found.shares["B"].value > 0.7
    assert len(set(found.weights[11:])) == 1
    assert found.weights[11] > 1 > found.weights[0]
    assert np.mean(found.weights) == pytest.approx(1)


def test_a_hundred_departments_weigh_the_facets() -> None:
    outcome, legs, facets = departments(100)
    found = outcome_importance(outcome, np.full(100, 20), legs, facets, np.random.default_rng(1), 20)
    assert set(found.shares) == set(FACETS)
    assert max(found.shares, key=lambda facet: found.shares[facet].value) == "B6"
    facets[0, 0] = np.nan
    fewer = outcome_importance(outcome, np.full(100, 20), legs, facets, np.random.default_rng(1))
    assert set(fewer.shares) == {"D", "R", "B"}


def test_larger_departments_count_more() -> None:
    outcome, legs, _ = departments(60)
    loud = outcome.copy()
    loud[:30] = -100 * legs[:30, 0]
    n = np.where(np.arange(60) < 30, 1, 1000)
    found = outcome_importance(loud, n, legs, None, np.random.default_rng(1))
    assert found.shares["B"].value > found.shares["D"].value


def test_fifty_departments_are_needed() -> None:
    outcome, legs, _ = departments(49)
    found = outcome_importance(outcome, np.full(49, 20), legs, None, np.random.default_rng(1))
    assert found.tier == 0
    assert "50 departments" in found.reason
