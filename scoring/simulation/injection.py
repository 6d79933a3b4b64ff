"""Putting a firm where a rule holds by a wanted distance (method 4.2, 7.4).

A rule speaks of points, and points are a curved function of the latent means; so the smallest change
of the firm is found in points, and each facet's latent mean is then solved for by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from scoring.simulation.scenario import LEG_OF_FACET, Scenario, latent_for
from scoring.vocabulary import FACETS, LEGS, LEVELS, Leg, Level, leg_of

RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "P01": ("D >= 30", "R <= 10", "D - R >= 40", "D - B >= 25", "B5 >= 0"),
    "P02": ("B5 <= 0", "B3 <= 0"),
    "P03": ("D_T >= 50", "D <= 10", "D_T - D >= 40"),
    "P04": ("B >= 40", "R <= 10", "B - R >= 40"),
    "P05": ("D <= 10", "R >= 20", "B >= 30", "B - D >= 25"),
    "P06": ("B_T - B >= 50",),
    "P07": ("D_T >= 30", "D_T - D_M <= 25", "D_M - D >= 40", "B4 <= 20"),
    "P08": ("H_T >= 80", "H >= 30", "B6 <= 20", "B6_T - B6 >= 40", "H_T - H >= 40"),
    "P09": ("R4 >= 20", "R3 <= 0", "R4 - R3 >= 40"),
    "P10": ("B3 <= 0", "D4 <= 10"),
    "P11": (
        *("D >= 50", "R >= 50", "B >= 50", "D - R = 0", "D - B = 0"),
        *("D_T - D = 0", "R_T - R = 0", "B_T - B = 0"),
    ),
    "P12": ("D <= 10", "R <= 10", "B <= 10", "D - R = 0", "D - B = 0"),
    "P14": ("R4 <= 10",),
    "P15": ("D1 >= 30", "D5 <= 0", "D1 - D5 >= 40"),
    "P16": ("R6 <= -20", "B1 - B2 >= 30"),
}
"""Conditions of method 4.2 that are linear in points; a range ("max - min <= 25") is put at 0.

Of an "or" one branch is injected: B3 in P02, and leg B in P06, because the top often answers "I do
not know" about R. P08 holds both of its branches, for a top below 10 and from 10 on.
"""

_GROUPS: Final = (Level.T, Level.M, Level.F)
"""Top, managers, staff: front line and support share their latent means."""


@dataclass(frozen=True, slots=True)
class _Condition:
    text: str
    weights: NDArray[np.float64]
    bound: float
    exact: bool

    def inequalities(self, distance: float) -> list[tuple[NDArray[np.float64], float]]:
        if self.exact:
            return [(self.weights, self.bound), (-self.weights, -self.bound)]
        return [(self.weights, self.bound + distance)]


def _weights(term: str) -> NDArray[np.float64]:
    name, _, group = term.partition("_")
    if name == "H":
        facets = 1 / np.bincount(LEG_OF_FACET)[LEG_OF_FACET] / len(LEGS)
    elif name in FACETS:
        facets = (np.array(FACETS) == name).astype(float)
    else:
        facets = np.array([leg_of(facet) == Leg(name) for facet in FACETS], dtype=float)
        facets /= facets.sum()
    table = np.zeros((len(_GROUPS), len(FACETS)))
    table[_GROUPS.index(Level(group or "F"))] = facets
    return table.ravel()


def _condition(text: str) -> _Condition:
    *terms, relation, bound = text.split()
    if relation not in (">=", "<=", "=") or len(terms) not in (1, 3):
        raise ValueError(f"a condition reads 'D >= 30' or 'D - R >= 40', not {text!r}")
    weights = _weights(terms[0])
    if len(terms) == 3:
        weights = weights - _weights(terms[2])
    sign = -1.0 if relation == "<=" else 1.0
    return _Condition(text, sign * weights, sign * float(bound), exact=relation == "=")


def inject(
    base: Scenario, rule: Sequence[str], *, distance: float = 30.0, threshold: str | None = None
) -> Scenario:
    """The firm nearest to the base in which every condition of a rule holds by a distance.

    Nearest: least sum of squared changes over the 17 facets of top, managers and staff, in expected
    points (least distance programming: Lawson & Hanson 1974, ch. 23). So the change is spread evenly
    over the facets that a condition speaks of. Conditions that the base meets by more stay as they are.

    Args:
        base: where to start from.
        rule: conditions such as "D - R >= 40" or "H_T = 80"; a term is a leg, a facet or H (seat) of
            staff, or with _T and _M of top and managers.
        distance: points beyond every threshold; exact conditions ("=") stay exact.
        threshold: one condition of the rule to be put exactly at its threshold.

    Raises:
        ValueError: the conditions exclude one another, or need points beyond the scale; or the
            condition to be put at its threshold does not stand in the rule.
    """
    if threshold is not None and threshold not in rule:
        raise ValueError(f"{threshold!r} is no condition of the rule {', '.join(rule)}")
    conditions = [_condition(text) for text in rule]
    wish = f"{distance:g} points beyond every threshold"
    if threshold is not None:
        wish += f" except {threshold}, which is exact"
    wanted = [
        inequality
        for one in conditions
        for inequality in replace(one, exact=one.exact or one.text == threshold).inequalities(distance)
    ]
    rows = [LEVELS.index(level) for level in _GROUPS]
    start = base.expected_facets[rows].ravel()
    target = start + _least_change(
        np.array([weights for weights, _ in wanted]),
        np.array([bound - weights @ start for weights, bound in wanted]),
        f"{', '.join(rule)} cannot hold {wish}: these conditions exclude one another",
    )
    return with_points(base, dict(zip(_GROUPS, target.reshape(len(_GROUPS), -1), strict=True)))


def _least_change(
    weights: NDArray[np.float64], missing: NDArray[np.float64], otherwise: str
) -> NDArray[np.float64]:
    """The shortest vector z with weights @ z >= missing; where there is none, the error says why."""
    scale = 100.0
    system = np.vstack([weights.T, missing[None, :] / scale])
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    multipliers, _ = nnls(system, goal)
    residual = system @ multipliers - goal
    if np.linalg.norm(residual) < 1e-8:
        raise ValueError(otherwise)
    change: NDArray[np.float64] = -residual[:-1] / residual[-1] * scale
    return change


def with_points(base: Scenario, points: Mapping[Level, NDArray[np.float64]]) -> Scenario:
    """The scenario in which these expected points (17 facets a level) are true; S follows F unless given.

    Raises:
        ValueError: points beyond +-190.
    """
    every = {Level.S: points[Level.F], **points}
    shifts = {level: dict(facets) for level, facets in base.facet_shifts.items()}
    for level, wanted in every.items():
        row = LEVELS.index(level)
        latent = latent_for(wanted, float(base.spreads[row, 0]), base.split)
        old = base.facet_shifts.get(level, {})
        shifts[level] = {
            facet: float(old.get(facet, 0.0) + latent[f] - base.reported_locations[row, f])
            for f, facet in enumerate(FACETS)
        }
    return replace(base, facet_shifts=shifts)
