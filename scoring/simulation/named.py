"""The named scenarios S0 to S23 (method 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scoring.simulation.injection import RULES, inject
from scoring.simulation.scenario import Scenario
from scoring.vocabulary import FACETS

PATTERN_OF: Final[Mapping[str, str]] = {
    f"S{number}": pattern
    for number, pattern in enumerate([f"P{i:02d}" for i in range(1, 13)] + ["P15", "P16"], start=2)
}
"""S2 to S15 and the pattern that each holds."""

STUCK_AT_LEVEL_2: Final = ("R4 >= 20", "R3 <= 0", "R4 - R3 >= 40", "D3 >= 0", "D4 <= 10", "B3 <= 10")
"""Gate 2 passed, with the signals (a) to (d) of method 4.5; P09 stands for (b)."""

RELAPSE: Final = (
    "R1 >= 30", "R3 >= 30", "R4 >= 30", "D4 >= 20", "B3 >= 20", "D_T - D <= 40",
    "H - B6 >= 30", "H_T >= 100", "R_T - R >= 30",
)  # fmt: skip
"""Gate 3 passed, with the signals (a) and (b) of method 4.6."""

LOW_BEFORE: Final = ("R4", "R5", "D3", "B3", "B6")
"""The facets that were low in the case s0 before it began (method 6.5)."""

CHANGE_OF_S20: Final[Mapping[str, float]] = {facet: 50.0 if facet in LOW_BEFORE else 20.0 for facet in FACETS}
"""Points that each facet gains between the two waves of S20."""


def scenario(name: str, *, distance: float = 30.0, threshold: str | None = None) -> Scenario:
    """A scenario of method 7.4 by its name.

    S0 all equal; S1 average firm with a rosy top; S2 to S15 one pattern each (P01 to P12, P15, P16),
    distance points beyond every threshold; S16 stuck at level 2; S17 risk of relapse; S18 tiny firm;
    S19 large firm; S20 the case s0 before (with CHANGE_OF_S20 for two_waves); S21 two languages; S22
    heavy non-response; S23 board of three. Also the patterns by their own names: P13 divided team,
    P14 paper standard, and P01 to P16. The truth of a pattern holds no response style; for support at
    a threshold set acquiescence_mean to 0.

    Args:
        name: "S0" to "S23" or "P01" to "P16".
        distance: points beyond every threshold, in S2 to S17 and the patterns.
        threshold: one condition of the pattern's rule (RULES) to be put exactly at its threshold.

    Raises:
        ValueError: no such scenario, or a rule that cannot hold at this distance.

    >>> scenario("S23").top
    3
    """
    plain = {
        "S0": Scenario(level_bias={}, department_sd=0.0, desirability=(0.0, 0.0)),
        "S1": Scenario(),
        "S18": Scenario(departments=2, employees=12, top=3),
        "S19": Scenario(departments=120, employees=3000),
        "S21": Scenario(languages={"pl": 0.6, "lt": 0.4}),
        "S22": Scenario(response_rate=0.45, response_slope=0.3),
        "S23": Scenario(top=3),
        "P13": Scenario(split=1.8),
    }
    if name in plain:
        return plain[name]
    if name == "S20":
        rule = (*(f"{facet} <= -25" for facet in LOW_BEFORE), "H = 0")
        return inject(Scenario(centred=True), rule, distance=0.0)
    pattern = PATTERN_OF.get(name, name)
    rule, facts = {
        "S16": (STUCK_AT_LEVEL_2, {"M01", "M02", "M03", "M04"}),
        "S17": (RELAPSE, {*(f"M{i:02d}" for i in range(1, 9)), "C05"}),
        "P14": (RULES["P14"], {"M02"}),
    }.get(pattern, (RULES.get(pattern, ()), set()))
    if not rule:
        raise ValueError(f"no scenario {name!r}: choose S0 to S23 or a pattern P01 to P16")
    base = Scenario(centred=True, facts=frozenset(facts))
    if pattern == "P11":  # its top sees what the staff see, so there is no bias to start from
        base = replace(base, level_bias={})
    return inject(base, rule, distance=distance, threshold=threshold)
