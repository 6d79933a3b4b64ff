"""Correlations over departments (method 3.9)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scoring.estimable import NotEstimable
from scoring.internal_chain import internal_chain


def columns(departments: int = 40) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, departments)
    return {"X3": x, "X1": x + rng.normal(0, 1, departments), "B": rng.normal(0, 1, departments)}


def test_every_pair_is_correlated_as_by_scipy() -> None:
    given = columns()
    found = internal_chain(given)
    assert set(found) == {("X3", "X1"), ("X3", "B"), ("X1", "B")}
    for (one, other), correlation in found.items():
        twin = stats.pearsonr(given[one], given[other])
        interval = twin.confidence_interval(0.95)
        assert correlation.r == pytest.approx(twin.statistic)
        assert (correlation.low, correlation.high) == pytest.approx((interval.low, interval.high))


def test_departments_without_a_value_are_left_out_of_that_pair_alone() -> None:
    given = columns(40)
    given["B"][:8] = np.nan
    found = internal_chain(given)
    assert (found["X3", "X1"].departments, found["X3", "B"].departments) == (40, 32)


def test_without_thirty_departments_or_without_differences_it_says_why() -> None:
    assert isinstance(internal_chain(columns(29))["X3", "B"], NotEstimable)
    given = columns()
    given["B"] = np.full(40, 7.0)
    assert isinstance(internal_chain(given)["X3", "B"], NotEstimable)


def test_a_perfect_chain_needs_no_interval() -> None:
    given = columns()
    found = internal_chain({"X1": given["X1"], "twice": 2 * given["X1"]})["X1", "twice"]
    assert (found.r, found.low, found.high) == pytest.approx((1, 1, 1), abs=1e-6)
