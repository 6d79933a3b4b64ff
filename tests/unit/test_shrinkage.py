"""Shrunken department scores (method 3.7): hand-worked, by their properties, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.estimable import NotEstimable
from scoring.ranking import ranking, standings
from scoring.shrinkage import DepartmentEstimates, benchmark, departments, prior_between, shrink


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


def simulated(groups: int, tau: float, *, replications: int = 4000, seed: int = 1, outlier: float = 0.0):
    """True and observed scores, one replication a column; person SD 49, 8 to 12 people."""
    rng = np.random.default_rng(seed)
    n = np.resize([8, 9, 10, 11, 12], groups)
    truth = tau * rng.standard_normal((groups, replications))
    truth[0] += outlier
    psi = np.repeat((49.0**2 / n)[:, None], replications, axis=1)
    observed = truth + np.sqrt(psi) * rng.standard_normal(truth.shape)
    return truth, observed, shrink(observed, psi, prior_between(np.full(replications, 49.0**2)))


def test_four_equal_departments_by_hand() -> None:
    # psi 100, means -30 -10 10 30: Q = 2000 / 100 = 20, tau2 = (20 - 3) / (.04 - .0004 / .04) = 566.67
    # prior 100: (3 * 566.67 + 800) / 11 = 227.3 is lower, so tau2 stays; lambda = .85
    found = shrink(column(-30, -10, 10, 30), np.full((4, 1), 100.0), np.array([100.0]))
    total = 4 / 666.6667
    g1, g2, g3 = 85.0, 0.15**2 / total, 100**2 / 666.6667**3 * 8 / total**2
    assert found.between[0] == pytest.approx(566.6667)
    assert found.value.ravel().tolist() == pytest.approx([-25.5, -8.5, 8.5, 25.5])
    assert found.mse.ravel().tolist() == pytest.approx([g1 + g2 + 2 * g3] * 4)


def test_departments_that_hardly_differ_are_held_apart_by_the_prior() -> None:
    # Q = 0, so tau2 = 0 and 8 * 110 / 11 = 80 is used; lambda = 80 / 180, g3 counts (3 / 11)^2
    found = shrink(column(5, 5, 5, 5), np.full((4, 1), 100.0), np.array([110.0]))
    assert found.between_by_moments[0] == 0
    assert found.between[0] == pytest.approx(80)
    g2 = (100 / 180) ** 2 * 180 / 4
    g3 = 100**2 / 180**3 * (3 / 11) ** 2 * 8 / (4 / 180) ** 2
    assert found.mse[0, 0] == pytest.approx(80 / 180 * 100 + g2 + 2 * g3)


def test_three_departments_are_not_shrunk() -> None:
    found = shrink(column(1, 2, 3), np.ones((3, 1)), np.ones(1))
    assert found == NotEstimable("fewer than 4 departments can be compared")


def test_people_who_all_answer_alike_keep_their_scores() -> None:
    found = shrink(column(-40, 0, 10, 80), np.zeros((4, 1)), np.zeros(1))
    assert found.value.ravel().tolist() == pytest.approx([-40, 0, 10, 80], abs=1e-6)
    assert np.isfinite(found.z).all()


scores = st.lists(st.tuples(st.floats(-200, 200), st.integers(5, 400)), min_size=4, max_size=12)


@given(scores, st.floats(1, 100))
def test_every_shrunken_score_lies_between_its_own_and_the_common_mean(drawn, sd: float) -> None:
    mean = column(*(score for score, _ in drawn))
    psi = sd**2 / column(*(float(n) for _, n in drawn))
    found = shrink(mean, psi, prior_between(np.array([sd**2])))
    low, high = np.minimum(mean, found.centre), np.maximum(mean, found.centre)
    assert ((found.value >= low - 1e-6) & (found.value <= high + 1e-6)).all()
    assert (found.between >= found.between_by_moments).all()
    assert (found.mse > 0).all()


@given(scores)
def test_after_benchmarking_the_head_count_mean_is_the_direct_score_of_the_staff(drawn) -> None:
    mean = column(*(score for score, _ in drawn))
    heads = np.array([2 * n for _, n in drawn])
    found = shrink(mean, 2500 / heads[:, None], prior_between(np.array([2500.0])))
    each = departments(found, benchmark(found, mean, heads), heads, [[i] for i in range(len(heads))])
    assert heads @ each.value[:, 0] / heads.sum() == pytest.approx(heads @ mean[:, 0] / heads.sum())


def test_a_department_of_two_labels_weighs_them_by_head_count() -> None:
    found = shrink(column(-30, -10, 10, 30), np.full((4, 1), 100.0), np.array([100.0]))
    both = departments(found, np.array([2.0]), np.array([30, 10, 5, 5]), [[0, 1], [3]])
    assert both.value.ravel().tolist() == pytest.approx([0.75 * -25.5 + 0.25 * -8.5 + 2, 27.5])
    assert both.mse[0, 0] == pytest.approx((0.75**2 + 0.25**2) * found.mse[0, 0])
    assert both.high[1, 0] - both.low[1, 0] == pytest.approx(2 * 1.96 * np.sqrt(found.mse[3, 0]), rel=1e-4)


def test_columns_do_not_touch_one_another() -> None:
    rng = np.random.default_rng(3)
    mean, psi = rng.normal(0, 30, (6, 3)), rng.uniform(50, 300, (6, 3))
    together = shrink(mean, psi, np.array([100.0, 200.0, 300.0]))
    alone = shrink(mean[:, [1]], psi[:, [1]], np.array([200.0]))
    np.testing.assert_allclose(together.value[:, [1]], alone.value)
    np.testing.assert_allclose(together.mse[:, [1]], alone.mse)


@pytest.mark.parametrize(("groups", "tau"), [(8, 16.0), (15, 16.0), (8, 60.0)])
def test_intervals_cover_and_errors_fall(groups: int, tau: float) -> None:
    # method 3.7: coverage .93-.95, and no loss against the raw scores
    truth, observed, found = simulated(groups, tau)
    covered = np.abs(found.value - truth) <= 1.96 * np.sqrt(found.mse)
    assert 0.93 < covered.mean() < 0.99
    raw, shrunk = (np.sqrt(((x - truth) ** 2).mean()) for x in (observed, found.value))
    assert shrunk < raw
    if tau == 16:
        assert shrunk < 0.87 * raw


def test_one_outlying_department_is_not_drawn_in() -> None:
    truth, observed, found = simulated(8, 10.0, outlier=120.0)
    raw, shrunk = (np.sqrt(((x - truth) ** 2).mean()) for x in (observed, found.value))
    assert shrunk < 1.05 * raw


def test_the_three_groups_seldom_name_a_department_that_is_average() -> None:
    # half of the departments stand at 0, half at +-45; false share well below .10 (method 3.7)
    rng = np.random.default_rng(5)
    truth = np.resize([0.0, 45.0, 0.0, -45.0], 20)
    false = named = 0
    for _ in range(300):
        observed = truth[:, None] + 15.5 * rng.standard_normal((20, 1))
        found = shrink(observed, np.full((20, 1), 15.5**2), prior_between(np.array([49.0**2])))
        each = departments(found, np.zeros(1), np.full(20, 12), [[i] for i in range(20)])
        clear = np.array([row[0] != "not distinguishable" for row in standings(each)])
        named += clear.sum()
        false += (clear & (truth == 0)).sum()
    assert named > 300 * 4
    assert false / named < 0.05


def estimates(*values: float, mse: float) -> DepartmentEstimates:
    return DepartmentEstimates(
        column(*values), column(*values), np.full((len(values), 1), mse), np.array([0.0])
    )


def test_departments_are_ordered_only_where_their_means_are_reliable() -> None:
    five = estimates(10, 60, -70, 0, 5, mse=200)
    assert ranking(five, 0, 0.70).order == (1, 0, 4, 3, 2)
    assert ranking(five, 0, 0.69).order is None


def test_departments_far_from_the_mean_are_named() -> None:
    # z = .7, 4.2, -4.9, 0, .4: only two survive Benjamini-Hochberg at .10
    assert ranking(estimates(10, 60, -70, 0, 5, mse=200), 0, 0.2).standing == (
        "not distinguishable",
        "clearly above",
        "clearly below",
        "not distinguishable",
        "not distinguishable",
    )
