"""The words of the method: legs, levels, facets, items, scale bounds.

Source: docs/method, chapters 1 and 2. Every facet has three items: a and b are keyed
positively, c is reversed; so one third of each leg is reversed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

METHOD_VERSION: Final = "1.1"
"""Version of docs/method.md, whose thresholds are judgement until enough companies were measured."""


class Leg(StrEnum):
    """A leg of the stool: what the firm says (D), enables (R) and does (B)."""

    D = "D"
    R = "R"
    B = "B"


class Level(StrEnum):
    """A person's level: top, manager, front line, support."""

    T = "T"
    M = "M"
    F = "F"
    S = "S"


CellLevel = Literal["all", "staff", "T", "M", "F", "S"]
"""Whom a published cell covers; "staff" is front line and support together (E of the method)."""

Form = Literal["full", "short"]

LEGS: Final = tuple(Leg)
LEVELS: Final = tuple(Level)
STAFF: Final = (Level.F, Level.S)

FACETS: Final = tuple(
    f"{leg}{i}" for leg, count in (("D", 5), ("R", 6), ("B", 6)) for i in range(1, count + 1)
)
"""The 17 facets in the order of the item bank."""

ITEMS: Final = tuple(f"{facet}{letter}" for facet in FACETS for letter in "abc")
"""The 51 core items in the order of the item bank."""

KEYS: Final = tuple(-1 if item.endswith("c") else 1 for item in ITEMS)
"""+1 where agreement is good, -1 where an item is reversed; parallel to ITEMS."""

SHORT_ITEMS: Final = (
    "D1a", "D2a", "D3a", "D4a", "D4c", "D5c",
    "R1a", "R2c", "R3a", "R4c", "R5a", "R6a",
    "B1b", "B2b", "B3c", "B4b", "B5c", "B6a",
)  # fmt: skip
"""The short form: six items a leg, two of them reversed."""

NOT_ASKED_OF_SUPPORT: Final = "B1a"

LOWEST: Final = -200.0
HIGHEST: Final = 200.0
"""Bounds of every score, in points."""


def leg_of(facet_or_item: str) -> Leg:
    """The leg that a facet or an item belongs to.

    >>> leg_of("R3c")
    <Leg.R: 'R'>
    """
    return Leg(facet_or_item[0])


def facet_of(item: str) -> str:
    """The facet that an item belongs to.

    >>> facet_of("R3c")
    'R3'
    """
    return item[:2]
