"""The three-legged stool: the seat's plane, its tilt with noise removed, and the verdict (method 3.8)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.released import Verdict
from scoring.vocabulary import LEGS, Leg

ANGLES: Final = {Leg.D: math.radians(90), Leg.R: math.radians(210), Leg.B: math.radians(330)}
PAIRS: Final = ((Leg.D, Leg.R), (Leg.D, Leg.B), (Leg.R, Leg.B))

LEANING: Final = 15.0
LEANING_OF_ONE_FACTOR: Final = 25.0
EQUIVALENT: Final = 25.0
FALLING: Final = 40.0
ON_THE_FLOOR: Final = 80.0
"""Tolerances in points; judgement until a pool of organisations exists (method 3.8 and 6.2)."""


@dataclass(frozen=True, slots=True)
class LegScores:
    """Points of the three legs, each in [-200, 200]."""

    d: float
    r: float
    b: float

    def __getitem__(self, leg: Leg) -> float:
        return (self.d, self.r, self.b)[LEGS.index(leg)]

    @property
    def seat(self) -> float:
        """Overall service level: the plain mean of the three unrounded legs."""
        return (self.d + self.r + self.b) / 3

    @property
    def spread(self) -> float:
        """Population standard deviation of the three legs, in points."""
        return math.sqrt(sum((self[leg] - self.seat) ** 2 for leg in LEGS) / 3)


@dataclass(frozen=True, slots=True)
class Plane:
    """Seat of the stool: z = height + slope_x * x + slope_y * y over the unit circle."""

    height: float
    slope_x: float
    slope_y: float

    @property
    def tilt_degrees(self) -> float:
        """Angle between the seat and the floor; 0 to 33.7."""
        return math.degrees(math.atan(math.hypot(self.slope_x, self.slope_y)))


def seat_plane(legs: LegScores) -> Plane:
    """Plane through the tops of the three legs.

    legs: points in [-200, 200]; heights are (points + 200) / 400.
    Exact, since the three legs stand 120 degrees apart:
    tilt = atan(sqrt(2) * SD(legs) / 400).

    >>> seat_plane(LegScores(80, 20, 50)).height
    0.625
    """
    heights = {leg: (legs[leg] + 200) / 400 for leg in LEGS}
    return Plane(
        sum(heights.values()) / 3,
        2 / 3 * sum(heights[leg] * math.cos(angle) for leg, angle in ANGLES.items()),
        2 / 3 * sum(heights[leg] * math.sin(angle) for leg, angle in ANGLES.items()),
    )


def tilt_degrees(spread: float) -> float:
    """Tilt of a seat whose legs have this standard deviation (points)."""
    return math.degrees(math.atan(math.sqrt(2) * spread / 400))


def spread_without_noise(legs: LegScores, covariance: NDArray[np.float64]) -> float:
    """Standard deviation of the legs less the part that chance alone makes, in points.

    covariance: 3 x 3, of the three leg means. sqrt(max(0, SD^2 - tr(C Sigma)/3)), C = I - 1/3.
    """
    noise = (np.trace(covariance) - covariance.sum() / 3) / 3
    return math.sqrt(max(0.0, legs.spread**2 - float(noise)))


@dataclass(frozen=True, slots=True)
class PairDifference:
    """Difference of two legs with its standard error and degrees of freedom."""

    value: float
    error: float
    df: float

    def p_beyond(self, tolerance: float) -> float:
        """One-sided p of the minimum-effect test of |difference| <= tolerance (Murphy & Myors 1999)."""
        excess = abs(self.value) - tolerance
        if self.error == 0:
            return 0.0 if excess > 0 else 1.0
        return float(special.stdtr(self.df, -excess / self.error))

    def within(self, tolerance: float) -> bool:
        """Whether the 90 % interval lies inside +-tolerance (equivalence; Schuirmann 1987)."""
        half = float(special.stdtrit(self.df, 0.95)) * self.error
        return abs(self.value) + half < tolerance


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a stool, and the short legs that it names, lowest first."""

    verdict: Verdict
    toward: tuple[Leg, ...] = ()


def judge(
    legs: LegScores, differences: Mapping[tuple[Leg, Leg], PairDifference], *, separable: bool = True
) -> Judgement:
    """The first verdict that holds: falling, leaning, stable, cannot be said.

    differences: one for each of PAIRS. separable: whether the legs can be told apart at all; where they
    cannot, leaning asks for more (method 6.2). Holm's first step: the smallest of the three p is
    compared with .05 / 3; one rejection suffices.
    """
    leaning = LEANING if separable else LEANING_OF_ONE_FACTOR
    loudest_first: tuple[tuple[Verdict, float], ...] = (("falling", FALLING), ("leaning", leaning))
    for verdict, tolerance in loudest_first:
        p = {pair: differences[pair].p_beyond(tolerance) for pair in PAIRS}
        # equal p (both may underflow to 0): the wider difference decides
        smallest = min(PAIRS, key=lambda pair: (p[pair], -abs(differences[pair].value)))
        if p[smallest] < 0.05 / len(PAIRS):
            return Judgement(verdict, _short_legs(legs, smallest))
    if all(differences[pair].within(EQUIVALENT) for pair in PAIRS):
        return Judgement("stable")
    return Judgement("cannot be said")


def _short_legs(legs: LegScores, pair: tuple[Leg, Leg]) -> tuple[Leg, ...]:
    """The lower leg of the pair, and the middle leg where it is hardly higher."""
    lowest = min(pair, key=lambda leg: legs[leg])
    middle = sorted(LEGS, key=lambda leg: legs[leg])[1]
    if middle not in pair and legs[middle] - legs[lowest] < LEANING:
        return (lowest, middle)
    return (lowest,)
