"""The parameters of a synthetic organisation, and the scores that they imply (method 7.1 to 7.3).

One latent unit is one step of the answer scale; 0 is the neutral answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from scoring.vocabulary import FACETS, ITEMS, LEGS, LEVELS, Leg, Level, leg_of

CUTS: Final = (-1.5, -0.5, 0.5, 1.5)
"""Where the latent answer is cut into the five answers: halfway between whole steps."""

LEG_OF_FACET: Final = np.array([LEGS.index(leg_of(facet)) for facet in FACETS])
"""Position of each facet's leg in LEGS."""

Legs3 = tuple[float, float, float]


@dataclass(frozen=True)
class Scenario:
    """What is true of an organisation and how its people answer; the defaults are an average firm.

    mu: latent mean of D, R, B. level_bias: what a level adds to each leg. facet_shifts: what a level
    adds to single facets. split: how far apart the two halves of every department stand (P13).
    centred: department effects have mean 0 over all staff and item severities mean 0 in every facet
    (not only in every leg), so that the organisation and its facets stand exactly where they were put.

    desirability: range of what managers add to leg B. acquiescence is added to the answer before
    reversal; every language after the first adds language_acquiescence.
    dk_*: logits of "I do not know"; -inf in dk_base switches it off.
    response_slope: above 0 critical people stay silent, below 0 they answer more.
    dif_items: items that the top answers dif_shift higher than its true view.
    departments, employees, top: sizes; None means drawn or derived. facts: what the sponsor affirms.

    Raises:
        ValueError: a share outside 0 to 1, a negative spread, an unknown item or facet.
    """

    mu: Legs3 = (0.35, 0.35, 0.35)
    level_bias: Mapping[Level, Legs3] = field(default_factory=lambda: {Level.T: (0.4, 0.4, 0.4)})
    facet_shifts: Mapping[Level, Mapping[str, float]] = field(default_factory=dict)
    department_sd: float = 0.20
    department_correlation: float = 0.6
    person_sd: float = 0.55
    person_correlation: float = 0.65
    facet_sd: float = 0.33
    severity_sd: float = 0.25
    noise_sd: float = 0.80
    split: float = 0.0
    centred: bool = False

    acquiescence_mean: float = 0.12
    acquiescence_sd: float = 0.20
    extremity_sd: float = 0.15
    desirability: tuple[float, float] = (0.15, 0.30)
    dk_base: float = -3.5
    dk_top_resources: float = 2.5
    dk_managers_resources: float = 1.2
    dk_support_conduct: float = 1.5
    skip_rate: float = 0.005
    careless: float = 0.03
    response_rate: float = 0.75
    response_slope: float = 0.0
    languages: Mapping[str, float] = field(default_factory=lambda: {"en": 1.0})
    language_acquiescence: float = 0.15
    dif_items: tuple[str, ...] = ()
    dif_shift: float = 0.3

    departments: int = 12
    employees: int | None = None
    top: int | None = None
    facts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        shares = ("department_correlation", "person_correlation", "skip_rate", "careless", "response_rate")
        for name in shares:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")
        spreads = ("department_sd", "person_sd", "facet_sd", "severity_sd", "acquiescence_sd", "extremity_sd")
        for name in spreads:
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative, but is {getattr(self, name)}")
        if not self.noise_sd > 0:
            raise ValueError("noise_sd must be above 0: without noise an answer has no expectation")
        if not self.languages or not np.isclose(sum(self.languages.values()), 1):
            raise ValueError("the shares of the languages must add up to 1")
        unknown = {facet for shifts in self.facet_shifts.values() for facet in shifts} - set(FACETS)
        unknown |= set(self.dif_items) - set(ITEMS)
        if unknown:
            raise ValueError(f"no such facet or item: {', '.join(sorted(unknown))}")

    @property
    def locations(self) -> NDArray[np.float64]:
        """Latent mean of every level and facet, 4 x 17, without desirability."""
        table = np.tile(np.array(self.mu, dtype=float)[LEG_OF_FACET], (len(LEVELS), 1))
        for level, bias in self.level_bias.items():
            table[LEVELS.index(level)] += np.array(bias)[LEG_OF_FACET]
        for level, shifts in self.facet_shifts.items():
            for facet, shift in shifts.items():
                table[LEVELS.index(level), FACETS.index(facet)] += shift
        return table

    @property
    def reported_locations(self) -> NDArray[np.float64]:
        """Latent mean of what every level reports, 4 x 17: with the managers' mean desirability."""
        table = self.locations
        behaviours = LEGS.index(Leg.B) == LEG_OF_FACET
        table[LEVELS.index(Level.M), behaviours] += sum(self.desirability) / 2
        return table

    @property
    def spreads(self) -> NDArray[np.float64]:
        """SD of one latent answer around its mean, for every level, 4 x 1; no style in it.

        The top stands at the root, which has no department effect.
        """
        severity = self.severity_sd**2 * (2 / 3 if self.centred else 1)
        everybody = self.noise_sd**2 + self.person_sd**2 + self.facet_sd**2 + severity
        department = np.where(np.array(LEVELS) == Level.T, 0.0, self.department_sd**2)
        spreads: NDArray[np.float64] = np.sqrt(everybody + department)[:, None]
        return spreads

    @property
    def expected_facets(self) -> NDArray[np.float64]:
        """Expected points of every level and facet, 4 x 17, over all people such a firm could have."""
        return halves_mean(self.reported_locations, self.spreads, self.split)


def expected_points(latent: NDArray[Any], spread: NDArray[Any] | float) -> NDArray[np.float64]:
    """Expected score of an item in points, -200 to 200, where the latent answer is normal.

    Source: method 7.2 (normal ogive): 100 * (sum over the cuts of P(answer above the cut) - 2).

    >>> expected_points(np.array([0.0, 1.0]), 0.8).round(1)
    array([ 0. , 96.9])
    """
    above: NDArray[np.float64] = sum(ndtr((latent - cut) / spread) for cut in CUTS)
    return 100.0 * above - 200.0


def halves_mean(latent: NDArray[Any], spread: NDArray[Any] | float, split: float) -> NDArray[np.float64]:
    """Expected points where one half of the people stands split above the other."""
    if split == 0:
        return expected_points(latent, spread)
    lower, upper = (expected_points(latent + side * split / 2, spread) for side in (-1, 1))
    return (lower + upper) / 2


def latent_for(points: NDArray[np.float64], spread: float, split: float = 0.0) -> NDArray[np.float64]:
    """The latent mean at which these points are expected: the inverse of expected_points.

    Found on a fine grid, since the score is monotone but has no inverse in closed form; exact to
    0.001 points inside +-190.

    Raises:
        ValueError: points outside +-190, where the scale ends.
    """
    if np.abs(points).max(initial=0) > 190:
        raise ValueError(f"no firm is expected at {np.abs(points).max():.0f} points: keep within +-190")
    grid = np.linspace(-8, 8, 16001)
    return np.interp(points, halves_mean(grid, spread, split), grid)
