"""Expected shortfall, gap, context, key areas, by hand-worked cases (method 5.1)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from scoring.priorities import (
    Priorities,
    context_factors,
    expected_shortfall,
    gap_parts,
    priorities,
)
from scoring.support import generator, prior_facet_covariance
from scoring.vocabulary import FACETS, Leg


def at(value: float, **facets: float) -> np.ndarray:
    return np.array([facets.get(facet, value) for facet in FACETS], dtype=float)


def found(score: np.ndarray, variance: float = 25.0, **more: object) -> Priorities:
    spread = np.full(17, variance)
    return priorities(score, spread, np.diag(spread), generator("w", "c", "priority"), **more)  # type: ignore[arg-type]


def names(areas: Priorities) -> list[str]:
    return [one.facet for one in areas.key_areas]


# Expected shortfall


@settings(max_examples=25)
@given(st.floats(-200, 200), st.floats(1, 400))
def test_the_shortfall_is_the_mean_distance_below_the_goal(score: float, variance: float) -> None:
    error = np.sqrt(variance)
    expected = (
        integrate.quad(
            lambda x: (60 - x) * stats.norm.pdf(x, score, error),
            score - 9 * error,
            min(60, score + 9 * error),
        )[0]
        if score - 9 * error < 60
        else 0.0
    )
    shortfall = expected_shortfall(np.array([score]), np.array([variance]))[0]
    assert shortfall == pytest.approx(expected / 100, abs=1e-6)
    assert shortfall >= 0


def test_a_variance_below_one_counts_as_one() -> None:
    sure, surer = (expected_shortfall(np.array([60.0]), np.array([v]))[0] for v in (1.0, 0.0))
    assert sure == surer > 0


# Gap and context


def test_the_gap_of_a_large_top_is_taken_facet_by_facet() -> None:
    top, staff = at(50, D1=100, D2=np.nan, R1=300), at(50, D1=30, D3=80)
    parts = gap_parts(staff, top, {Leg.D: 90.0}, not_informed={"R1"})
    assert parts[FACETS.index("D1")] == pytest.approx(0.7)
    assert np.delete(parts, FACETS.index("D1")) == pytest.approx(np.zeros(16))


def test_the_gap_of_a_small_top_is_that_of_the_leg() -> None:
    parts = gap_parts(at(0), None, {Leg.D: 40.0, Leg.R: -20.0, Leg.B: None}, not_informed={"D5"})
    assert parts == pytest.approx([0.4] * 4 + [0.0] * 13)
    assert not gap_parts(at(0), None, {}).any()
    assert gap_parts(at(0), None, {Leg.D: 250.0}).max() == 1


@pytest.mark.parametrize(
    ("pattern", "facets"),
    [
        ("P01", {"R1", "R2", "R3", "R4", "R5", "R6"}),
        ("P04", {"R1", "R2", "R3", "R4", "R5", "R6"}),
        ("P02", {"B4", "B5"}),
        ("P03", {"D4", "D5"}),
        ("P07", {"D4", "D5"}),
        ("P08", {"B6"}),
        ("P10", set()),
    ],
)
def test_a_pattern_raises_the_facets_it_speaks_of(pattern: str, facets: set[str]) -> None:
    raised = context_factors({pattern: 0.5})
    assert {facet for facet, one in zip(FACETS, raised, strict=True) if one == 1.5} == facets
    assert (context_factors({pattern: 0.49}) == 1).all()


def test_two_reasons_raise_no_more_than_one() -> None:
    raised = context_factors({"P01": 0.9, "P04": 0.9, "P08": 0.9}, relapse_signals=3)
    assert raised.max() == 1.5
    assert context_factors({}, relapse_signals=2)[FACETS.index("B6")] == 1.5
    assert (context_factors({}, relapse_signals=1) == 1).all()


# Priority and key areas


def test_priority_is_weight_times_context_times_shortfall_and_half_the_gap() -> None:
    gap, weight, context = at(0, R3=0.4), at(1, R3=1.2), at(1, R3=1.5)
    [area, *_] = found(at(200, R3=-40), gap=gap, importance=weight, context=context).key_areas
    assert area.facet == "R3"
    assert area.shortfall == pytest.approx(1.0)
    assert area.priority == pytest.approx(1.2 * 1.5 * (1.0 + 0.5 * 0.4))
    assert area.share == 1.0


def test_the_lowest_facets_are_the_key_areas_in_order() -> None:
    low = {"B6": -90.0, "D2": -70.0, "R4": -50.0, "R1": -30.0, "B1": -10.0}
    assert names(found(at(55, **low))) == ["B6", "D2", "R4", "R1", "B1"]


def test_never_more_than_five_key_areas_and_the_others_come_close() -> None:
    areas = found(at(100, D1=0, D2=0, D3=0, R1=0, R2=0, R3=0), variance=100)
    assert len(areas.key_areas) == 5
    assert len(areas.candidates) == 1
    assert {one.share for one in areas.candidates} < {one / 2000 for one in range(500, 2001)}


def test_equal_priorities_stand_in_the_order_of_the_item_bank() -> None:
    areas = found(at(100, D2=-20, R6=-20, B3=-20))
    assert names(areas) == ["D2", "R6", "B3"]


def test_a_strong_firm_has_no_key_area() -> None:
    assert found(at(110)) == Priorities((), ())


def test_a_facet_below_the_goal_by_less_than_the_floor_is_none() -> None:
    # 60 - 52 = 8 points: a shortfall of .08, below the floor of .10; 60 - 45 = 15 points is above it
    assert names(found(at(110, R1=52), variance=1)) == []
    assert names(found(at(110, R1=45), variance=1)) == ["R1"]


def test_a_firm_may_set_its_own_goal() -> None:
    assert names(found(at(110, R1=80), goal=100)) == ["R1"]


def test_facets_that_are_not_known_or_cannot_be_judged_are_left_out() -> None:
    score = at(100, D1=-50, D2=-50, D3=np.nan)
    assert names(found(score, left_out={"D1"})) == ["D2"]
    assert found(np.full(17, np.nan)) == Priorities((), ())


def test_shrunken_draws_have_the_spread_of_the_shrunken_value() -> None:
    # around 50.5 points the floor of .10 is crossed by half of the draws; 2 points above by Phi(2 / se)
    covariance = prior_facet_covariance() / 16

    def share(shrunken: bool) -> float:
        areas = priorities(at(200, R1=50), at(16.0), covariance, np.random.default_rng(1), shrunken=shrunken)
        [area] = [*areas.key_areas, *areas.candidates]
        return area.share

    edge = next(
        x for x in np.arange(45, 60, 0.01) if expected_shortfall(np.array([x]), np.array([16.0]))[0] < 0.10
    )
    assert share(True) == pytest.approx(stats.norm.cdf((edge - 50) / 4), abs=0.03)
    assert share(False) == pytest.approx(stats.norm.cdf((edge - 50) / 19), abs=0.03)


def test_the_same_seed_gives_the_same_key_areas() -> None:
    score = np.random.default_rng(2).normal(20, 30, 17)
    assert found(score, variance=300) == found(score, variance=300)


def test_people_who_all_answer_alike_still_have_key_areas() -> None:
    nothing = np.zeros((17, 17))
    areas = priorities(at(100, R1=0), np.zeros(17), nothing, np.random.default_rng(1))
    assert names(areas) == ["R1"]
