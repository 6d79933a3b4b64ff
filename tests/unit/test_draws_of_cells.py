"""Draws of the scores of a cell: means, covariances, seeds (method 4.1)."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.support import (
    LEG_MEANS,
    FacetMoments,
    Scores,
    draw,
    draw_legs,
    generator,
    mean_variance,
    prior_facet_covariance,
    seed,
    square_root,
)
from scoring.vocabulary import FACETS


def level(d: float, r: float, b: float, **facets: float) -> Scores:
    """A level with these legs; each facet at its leg's score unless given."""
    legs = {"D": d, "R": r, "B": b}
    return Scores.published([d, r, b], [facets.get(facet, legs[facet[0]]) for facet in FACETS])


def test_draws_have_the_published_means_and_the_covariance_of_means() -> None:
    covariance = prior_facet_covariance()
    published = level(20, -10, 40, R3=-60)
    drawn = draw(published, square_root(covariance), 1 / 25, np.random.default_rng(3), draws=40_000)
    assert published.facets is not None
    assert drawn.facets is not None
    np.testing.assert_allclose(drawn.facets.mean(axis=0), published.facets[0], atol=0.4)
    np.testing.assert_allclose(np.cov(drawn.facets.T), covariance / 25, atol=8)
    np.testing.assert_allclose(drawn.legs.mean(axis=0), [20, -10, 40], atol=0.4)
    np.testing.assert_allclose(np.cov(drawn.legs.T), LEG_MEANS @ covariance @ LEG_MEANS.T / 25, atol=5)


def test_a_level_without_facets_has_its_legs_drawn_alike() -> None:
    root = square_root(prior_facet_covariance())
    whole = draw(level(20, 20, 20), root, 0.1, np.random.default_rng(4))
    legs = draw(Scores.published([20, 20, 20]), root, 0.1, np.random.default_rng(4))
    assert legs.facets is None
    np.testing.assert_array_equal(legs.legs, whole.legs)


def test_the_short_form_draws_legs_with_their_own_covariance() -> None:
    covariance = np.array([[90.0, 40, 30], [40, 80, 20], [30, 20, 60]])
    drawn = draw_legs(Scores.published([1, 2, 3]), covariance, np.random.default_rng(5), draws=40_000)
    np.testing.assert_allclose(np.cov(drawn.legs.T), covariance, atol=2.5)


def test_a_singular_covariance_can_be_drawn_from() -> None:
    one = np.outer(np.arange(17.0), np.arange(17.0))
    root = square_root(one)
    np.testing.assert_allclose(root @ root.T, one, atol=1e-8)


def test_the_same_wave_and_cell_give_the_same_draws() -> None:
    first, again, other = (
        generator("2026-1", cell).standard_normal(3) for cell in ("Org:staff", "Org:staff", "Org:T")
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_seed_is_the_first_eight_bytes_of_the_hash() -> None:
    # printf 'w\nc\nsupport' | sha256sum
    assert f"{seed('w', 'c', 'support'):016x}" == "bb8c52681d719338"


def test_the_variance_of_a_mean_follows_from_its_strata() -> None:
    # W = .25, .75; n = 5, 30
    n, invited = np.array([5, 30]), np.array([10, 30])
    assert mean_variance(n, invited) == pytest.approx(0.0625 / 5 + 0.5625 / 30)
    present = 0.0625 / 5 * (1 - 0.5 * 0.85) + 0.5625 / 30 * 0.15
    assert mean_variance(n, invited, reliability=0.85) == pytest.approx(present)


def test_fewer_than_sixty_complete_people_are_described_by_prior_values() -> None:
    n = np.array([30, 29])
    few = FacetMoments(n, np.zeros((2, 17)), 59 * np.eye(17))
    np.testing.assert_array_equal(few.covariance, prior_facet_covariance())
    enough = FacetMoments(n + 1, np.zeros((2, 17)), 59 * np.eye(17))
    np.testing.assert_allclose(enough.covariance, np.eye(17))
    prior = prior_facet_covariance()
    assert prior[0, 0] == 76**2
    assert prior[0, 4] == pytest.approx(0.46 * 76**2)
    assert prior[0, 5] == pytest.approx(0.30 * 76**2)
