"""The sponsor's fact sheet: 16 facts of maturity and 5 of context (method 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from scoring.released_diagnosis import FactAnswer

FACTS: Final = (*(f"M{i:02d}" for i in range(1, 17)), *(f"C{i:02d}" for i in range(1, 6)))
ANSWERS: Final[tuple[str, ...]] = get_args(FactAnswer)


class UnknownFact(ValueError):
    """A fact sheet holds a fact or an answer that it does not have."""


def checked_facts(facts: Mapping[str, FactAnswer]) -> dict[str, FactAnswer]:
    """The facts in the order of the sheet.

    Raises:
        UnknownFact: every fact that is not on the sheet, and every answer but yes, partly and no.

    >>> checked_facts({"C01": "no", "M02": "yes"})
    {'M02': 'yes', 'C01': 'no'}
    """
    strange = [
        f"{name} is no fact; they are M01 to M16 and C01 to C05" for name in facts if name not in FACTS
    ]
    strange += [
        f"{name} is answered {answer!r}; answer {', '.join(ANSWERS)}"
        for name, answer in facts.items()
        if answer not in ANSWERS
    ]
    if strange:
        raise UnknownFact("; ".join(strange))
    return {name: facts[name] for name in FACTS if name in facts}


def affirmed(facts: Mapping[str, FactAnswer]) -> frozenset[str]:
    """The facts answered yes; "partly" counts as no."""
    return frozenset(name for name, answer in facts.items() if answer == "yes")
