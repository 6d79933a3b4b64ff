"""Conditions on scores as data: "D - R >= 40", "B3 <= 0 or B4 <= 0" (method 4.2 and 4.4).

A name is a leg (D), a facet (B5) or the seat (H) of the staff; _T and _M are the top's and the
managers' ("H_T"). A gap between two levels is one name without blanks: "D_T-D", "D_T-D_M", "D_M-D".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, Literal

import numpy as np

from scoring.moments import Floats
from scoring.support import Scores
from scoring.vocabulary import FACETS, LEGS, Leg

Relation = Literal[">=", "<="]
Upper = Literal["T", "M"]

_CONDITION: Final = re.compile(r"(\S+)(?: - (\S+))? (>=|<=) (-?\d+)")
_NAME: Final = re.compile(r"(?P<what>[DRBH]|[DRB][1-6])(_(?P<level>[TM]))?")


@dataclass(frozen=True, eq=False)
class View:
    """The levels of a unit seen together, as published (one row) or drawn (equally many rows).

    staff: front line and support (E) of the unit. top, managers: of the whole organisation; None
    where they are not shown, and for a department.
    gaps: published gaps by name ("R_T-R", "D-B"). They may differ from the difference of the published
    legs, by rounding or because "not informed" facets were left out on both sides (method 3.9); None:
    too few facets are left, so no condition with this gap is met.
    observed: the published rows that draws were made around; None where this is itself published.
    """

    staff: Scores
    top: Scores | None = None
    managers: Scores | None = None
    gaps: Mapping[str, float | None] = field(default_factory=dict)
    observed: View | None = None

    def drawn(self, staff: Scores, top: Scores | None = None, managers: Scores | None = None) -> View:
        """The same levels with draws in place of the published rows."""
        return View(staff, top, managers, self.gaps, self)

    def value(self, name: str) -> Floats | None:
        """Rows of a quantity, in points; None where it is not known.

        Raises:
            ValueError: not a name of a leg, facet, seat or gap.
        """
        upper, is_gap, lower = name.partition("-")
        if not is_gap:
            return self._score(name)
        high, low = self._score(upper), self._score(lower)
        if high is None or low is None or self.gaps.get(name, 0.0) is None:
            return None
        return high - low + self._shift(name)

    def _shift(self, name: str) -> float:
        """Published gap less the difference of the published legs."""
        published = self.gaps.get(name)
        if published is None:
            return 0.0
        centre = self.observed or self
        upper, _, lower = name.partition("-")
        high, low = centre._score(upper), centre._score(lower)
        return 0.0 if high is None or low is None else published - float(high[0] - low[0])

    def _score(self, name: str) -> Floats | None:
        parts = _NAME.fullmatch(name)
        what = parts["what"] if parts else ""
        if parts is None or not (what in FACETS or what == "H" or what in LEGS):
            raise ValueError(f"{name!r} names no leg, facet or seat of staff, top (_T) or managers (_M)")
        level = {None: self.staff, "T": self.top, "M": self.managers}[parts["level"]]
        if level is None:
            return None
        rows: Floats
        if what == "H":
            rows = level.legs.mean(axis=1)
            return rows
        if what in LEGS:
            rows = level.legs[:, LEGS.index(Leg(what))]
            return rows
        if level.facets is None:
            return None
        rows = level.facets[:, FACETS.index(what)]
        return None if np.isnan(rows[0]) else rows


@dataclass(frozen=True, slots=True)
class Reading:
    """A condition read off the published scores: what it compares, with its 95 % interval.

    No interval where the quantity holds a score of top or managers: its width could tell their number.
    """

    quantity: str
    value: float
    low: float | None
    high: float | None
    relation: Relation
    threshold: float


@dataclass(frozen=True, slots=True)
class Condition:
    """One score, or the difference of two, against a threshold in points."""

    plus: str
    minus: str | None
    relation: Relation
    threshold: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read a condition.

        Raises:
            ValueError: not of the form "D >= 30" or "D - R >= 40".

        >>> Condition.parse("D - R >= 40").quantity
        'D - R'
        """
        parts = _CONDITION.fullmatch(text)
        if parts is None:
            raise ValueError(f"a condition reads 'D >= 30' or 'D - R >= 40', not {text!r}")
        plus, minus, relation, threshold = parts.groups()
        return cls(plus, minus, ">=" if relation == ">=" else "<=", float(threshold))

    @property
    def quantity(self) -> str:
        """What is compared."""
        return self.plus if self.minus is None else f"{self.plus} - {self.minus}"

    def value(self, view: View) -> Floats | None:
        """Rows of the compared quantity, around the published gap where there is one; None: not known."""
        if f"{self.plus}-{self.minus}" in view.gaps:
            return view.value(f"{self.plus}-{self.minus}")
        plus = view.value(self.plus)
        if plus is None or self.minus is None:
            return plus
        minus = view.value(self.minus)
        return None if minus is None else plus - minus

    def margin(self, view: View) -> Floats:
        """How far inside the threshold each row lies, in points; -inf where the quantity is not known."""
        value = self.value(view)
        if value is None:
            return np.full(len(view.staff.legs), -np.inf)
        inside: Floats = value - self.threshold if self.relation == ">=" else self.threshold - value
        return inside

    def reading(self, drawn: View) -> Reading | None:
        """The published value with an interval from the draws; None where it is not known."""
        centre = self.value(drawn.observed or drawn)
        if centre is None:
            return None
        value, half = float(centre[0]), None
        rows = self.value(drawn)
        if drawn.observed is not None and rows is not None and "_" not in self.quantity:
            half = 1.96 * float(rows.std())
        low, high = (None, None) if half is None else (value - half, value + half)
        return Reading(self.quantity, value, low, high, self.relation, self.threshold)


Rule = tuple[tuple[Condition, ...], ...]
"""All of these hold, each by at least one of its alternatives."""


def rule(*conditions: str) -> Rule:
    """A rule from its conditions; alternatives stand beside one another with "or".

    Raises:
        ValueError: a condition that cannot be read.
    """
    return tuple(tuple(Condition.parse(text) for text in one.split(" or ")) for one in conditions)


def rule_margin(conditions: Rule, view: View) -> Floats:
    """Smallest distance of a condition to its threshold in each row; a rule holds from 0 on.

    Of alternatives the larger distance counts; a rule without conditions holds by an infinite one.
    """
    margin = np.full(len(view.staff.legs), np.inf)
    for alternatives in conditions:
        margin = np.minimum(margin, reduce(np.maximum, [one.margin(view) for one in alternatives]))
    return margin


def readings(conditions: Rule, drawn: View) -> tuple[Reading, ...]:
    """Every condition that is known, of alternatives the one that holds by more as published."""
    centre = drawn.observed or drawn
    best = [max(alternatives, key=lambda one: float(one.margin(centre)[0])) for alternatives in conditions]
    return tuple(found for one in best if (found := one.reading(drawn)) is not None)
