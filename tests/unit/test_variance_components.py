"""ICC(2) from moments (method 3.7, 3.10): scipy's analysis of variance is the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scoring.estimable import NotEstimable
from scoring.moments import Moments
from scoring.variance_components import variance_components


def components(*groups: list[float]):
    label = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    moments = Moments.by_group(label, np.concatenate(groups)[:, None], len(groups))
    return variance_components(moments.n, moments.mean, moments.scatter[:, :, 0])


def test_icc2_is_one_less_the_inverse_of_f() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(10 * i, 30, n).tolist() for i, n in enumerate((5, 9, 14, 30))]
    f = stats.f_oneway(*groups).statistic
    assert components(*groups).icc2[0] == pytest.approx(1 - 1 / f)


def test_groups_that_differ_less_than_by_chance_have_none() -> None:
    assert components([0.0, 10.0], [10.0, 0.0]).icc2[0] == 0


def test_groups_without_any_difference_at_all_have_none() -> None:
    assert components([5.0, 5.0], [5.0, 5.0]).icc2[0] == 0


def test_unequal_groups_have_the_size_of_the_textbook() -> None:
    # (30 - (100 + 400) / 30) / 1 for groups of 10 and 20
    assert components([0.0, 1.0] * 5, [0.0, 1.0] * 10).size == pytest.approx(30 - 500 / 30)


@pytest.mark.parametrize("groups", [([1.0, 2.0],), ([1.0], [2.0], [3.0])])
def test_without_groups_or_without_spread_it_says_why(groups: tuple[list[float], ...]) -> None:
    assert isinstance(components(*groups), NotEstimable)
