"""The sixteen patterns of a firm, and how sure each is (method 4.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from scoring.conditions import Reading, Rule, View, readings, rule, rule_margin
from scoring.support import CLEAR, POSSIBLE
from scoring.vocabulary import FACETS, Leg

Certainty = Literal["clear", "possible"]

MOST_SHOWN: Final = 3
DIVIDED_FROM: Final = 0.90
DIVIDED_LEGS: Final = 2
DIVIDED: Final = "P13"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and its rule.

    large_top, small_top: further conditions where the top is shown, with and without facets.
    fact: a fact that must be answered yes. organisation_only: it compares with top or managers.
    short_form: it can be seen from the legs alone.
    """

    id: str
    name: str
    rule: Rule
    large_top: Rule = ()
    small_top: Rule = ()
    fact: str | None = None
    organisation_only: bool = False
    short_form: bool = False


_GAPS_SMALL: Final = rule(*(f"{leg}_T-{leg} {bound}" for leg in Leg for bound in ("<= 25", ">= -25")))
_LEVEL: Final = tuple(f"{one} - {other} <= 25" for one in Leg for other in Leg if one != other)
"""max - min <= 25, as six differences."""

PATTERNS: Final[Mapping[str, Pattern]] = {
    pattern.id: pattern
    for pattern in (
        Pattern(
            "P01",
            "Execution chaos",
            rule("D >= 30", "R <= 10", "D - R >= 40", "B - D <= -25", "B5 >= 0"),
        ),
        Pattern("P02", "Hostile climate", rule("B5 <= 0", "B3 <= 0 or B4 <= 0")),
        Pattern(
            "P03",
            "Declared, not heard",
            rule("D_T >= 50", "D <= 10", "D_T-D >= 40"),
            organisation_only=True,
            short_form=True,
        ),
        Pattern("P04", "Heroic front line", rule("B >= 40", "R <= 10", "B - R >= 40"), short_form=True),
        Pattern(
            "P05", "Silent culture", rule("D <= 10", "R >= 20", "B >= 30", "B - D >= 25"), short_form=True
        ),
        Pattern(
            "P06",
            "Top illusion",
            rule("R_T-R >= 50 or B_T-B >= 50"),
            organisation_only=True,
            short_form=True,
        ),
        Pattern(
            "P07",
            "Manager bottleneck",
            rule("D_T >= 30", "D_T-D_M <= 25", "D_M-D >= 40", "B4 <= 20"),
            organisation_only=True,
        ),
        Pattern(
            "P08",
            "Complacency",
            rule("H_T >= 80", "H >= 30", "B6 <= 20"),
            large_top=rule("B6_T-B6 >= 40"),
            small_top=rule("H_T-H >= 40"),
            organisation_only=True,
        ),
        Pattern("P09", "Directive control", rule("R4 >= 20", "R3 <= 0", "R4 - R3 >= 40")),
        Pattern("P10", "Silos", rule("B3 <= 0", "D4 <= 10")),
        Pattern(
            "P11",
            "Strong and balanced",
            rule("D >= 50", "R >= 50", "B >= 50", *_LEVEL),
            large_top=_GAPS_SMALL,
            small_top=_GAPS_SMALL,
            short_form=True,
        ),
        Pattern("P12", "Short stool", rule("D <= 10", "R <= 10", "B <= 10", *_LEVEL), short_form=True),
        Pattern("P14", "Paper standard", rule("R4 <= 10"), fact="M02"),
        Pattern("P15", "Rhetoric", rule("D1 >= 30", "D5 <= 0", "D1 - D5 >= 40")),
        Pattern("P16", "Stretched", rule("R6 <= -20", "B1 - B2 >= 30")),
    )
}
"""All but P13, which asks for disagreement, not for scores (is_divided)."""


def facets_of(pattern: str) -> frozenset[str]:
    """The facets of a unit's staff that the rule of a pattern asks for.

    >>> sorted(facets_of("P02"))
    ['B3', 'B4', 'B5']
    """
    conditions = [one for alternatives in PATTERNS[pattern].rule for one in alternatives]
    named = {name for one in conditions for name in (one.plus, one.minus)}
    return frozenset(facet for facet in FACETS if facet in named)


@dataclass(frozen=True, slots=True)
class Support:
    """How well a rule holds over the draws; never printed as a number.

    share: of the draws in which it holds. strength: mean over the draws of max(0, smallest distance
    of a condition to its threshold), in points; it orders the patterns.
    """

    share: float
    strength: float

    @property
    def certainty(self) -> Certainty | None:
        """What may be said of it; None: not shown."""
        return "clear" if self.share >= CLEAR else "possible" if self.share >= POSSIBLE else None


