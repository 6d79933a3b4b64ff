"""Adjusted p-values (method 3.12), by hand, by scipy and by their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.multiplicity import benjamini_hochberg, holm

families = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_holm_by_hand() -> None:
    # sorted .01 .02 .03 .04: times 4, 3, 2, 1 and never falling
    assert holm([0.04, 0.01, 0.03, 0.02]).tolist() == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_the_example_of_benjamini_and_hochberg_1995_has_four_discoveries() -> None:
    # table 1 of the article: fifteen tests of thrombolysis
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
         0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4
    assert (holm(p) <= 0.05).sum() == 3


@given(families)
def test_benjamini_hochberg_agrees_with_scipy(p: list[float]) -> None:
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p), atol=1e-12)


@given(families)
def test_holm_rejects_what_stepping_down_rejects(p: list[float]) -> None:
    rejected, open_ = set(), sorted(range(len(p)), key=lambda i: p[i])
    while open_ and p[open_[0]] <= 0.05 / len(open_):
        rejected.add(open_.pop(0))
    assert set(np.flatnonzero(holm(p) <= 0.05)) == rejected


@given(families)
def test_adjusted_values_keep_the_order_and_stand_between_raw_and_bonferroni(p: list[float]) -> None:
    raw = np.array(p)
    for adjusted in (holm(p), benjamini_hochberg(p)):
        assert (adjusted >= raw * (1 - 1e-12)).all()
        assert (adjusted <= np.minimum(1, raw * len(p)) + 1e-12).all()
        assert (np.diff(adjusted[np.argsort(raw, kind="stable")]) >= 0).all()


def test_a_table_of_tests_is_one_family_and_keeps_its_shape() -> None:
    table = [[0.01, 0.2], [0.03, 0.04]]
    assert holm(table).ravel().tolist() == holm([0.01, 0.2, 0.03, 0.04]).tolist()
    assert benjamini_hochberg(np.empty((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("p", [[-0.1], [1.1], [float("nan")]])
def test_a_p_that_is_none_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm(p)
