"""The seat's plane, the noise correction and the four verdicts (method 3.8)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.stool import (
    ANGLES,
    PAIRS,
    LegScores,
    PairDifference,
    judge,
    seat_plane,
    spread_without_noise,
    tilt_degrees,
)
from scoring.vocabulary import LEGS, Leg

POINTS = st.floats(-200, 200)


@given(POINTS, POINTS, POINTS)
def test_the_three_tops_lie_in_the_plane(d: float, r: float, b: float) -> None:
    legs = LegScores(d, r, b)
    plane = seat_plane(legs)
    for leg, angle in ANGLES.items():
        z = plane.height + plane.slope_x * math.cos(angle) + plane.slope_y * math.sin(angle)
        assert abs(z - (legs[leg] + 200) / 400) < 1e-12


@given(POINTS, POINTS, POINTS)
def test_tilt_is_the_standard_deviation_of_the_legs(d: float, r: float, b: float) -> None:
    plane = seat_plane(LegScores(d, r, b))
    assert math.hypot(plane.slope_x, plane.slope_y) == pytest.approx(
        math.sqrt(2) * np.std([d, r, b]) / 400, abs=1e-12
    )
    assert plane.tilt_degrees == pytest.approx(tilt_degrees(float(np.std([d, r, b]))), abs=1e-9)


def test_the_steepest_stool_leans_by_less_than_34_degrees() -> None:
    assert seat_plane(LegScores(200, -200, -200)).tilt_degrees == pytest.approx(33.7, abs=0.05)


@given(POINTS, POINTS, POINTS)
def test_the_seat_is_the_height_of_the_plane(d: float, r: float, b: float) -> None:
    legs = LegScores(d, r, b)
    assert 400 * seat_plane(legs).height - 200 == pytest.approx(legs.seat, abs=1e-9)


def test_equal_legs_that_differ_by_chance_alone_are_drawn_level() -> None:
    independent = 58.0**2 / 12 * np.eye(3)
    assert spread_without_noise(LegScores(10, 0, -10), independent) == 0


def test_what_legs_share_is_no_noise_between_them() -> None:
    shared = np.full((3, 3), 400.0)
    legs = LegScores(30, 0, -30)
    assert spread_without_noise(legs, shared) == pytest.approx(legs.spread)


def verdict(legs: LegScores, error: float, df: float = 100) -> tuple[str, tuple[Leg, ...]]:
    judged = judge(
        legs, {(one, other): PairDifference(legs[one] - legs[other], error, df) for one, other in PAIRS}
    )
    return judged.verdict, judged.toward


@pytest.mark.parametrize(
    ("legs", "error", "expected"),
    [
        (LegScores(50, 50, 50), 5, ("stable", ())),
        (LegScores(50, 50, 50), 20, ("cannot be said", ())),
        (LegScores(50, 20, 48), 5, ("leaning", (Leg.R,))),
        (LegScores(60, 20, 30), 5, ("leaning", (Leg.R, Leg.B))),
        (LegScores(90, -10, 40), 5, ("falling", (Leg.R,))),
        (LegScores(90, -10, -5), 5, ("falling", (Leg.R, Leg.B))),
        (LegScores(90, -10, 40), 60, ("cannot be said", ())),
        (LegScores(200, -200, 200), 0, ("falling", (Leg.R,))),
    ],
)
def test_the_first_verdict_that_holds(legs: LegScores, error: float, expected: object) -> None:
    assert verdict(legs, error) == expected


def test_the_strictest_of_three_comparisons_decides_by_holms_first_step() -> None:
    critical = float(stats.t.isf(0.05 / 3, 19))
    just_inside, just_beyond = 40 + 9.999 * critical, 40 + 10.001 * critical
    assert verdict(LegScores(just_inside, 0, just_inside / 2), 10, 19)[0] != "falling"
    assert verdict(LegScores(just_beyond, 0, just_beyond / 2), 10, 19)[0] == "falling"


@given(POINTS, POINTS, POINTS, st.floats(0.5, 60))
def test_turning_the_stool_round_turns_the_verdict_with_it(
    d: float, r: float, b: float, error: float
) -> None:
    turned = {Leg.D: Leg.R, Leg.R: Leg.B, Leg.B: Leg.D}
    before, after = verdict(LegScores(d, r, b), error), verdict(LegScores(b, d, r), error)
    assert after[0] == before[0]
    if len({round(x, 6) for x in (d, r, b)}) == len(LEGS):
        assert set(after[1]) == {turned[leg] for leg in before[1]}
