"""Maturity in five levels: gates of facts and of perceptions (method 4.3, 4.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from scoring.conditions import Rule, View, rule, rule_margin
from scoring.estimable import NotEstimable
from scoring.support import CLEAR, POSSIBLE
from scoring.vocabulary import Leg

FACTS_NEEDED: Final = 3
PERHAPS: Final = 0.20
"""Support of the next perception gate from which a level is called perhaps the next one."""

FEWEST_STAFF: Final = 30
LOWEST_DEPARTMENT: Final = 20.0
"""Gate 5: no department of 10 people or more has a seat below this."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What must hold to enter a level.

    facts: three of them answered yes; required ones among them in any case. rule: of the staff of the
    organisation. gaps: further conditions for each upper level that the staff may be compared with.
    """

    facts: tuple[str, ...]
    rule: Rule
    gaps: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    departments: bool = False

    def facts_yes(self, facts: Collection[str]) -> int:
        """How many of its four facts are answered yes."""
        return sum(fact in facts for fact in self.facts)

    def opened_by(self, facts: Collection[str]) -> bool:
        """Whether the facts suffice."""
        return self.facts_yes(facts) >= FACTS_NEEDED and all(fact in facts for fact in self.required)


def _gaps(*conditions: str) -> dict[str, Rule]:
    return {upper: rule(*(text.replace("^", upper) for text in conditions)) for upper in ("T", "M")}


def _facts(first: int) -> tuple[str, ...]:
    return tuple(f"M{number:02d}" for number in range(first, first + 4))


GATES: Final[Mapping[int, Gate]] = {
    2: Gate(_facts(1), rule("R4 >= 0", "D3 >= 0"), {}),
    3: Gate(
        _facts(5), rule("R1 >= 30", "R3 >= 30", "R4 >= 30", "D4 >= 20", "B3 >= 20"), _gaps("D_^-D <= 40")
    ),
    4: Gate(
        _facts(9),
        rule("D3 >= 50", "B6 >= 40", "B4 >= 40", "H >= 60", "D >= 40", "R >= 40", "B >= 40"),
        {},
    ),
    5: Gate(
        _facts(13),
        rule("D >= 80", "R >= 80", "B >= 80", "B3 >= 80", "B6 >= 80"),
        _gaps(*(f"{leg}_^-{leg} {bound}" for leg in Leg for bound in ("<= 25", ">= -25"))),
        required=("M16",),
        departments=True,
    ),
}
"""The gates to levels 2 to 5; level 1 has none."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """How a firm stands at one gate; share is never printed as a number.

    share: draws in which all its perceptions hold together. gap_assessed: False where the gate asks for
    a gap and neither top nor managers are shown; then it does not block.
    """

    level: int
    facts_yes: int
    facts_passed: bool
    share: float
    gap_assessed: bool

    @property
    def passed(self) -> bool:
        """Whether the perceptions hold in at least half of the draws."""
        return self.share >= POSSIBLE


@dataclass(frozen=True, slots=True)
class Maturity:
    """Maturity of an organisation.

    level: the lower of both; not estimable below 30 staff answers and in the short form.
    secure: False: printed "3 (not yet secure)". perhaps: the next level, printed "2 (perhaps 3)".
    gaps_assessed: False where neither top nor managers could be compared with the staff at a gate
    that asks for it. gates: by level, empty where perceptions were not judged.
    """

    by_facts: int
    by_perception: int | NotEstimable
    level: int | NotEstimable
    secure: bool = True
    perhaps: int | None = None
    remark: Literal["ahead on paper", "good custom, no system"] | None = None
    gaps_assessed: bool = True
    gates: tuple[GateResult, ...] = ()

    @property
    def working_level(self) -> int:
        """The level that recommendations go by: by facts where no level is given (method 5.3)."""
        return self.by_facts if isinstance(self.level, NotEstimable) else self.level

    @property
    def highest_passed(self) -> GateResult | None:
        """The highest perception gate that was passed; None on level 1 or where none was judged."""
        passed = [gate for gate in self.gates if gate.level <= _level([one.passed for one in self.gates])]
        return passed[-1] if passed else None


def maturity(
    drawn: View, *, staff: int, facts: Collection[str], lowest_department: float | None = None
) -> Maturity:
    """Maturity by facts and by the perception of the staff of the organisation.

    drawn: draws of the organisation's staff, with top and managers where they are shown. staff: valid
    answers of the staff. facts: those answered yes with evidence; all others count as no.
    lowest_department: lowest seat of the departments of 10 people or more, shrunken (raw where there
    is no shrinkage); None without departments. It is fixed, not drawn.
    """
    if drawn.staff.facets is None:
        return maturity_by_facts(facts, NotEstimable("the short form has no facets, which the gates ask for"))
    if staff < FEWEST_STAFF:
        return maturity_by_facts(facts, NotEstimable(f"fewer than {FEWEST_STAFF} staff answered"))

    by_facts = _by_facts(facts)
    gates = tuple(_judge(level, drawn, facts, lowest_department) for level in GATES)
    by_perception = _level([gate.passed for gate in gates])
    level = min(by_facts, by_perception)
    own = next((gate for gate in gates if gate.level == level), None)
    above = next((gate for gate in gates if gate.level == level + 1), None)
    perhaps = above is not None and above.facts_passed and not above.passed and above.share >= PERHAPS
    remark: Literal["ahead on paper", "good custom, no system"] | None = None
    if by_facts != by_perception:
        remark = "ahead on paper" if by_facts > by_perception else "good custom, no system"
    return Maturity(
        by_facts,
        by_perception,
        level,
        secure=own is None or own.share >= CLEAR,
        perhaps=level + 1 if perhaps else None,
        remark=remark,
        gaps_assessed=all(gate.gap_assessed for gate in gates if gate.level <= level),
        gates=gates,
    )


def maturity_by_facts(facts: Collection[str], reason: NotEstimable) -> Maturity:
    """Maturity where the perception of the staff is not known, and so no level is given."""
    return Maturity(_by_facts(facts), reason, reason)


def _by_facts(facts: Collection[str]) -> int:
    return _level([gate.opened_by(facts) for gate in GATES.values()])


def _level(passed: Collection[bool]) -> int:
    """1, and one more for every gate passed from the first on without a break."""
    level = 1
    for one in passed:
        if not one:
            break
        level += 1
    return level


def _judge(level: int, drawn: View, facts: Collection[str], lowest_department: float | None) -> GateResult:
    gate = GATES[level]
    upper = "T" if drawn.top is not None else "M" if drawn.managers is not None else None
    gaps = gate.gaps.get(upper, ()) if upper else ()
    share = float(np.mean(rule_margin(gate.rule + gaps, drawn) >= 0))
    if gate.departments and lowest_department is not None and lowest_department < LOWEST_DEPARTMENT:
        share = 0.0
    return GateResult(
        level, gate.facts_yes(facts), gate.opened_by(facts), share, upper is not None or not gate.gaps
    )
