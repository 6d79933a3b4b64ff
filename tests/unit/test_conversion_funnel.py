"""Heard, equipped, delivered (method 3.9)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.conversion import Share, funnel, funnel_tallies, in_steps, wilson
from scoring.estimable import NotEstimable

bases = st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_people_are_counted_along_the_chain() -> None:
    legs = np.array(
        [[50, 50, 50], [60, 49, 50], [50, 80, 0], [49, 200, 200], [np.nan, 0, 0], [100, 100, 100]],
        dtype=float,
    )
    valid = np.array([True, True, True, True, False, True])
    counts = funnel_tallies(legs, valid, np.array([0, 0, 0, 1, 1, 1]), 2).counts
    # people, heard, equipped, delivered, converted
    assert counts.tolist() == [[3, 3, 2, 1, 2], [2, 1, 1, 1, 1]]


def test_conversion_is_asked_of_those_who_heard_and_delivery_of_those_equipped() -> None:
    found = funnel([100, 60, 30, 24, 33])
    assert (found.heard.value, found.equipped.value, found.delivered.value) == (0.6, 0.5, 0.8)
    assert found.conversion.value == pytest.approx(33 / 60)
    assert found.through == pytest.approx(0.6 * 0.5 * 0.8)


@pytest.mark.parametrize(
    ("counts", "estimable"),
    [
        ([9, 9, 9, 9, 9], [False, False, False, False]),
        ([40, 9, 5, 5, 9], [True, False, False, False]),
        ([40, 10, 9, 5, 8], [True, True, False, True]),
        ([40, 20, 10, 0, 8], [True, True, True, True]),
    ],
)
def test_the_chain_stops_where_fewer_than_ten_are_left(counts: list[int], estimable: list[bool]) -> None:
    found = funnel(counts)
    steps = (found.heard, found.equipped, found.delivered, found.conversion)
    assert [isinstance(step, Share) for step in steps] == estimable
    assert isinstance(found.through, NotEstimable) == (not all(estimable[:3]))


@given(bases)
def test_wilson_agrees_with_scipy(drawn: tuple[int, int]) -> None:
    count, base = drawn
    exact = stats.binomtest(count, base).proportion_ci(method="wilson")
    assert wilson(count, base) == pytest.approx((exact.low, exact.high), abs=1e-12)


@given(bases)
def test_in_steps_the_interval_only_widens(drawn: tuple[int, int]) -> None:
    count, base = drawn
    value, low, high = in_steps(Share(count / base, *wilson(count, base), base))
    exact = wilson(count, base)
    assert 0 <= low <= value <= high <= 100
    assert low <= 100 * exact[0] + 1e-6
    assert high >= 100 * exact[1] - 1e-6
    assert {value % 5, low % 5, high % 5} == {0}