class Note(StrEnum):
    """What is printed beside a pattern."""

    DIVIDED = "average of a divided team"
    RESOURCES = "resources are the missing leg; whether people compensate is open"
    RENEWAL = "renewal is missing"
    BY_ORDER = "service by order: faults are punished"
    SURE_WITHOUT_SEEING = "the top is sure without seeing"
    SMALL_BOARD = "a board of fewer than five"


@dataclass(frozen=True, slots=True)
class ShownPattern:
    """A pattern as it is shown, with its conditions as published; for units of 10 people or more."""

    id: str
    certainty: Certainty
    notes: tuple[Note, ...]
    readings: tuple[Reading, ...]


def full_rule(pattern: Pattern, view: View) -> Rule:
    """The conditions that apply where the top is or is not shown."""
    if view.top is None:
        return pattern.rule
    return pattern.rule + (pattern.small_top if view.top.facets is None else pattern.large_top)


def pattern_support(drawn: View, *, organisation: bool, facts: Collection[str] = ()) -> dict[str, Support]:
    """Support of every pattern that can be judged for a unit, P13 apart.

    drawn: draws of the unit's staff (10 people or more, of whom 30 % or more answered) and, for the
    organisation, of top and managers. facts: those answered yes with evidence. Without facets (short
    form) only the patterns that need none are judged.
    """
    found = {}
    for pattern in PATTERNS.values():
        if pattern.organisation_only and not organisation:
            continue
        if drawn.staff.facets is None and not pattern.short_form:
            continue
        if pattern.fact is not None and pattern.fact not in facts:
            found[pattern.id] = Support(0.0, 0.0)
            continue
        margin = rule_margin(full_rule(pattern, drawn), drawn)
        found[pattern.id] = Support(float((margin >= 0).mean()), float(margin.clip(0).mean()))
    return found


def is_divided(disagreement: Mapping[Leg, float]) -> bool:
    """P13: AD of .90 or more in at least two legs (method 3.10); no draws, so it is clear or absent.

    disagreement: AD of each leg, of 10 people or more; empty where it is not known.
    """
    # AD is a mean of sums of fractions, so .90 itself may come out a hair below
    return sum(ad >= DIVIDED_FROM - 1e-9 for ad in disagreement.values()) >= DIVIDED_LEGS


def shown_patterns(
    supports: Mapping[str, Support],
    drawn: View,
    *,
    divided: bool = False,
    item_b4c: float | None = None,
    sure_without_seeing: bool = False,
    board_by_consent: bool = False,
) -> tuple[ShownPattern, ...]:
    """The patterns that are shown, at most three, in their order of display.

    divided: P13 holds; it comes first and the others carry its note. item_b4c: mean of B4c after
    reversal, points. sure_without_seeing: the certain blindness of method 3.9 (at least 8 at the top).
    board_by_consent: fewer than five at the top, shown by their consent.
    """
    certainty = {name: support.certainty for name, support in supports.items() if support.certainty}
    extra: dict[str, list[Note]] = {name: [] for name in certainty}
    if board_by_consent and "P06" in certainty:
        certainty["P06"] = "possible"
        extra["P06"].append(Note.SMALL_BOARD)
    if sure_without_seeing and "P06" in certainty:
        extra["P06"].append(Note.SURE_WITHOUT_SEEING)
    if item_b4c is not None and item_b4c <= 0 and "P09" in certainty:
        extra["P09"].append(Note.BY_ORDER)
    if "P08" in certainty and "P11" in certainty:
        extra["P11"].append(Note.RENEWAL)
    for name in _contradicted(certainty, supports):
        if name in ("P01", "P04"):
            extra["P01" if name == "P04" else "P04"].append(Note.RESOURCES)
        del certainty[name]

    order = sorted(certainty, key=lambda name: (-supports[name].strength, name))
    shown = [
        ShownPattern(
            name,
            certainty[name],
            (*extra[name], *([Note.DIVIDED] if divided else [])),
            readings(full_rule(PATTERNS[name], drawn), drawn),
        )
        for name in order
    ]
    first = [ShownPattern(DIVIDED, "clear", (), ())] if divided else []
    return tuple([*first, *shown][:MOST_SHOWN])


def _contradicted(shown: Collection[str], supports: Mapping[str, Support]) -> list[str]:
    """The patterns that give way to another one."""
    gone = [name for name in ("P11", "P12") if "P01" in shown and name in shown]
    if "P01" in shown and "P04" in shown:
        gone.append("P04" if supports["P01"].share > supports["P04"].share else "P01")
    return gone
