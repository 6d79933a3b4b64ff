"""Gaps between levels and between legs, ratio, echo (method 3.9)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.answers import Atom, DepartmentTree
from scoring.cells import Cell
from scoring.coherence import (
    lasting,
    leg_gaps,
    level_gaps,
    one_to_one,
    present,
    priority_echo,
    small,
    small_leg_gaps,
    top_figures,
)
from scoring.differences import Difference, Score, adjusted_by_holm, difference
from scoring.disclosure import Label, Partition
from scoring.estimable import NotEstimable
from scoring.moments import Moments, prior_leg_covariance
from scoring.printed import CellScores
from scoring.released import Estimate, Stool
from scoring.tiers import Tier
from scoring.vocabulary import LEGS, Leg, Level

TREE = DepartmentTree.of([("Firm",)])
TOP, STAFF = Label(0, Level.T), Label(0, Level.F)
TOP_CELL, STAFF_CELL = Cell(0, "T", (TOP,)), Cell(0, "staff", (STAFF,))


def a_tier(top, staff, *, invited=(6, 400)) -> Tier:
    """Legs of a top and a staff, people x 3 each; the pool is the prior (one staff label)."""
    partition = Partition(TREE, {Atom(0, label.level): label for label in (TOP, STAFF)})
    label = np.repeat([0, 1], [len(top), len(staff)])
    moments = Moments.by_group(label, np.vstack([top, staff]), 2)
    return Tier(partition, (TOP, STAFF), moments, np.array(invited), prior_leg_covariance(), False, partition)


def people(rng, n: int, mean=(0.0, 0.0, 0.0)) -> np.ndarray:
    return rng.multivariate_normal(mean, prior_leg_covariance(), n)


@pytest.mark.parametrize(
    ("value", "error", "name"),
    [
        (40, 12, "pronounced"),  # 40 - 24 = 16 > 15
        (40, 13, "visible"),  # 40 - 26 = 14
        (-40, 12, "pronounced"),
        (-39.99999999999999, 12, "pronounced"),  # 40 points, as sums of floats may come out
        (39, 5, "visible"),  # below 40
        (25, 12, "visible"),
        (25, 13, "not visible"),  # the interval holds 0
        (24, 1, "not visible"),
        (0, 0, "not visible"),
    ],
)
def test_a_gap_is_named_by_its_size_and_its_interval(value: float, error: float, name: str) -> None:
    assert Difference(value, error, 60).gap_class == name  # t(.975; 60) = 2.0003


def test_a_difference_has_the_t_test_of_the_textbook() -> None:
    one = Difference(30, 14, 12)
    assert one.p == pytest.approx(2 * stats.t.sf(30 / 14, 12))
    assert (one.low, one.high) == pytest.approx(stats.t.interval(0.95, 12, loc=30, scale=14))
    assert one.within(30 + 14 * stats.t.ppf(0.95, 12) + 0.01)
    assert not one.within(30 + 14 * stats.t.ppf(0.95, 12) - 0.01)


def test_two_means_are_compared_as_by_welch() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 40, 9), rng.normal(20, 70, 31)
    welch = stats.ttest_ind(a, b, equal_var=False)
    found = difference(*(Score(x.mean(), x.var(ddof=1) / len(x), len(x) - 1) for x in (a, b)))
    assert found.p == pytest.approx(welch.pvalue)
    assert found.df == pytest.approx(welch.df)


def test_without_any_spread_a_difference_is_certain() -> None:
    assert difference(Score(10, 0, 5), Score(10, 0, 5)).p == 1
    assert difference(Score(10, 0, 5), Score(9, 0, 5)).p == 0


def test_four_tests_of_a_contrast_share_one_error() -> None:
    family = [Difference(value, 10, math.inf) for value in (30, 20, 10, 0)]
    raw = [one.p for one in family]
    assert adjusted_by_holm(family) == pytest.approx([4 * raw[0], 3 * raw[1], 2 * raw[2], raw[3]])


def test_the_top_counts_as_those_who_sit_there_and_the_staff_as_a_lasting_condition() -> None:
    rng = np.random.default_rng(2)
    tier = a_tier(people(rng, 5), people(rng, 100))
    gap = level_gaps(present(tier, TOP_CELL), lasting(tier, STAFF_CELL))
    for i, reliability in enumerate((0.85, 0.85, 0.85, 0.90)):
        top, staff = lasting(tier, TOP_CELL)[i], lasting(tier, STAFF_CELL)[i]
        variance = top.variance * (1 - 5 / 6 * reliability) + staff.variance
        assert gap[i].difference.error == pytest.approx(math.sqrt(variance))
        assert gap[i].difference.value == pytest.approx(top.value - staff.value)
    assert all(one.p >= one.difference.p for one in gap)


def test_intervals_of_a_gap_cover_with_a_board_of_four() -> None:
    # method 3.9: .958-.968 with 3-6 board members; a board of 4 of 5 whose true mean is fixed,
    # 15 % of the variance of a person's score is error of answering
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(500):
        true = 58 * math.sqrt(0.85) * rng.standard_normal(5)
        answers = true[:4] + 58 * math.sqrt(0.15) * rng.standard_normal(4)
        top = np.repeat(answers[:, None], 3, axis=1)
        tier = a_tier(top, people(rng, 60), invited=(5, 100))
        gap = level_gaps(present(tier, TOP_CELL), lasting(tier, STAFF_CELL))[0].difference
        hits += gap.low <= true.mean() <= gap.high
    assert 0.93 <= hits / 500 <= 0.99


def test_a_gap_to_a_small_top_tells_nothing_of_its_number() -> None:
    printed = CellScores(
        {leg: Estimate(100, 43, 157) for leg in LEGS},
        Estimate(100, 52, 148),
        Stool(None, None, None, "cannot be said"),
    )
    rng = np.random.default_rng(4)
    staff = people(rng, 100)
    gaps = [
        level_gaps(small(printed, tier, 5), lasting(tier, STAFF_CELL))
        for tier in (a_tier(people(rng, n), staff) for n in (5, 9))
    ]
    assert gaps[0] == gaps[1]
    assert small(printed, a_tier(people(rng, 5), staff), 5)[0] == Score(100.0, pytest.approx(58**2 / 5), 12)
    assert small(printed, a_tier(people(rng, 5), staff), 5)[3].variance == pytest.approx(49**2 / 5)


def test_saying_and_doing_are_compared_within_the_same_people() -> None:
    rng = np.random.default_rng(5)
    legs = people(rng, 200, (60, 0, 20))
    tier = a_tier(legs[:6], legs)
    found = leg_gaps(tier, [STAFF_CELL])[0][Leg.D, Leg.B]
    paired = stats.ttest_rel(legs[:, 0], legs[:, 2])
    assert found.value == pytest.approx((legs[:, 0] - legs[:, 2]).mean())
    # the prior counts for eight people in two hundred
    assert found.value / found.error == pytest.approx(paired.statistic, rel=0.06)
    assert found.df == pytest.approx(207)


def test_the_gaps_of_a_small_cell_are_differences_of_its_printed_points() -> None:
    rng = np.random.default_rng(6)
    legs = dict(zip(LEGS, (Estimate(80, 23, 137), Estimate(10, -47, 67), Estimate(30, -27, 87)), strict=True))
    printed = CellScores(legs, Estimate(40, -8, 88), Stool(None, None, None, "cannot be said"))
    found = small_leg_gaps(printed, a_tier(people(rng, 5), people(rng, 9)), 5)
    assert {pair: one.value for pair, one in found.items()} == {
        (Leg.D, Leg.R): 70,
        (Leg.D, Leg.B): 50,
        (Leg.R, Leg.B): -20,
    }
    assert found[Leg.D, Leg.B].error == pytest.approx(58 * math.sqrt(2 * 0.45 / 5))


@given(st.floats(0, 200), st.floats(-200, 200))
def test_one_to_one_means_that_doing_equals_saying(d: float, b: float) -> None:
    assert one_to_one(d, d) == pytest.approx(100)
    ratio = one_to_one(d, b)
    assert isinstance(ratio, float)
    assert (ratio > 100) == (b > d) or abs(b - d) < 1e-9


def test_without_a_declaration_there_is_no_ratio() -> None:
    assert isinstance(one_to_one(-1, 50), NotEstimable)


def test_the_echo_of_the_slides() -> None:
    # 77 to 92 % of managers and 8 % of the front line put service first
    found = priority_echo({"T": 0.92, "M": 0.77, "staff": 0.08})
    assert found.shares == {"T": 90, "M": 75, "staff": 10}
    assert found.echo == pytest.approx(10 / 90)


@pytest.mark.parametrize("shares", [{"T": 0.9}, {"staff": 0.1}, {"M": 0.02, "staff": 0.1}])
def test_an_echo_needs_two_levels_and_a_call(shares: dict) -> None:
    assert isinstance(priority_echo(shares).echo, NotEstimable)


@pytest.mark.parametrize(
    ("n", "gaps", "dont_know", "facets"),
    [(4, 0, 0, 0), (5, 1, 0, 0), (7, 1, 0, 0), (8, 1, 1, 0), (9, 1, 1, 0), (10, 1, 1, 1)],
)
def test_what_is_told_of_a_top_grows_with_its_size(n: int, gaps: int, dont_know: int, facets: int) -> None:
    found = top_figures(n)
    assert (found.gaps, found.dont_know, found.facets) == (gaps, dont_know, facets)
