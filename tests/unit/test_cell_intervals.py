"""Weights, moderated variances and degrees of freedom of cells (method 3.5, 3.6), by hand and by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.intervals import cell_means
from scoring.moments import Moments, prior_leg_covariance

ONE = np.ones((1, 1))


def moments_of(*groups: list[float]) -> Moments:
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return Moments.by_group(labels, np.concatenate(groups)[:, None], len(groups))


def test_the_headcount_example_of_the_method_gives_plus_36() -> None:
    # board 5 at +120, managers 40 at +80, employees 400 at +30 (method 3.5, option A)
    moments = moments_of([120.0] * 5, [80.0] * 30, [30.0] * 100)
    found = cell_means(moments, np.array([5, 40, 400]), np.eye(1), [[0, 1, 2]], ONE)
    assert round(float(found.value[0, 0])) == 36


def test_one_group_alone_keeps_its_plain_mean_and_a_moderated_variance() -> None:
    group = [10.0, 40.0, -20.0, 90.0, 30.0]
    found = cell_means(moments_of(group), np.array([9]), np.array([[58.0**2]]), [[0]], ONE)
    variance = (8 * 58.0**2 + 4 * np.var(group, ddof=1)) / 12
    half = stats.t.ppf(0.975, 12) * np.sqrt(variance / 5)
    assert found.value[0, 0] == 30
    assert found.df[0, 0] == pytest.approx(12)
    assert found.low[0, 0] == pytest.approx(30 - half)
    assert found.high[0, 0] == pytest.approx(30 + half)


def test_people_who_all_answer_alike_still_have_an_interval() -> None:
    found = cell_means(moments_of([50.0] * 5), np.array([5]), np.array([[58.0**2]]), [[0]], ONE)
    assert found.high[0, 0] - found.low[0, 0] > 50


def test_several_groups_combine_by_satterthwaite() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(0, 50, n).tolist() for n in (6, 15, 40)]
    invited = np.array([10, 15, 90])
    found = cell_means(moments_of(*groups), invited, np.array([[2500.0]]), [[0, 1, 2]], ONE)
    n = np.array([6, 15, 40])
    own = np.array([np.var(group, ddof=1) for group in groups])
    part = (invited / invited.sum()) ** 2 * (8 * 2500.0 + (n - 1) * own) / (n + 7) / n
    assert found.error[0, 0] == pytest.approx(np.sqrt(part.sum()))
    assert found.df[0, 0] == pytest.approx(part.sum() ** 2 / (part**2 / (n + 7)).sum())


def test_for_the_present_staff_a_census_keeps_only_the_error_of_answering() -> None:
    group = np.random.default_rng(2).normal(0, 58, 12).tolist()
    lasting = cell_means(moments_of(group), np.array([12]), np.array([[58.0**2]]), [[0]], ONE)
    present = cell_means(
        moments_of(group), np.array([12]), np.array([[58.0**2]]), [[0]], ONE, reliability=0.85
    )
    assert present.error[0, 0] == pytest.approx(lasting.error[0, 0] * np.sqrt(0.15))


def test_the_seat_is_surer_than_its_legs_unless_they_move_as_one() -> None:
    legs = np.random.default_rng(3).multivariate_normal([0, 0, 0], prior_leg_covariance(), 30)
    moments = Moments.by_group(np.zeros(30, dtype=np.int64), legs, 1)
    contrasts = np.vstack([np.eye(3), np.full(3, 1 / 3)])
    found = cell_means(moments, np.array([40]), prior_leg_covariance(), [[0]], contrasts)
    assert found.value[0, 3] == pytest.approx(found.value[0, :3].mean())
    assert found.error[0, 3] < found.error[0, :3].mean()


@given(st.floats(-100, 100), st.integers(0, 2))
def test_adding_a_constant_to_one_leg_moves_only_that_leg(constant: float, leg: int) -> None:
    legs = np.random.default_rng(4).normal(0, 30, (20, 3))
    moved = legs.copy()
    moved[:, leg] += constant
    label = np.repeat([0, 1], 10)
    before, after = (
        cell_means(Moments.by_group(label, x, 2), np.array([12, 30]), np.eye(3), [[0, 1]], np.eye(3))
        for x in (legs, moved)
    )
    expected = np.zeros(3)
    expected[leg] = constant
    np.testing.assert_allclose(after.value[0] - before.value[0], expected, atol=1e-9)
    np.testing.assert_allclose(after.error, before.error, rtol=1e-6)


def test_moments_of_a_union_are_those_of_its_people() -> None:
    legs = np.random.default_rng(5).normal(20, 50, (60, 3))
    label = np.random.default_rng(6).integers(0, 6, 60)
    by_label = Moments.by_group(label, legs, 6)
    union = by_label.merged([[0, 3], [1, 2, 4, 5]])
    direct = Moments.by_group(np.where(np.isin(label, [0, 3]), 0, 1), legs, 2)
    np.testing.assert_array_equal(union.n, direct.n)
    np.testing.assert_allclose(union.scatter, direct.scatter, rtol=1e-9)


def test_fewer_than_four_groups_are_too_few_for_a_pool() -> None:
    moments = moments_of(*([0.0, 50.0, 100.0] for _ in range(4)))
    assert moments.pooled([0, 1, 2]) is None
    assert moments.pooled([0, 1, 2, 3]) == pytest.approx(2500)
