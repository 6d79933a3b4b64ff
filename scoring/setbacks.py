"""Two dangers on the way up: stuck at level 2, and relapse from level 3 on (method 4.5, 4.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from scoring.conditions import View, rule, rule_margin
from scoring.estimable import NotEstimable
from scoring.maturity import Maturity
from scoring.support import CLEAR, POSSIBLE
from scoring.vocabulary import LEGS, Leg

SWC_FACET: Final = 20.0
"""Smallest change of a facet of the organisation that counts, points (method 3.11)."""

CROSSING_FACETS: Final = ("D4", "R3", "B3")
MONTHS_APART: Final = 12
SIGNS_NEEDED: Final = 4
WATCH: Final = 3

LEG_FELL: Final = 15.0
RESPONSE_FELL: Final = 15.0
DISAGREEMENT_ROSE: Final = 0.10
MODERATE: Final = 2
HIGH: Final = 3
SHOWN_FROM_LEVEL: Final = 3
STRESSED_FROM_LEVEL: Final = 4


@dataclass(frozen=True, slots=True)
class LegChange:
    """Change of a leg of the staff since the audit before, with its 95 % interval, points (3.11)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EarlierAudit:
    """What the audit before left; a figure that could not be compared is absent or None.

    months: since then. level: of maturity. facets: changes of facets of the staff, points.
    legs: changes of their legs. response: change of the response rate, percentage points.
    disagreement: change of the median AD of the departments of 10 people or more.
    """

    months: float
    level: int | None = None
    facets: Mapping[str, float] | None = None
    legs: Mapping[Leg, LegChange] | None = None
    response: float | None = None
    disagreement: float | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Signs of being stuck at level 2: the letters of method 4.5 that hold, and the verdict."""

    signals: tuple[str, ...]
    verdict: Literal["stuck", "signs of being stuck", "watch"] | None


def stuck(
    view: View,
    maturity: Maturity,
    facts: Collection[str],
    *,
    directive_support: float = 0.0,
    item_b4c: float | None = None,
    before: EarlierAudit | None = None,
) -> Stuck:
    """Whether a firm is stuck at level 2.

    view: the published scores of the organisation. directive_support: support of P09.
    item_b4c: mean of B4c after reversal, points. before: the audit before.
    """
    holds = {
        "a": _holds(view, "R4 - R3 >= 30"),
        "b": (item_b4c is not None and item_b4c <= 0) or directive_support >= POSSIBLE,
        "c": _holds(view, "D4 <= 10"),
        "d": _holds(view, "B3 <= 10"),
        "e": "C03" not in facts,
        "f": "C02" not in facts,
    }
    signals = tuple(letter for letter, one in holds.items() if one)
    verdict: Literal["stuck", "signs of being stuck", "watch"] | None = None
    if maturity.level == 2:
        if before is not None and _stayed(before):
            verdict = "stuck"
        elif len(signals) >= SIGNS_NEEDED:
            verdict = "signs of being stuck"
        elif len(signals) == WATCH:
            verdict = "watch"
    return Stuck(signals, verdict)


def _stayed(before: EarlierAudit) -> bool:
    """Level 2 a year ago or more, and none of the facets that cross departments has improved since."""
    changes = before.facets or {}
    return (
        before.level == 2
        and before.months >= MONTHS_APART
        and all(facet in changes and changes[facet] < SWC_FACET for facet in CROSSING_FACETS)
    )


@dataclass(frozen=True, slots=True)
class Relapse:
    """Risk of relapse: the letters of method 4.6 that hold, and the risk; stressed from level 4 on."""

    signals: tuple[str, ...]
    risk: Literal["low", "moderate", "high"]
    stressed: bool


def relapse(
    view: View, maturity: Maturity, facts: Collection[str], *, before: EarlierAudit | None = None
) -> Relapse | NotEstimable:
    """Risk of relapse of the organisation; nothing is counted below level 3.

    view: the published scores of the organisation. before: the audit before; without it (c), (e) and
    the second half of (g) count 0.
    """
    if isinstance(maturity.level, NotEstimable):
        return maturity.level
    if maturity.level < SHOWN_FROM_LEVEL:
        return NotEstimable(f"nothing is counted below level {SHOWN_FROM_LEVEL}")
    gate = maturity.highest_passed
    fallen = before is not None and before.level is not None and maturity.level < before.level
    holds = {
        "a": _holds(view, "H - B6 >= 30"),
        "b": _holds(view, "H_T >= 100", "R_T-R >= 30 or B_T-B >= 30"),
        "c": before is not None and _leg_fell(before),
        "d": "C01" not in facts,
        "e": before is not None and _less_together(before),
        "f": "C05" in facts,
        "g": (gate is not None and gate.share < CLEAR) or fallen,
    }
    signals = tuple(letter for letter, one in holds.items() if one)
    risk: Literal["low", "moderate", "high"] = (
        "high" if len(signals) >= HIGH else "moderate" if len(signals) >= MODERATE else "low"
    )
    return Relapse(signals, risk, maturity.level >= STRESSED_FROM_LEVEL)


def _leg_fell(before: EarlierAudit) -> bool:
    changes = [change for leg in LEGS if (change := (before.legs or {}).get(leg)) is not None]
    return any(change.value <= -LEG_FELL and change.high < 0 for change in changes)


def _less_together(before: EarlierAudit) -> bool:
    fewer = before.response is not None and before.response <= -RESPONSE_FELL
    wider = before.disagreement is not None and before.disagreement >= DISAGREEMENT_ROSE - 1e-9
    return fewer or wider


def _holds(view: View, *conditions: str) -> bool:
    return bool(rule_margin(rule(*conditions), view)[0] >= 0)
