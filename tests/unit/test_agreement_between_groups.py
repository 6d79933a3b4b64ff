"""ICC(1) and ICC(2) with intervals, equal and unequal groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scoring.agreement import Bounded
from scoring.estimable import NotEstimable
from scoring.group_differences import GroupDifferences, group_differences
from scoring.reliability import Interval

SHROUT_AND_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Six targets, four judges: Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428."""


def _differences(scores: Any, groups: Any) -> GroupDifferences:
    found = group_differences(np.asarray(scores, dtype=float), np.asarray(groups))
    assert isinstance(found, GroupDifferences)
    return found


def test_icc_of_companies_is_that_of_multilevel(lq2002: Any) -> None:
    codes = np.unique(lq2002.groups, return_inverse=True)[1]
    for scale, items in lq2002.scales.items():
        theirs = lq2002.values["agreement"][scale]
        found = _differences(lq2002.table.of(items).values.mean(axis=1), codes)
        assert found.icc1_mean_size.value == pytest.approx(theirs["icc1"], abs=1e-8)
        assert isinstance(found.icc2, Bounded)
        assert found.icc2.value == pytest.approx(theirs["icc2"], abs=1e-8)
        assert found.f == pytest.approx(theirs["F"], abs=1e-8)


def test_the_published_example_comes_back_with_its_intervals() -> None:
    found = _differences(SHROUT_AND_FLEISS.ravel(), np.repeat(np.arange(6), 4))
    assert found.icc1.value == pytest.approx(0.17, abs=0.005)
    assert isinstance(found.icc2, Bounded)
    assert found.icc2.value == pytest.approx(0.44, abs=0.005)
    assert isinstance(found.f, float)
    assert found.f == pytest.approx(1.79, abs=0.005)
    assert found.p == pytest.approx(0.165, abs=0.0005)
    assert found.icc1_interval == Interval(pytest.approx(-0.13, abs=0.005), pytest.approx(0.72, abs=0.005))
    assert found.icc2_interval == Interval(pytest.approx(-0.88, abs=0.005), pytest.approx(0.91, abs=0.005))


def test_unequal_groups_take_k0_for_their_size() -> None:
    found = _differences([1, 2, 3, 5, 6, 9, 9], [0, 0, 0, 1, 1, 2, 2])
    # by hand: k0 = (7 - 17 / 7) / 2, MSB = (3 * 9 + 2 * .25 + 2 * 16) / 2, MSW = (2 + .5) / 4
    assert found.k0 == pytest.approx(16 / 7)
    assert found.ms_between == pytest.approx(29.75)
    assert found.ms_within == pytest.approx(0.625)
    assert found.icc1.value == pytest.approx(29.125 / (29.75 + (16 / 7 - 1) * 0.625))
    assert found.icc1_mean_size.value == pytest.approx(29.125 / (29.75 + (7 / 3 - 1) * 0.625))


def test_k0_estimates_the_true_share_between_groups_better_than_the_mean_size() -> None:
    random = np.random.default_rng(6)
    sizes = np.array([2, 2, 3, 3, 4, 5, 60, 80])
    codes = np.repeat(np.arange(8), sizes)
    parts = []
    for _ in range(2000):
        scores = random.standard_normal(8)[codes] * 0.5 + random.standard_normal(len(codes))
        found = _differences(scores, codes)
        within = found.ms_within
        parts.append(
            [(found.ms_between - within) / found.k0, (found.ms_between - within) * 8 / len(codes), within]
        )
    by_k0, by_mean_size, within = np.mean(parts, axis=0)
    assert by_k0 / (by_k0 + within) == pytest.approx(0.2, abs=0.01)
    assert by_mean_size / (by_mean_size + within) < 0.17


def test_groups_that_differ_less_than_by_chance_count_as_zero_and_keep_the_raw_value() -> None:
    found = _differences([1, 5, 1, 5, 2, 4.5], [0, 0, 1, 1, 2, 2])
    assert found.icc1.value == 0
    assert isinstance(found.icc1.raw, float)
    assert found.icc1.raw < 0
    assert isinstance(found.icc2, Bounded)
    assert found.icc2.value == 0


def test_people_without_a_score_and_empty_groups_do_not_count() -> None:
    found = _differences([1, 2, np.nan, 5, 6, 7], [0, 0, 1, 3, 3, 3])
    assert (found.groups, found.people) == (2, 5)


def test_equal_scores_within_every_group_are_full_agreement_without_an_f() -> None:
    found = _differences([1, 1, 4, 4], [0, 0, 1, 1])
    assert found.icc1 == Bounded(1.0, 1.0)
    assert found.f == NotEstimable("nobody differs within any group")
    assert isinstance(found.icc1_interval, NotEstimable)


@pytest.mark.parametrize(
    ("scores", "groups", "reason"),
    [
        ([1, 2, 3], [0, 0, 0], "at least two groups are needed"),
        ([1, 2, 3], [0, 1, 2], "no group has two people with a score"),
        ([2, 2, 2, 2], [0, 0, 1, 1], "all scores are equal"),
        ([np.nan, np.nan], [0, 1], "nobody has a score"),
    ],
)
def test_what_has_no_icc_says_why(scores: list[float], groups: list[int], reason: str) -> None:
    assert group_differences(np.array(scores, dtype=float), np.array(groups)) == NotEstimable(reason)
