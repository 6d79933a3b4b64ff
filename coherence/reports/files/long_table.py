"""Every released number of a wave in one table, a row a number: what XLSX and CSV are written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Topic = Literal[
    "scores",
    "participation",
    "gaps",
    "facets",
    "items",
    "own questions",
    "finer",
    "levels compared",
    "patterns",
    "recommendations",
    "maturity",
    "organisation",
    "change",
    "methods",
]
"""What a number is about; a topic, or several, is a sheet of the workbook."""

Scale = Literal["points", "percent", "degrees", "steps", "people", "index", "number", ""]
"""points: -200 to +200; percent: 0 to 100; degrees: of tilt; steps: of the answer scale; people: how many;
index: two decimals; number: anything else; empty: the row holds words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One released number, or word, with what it belongs to.

    unit: path from the root, joined by " / ". measure: its code, the same in every wave and language.
    name: what it is in words. low, high: ends of its interval. text: the class or the word that belongs
    to it, in the words of scores.json. people: n, or the band that may be printed. size: of the cell:
    small, banded, exact. note: anything more, such as why there is no number.
    """

    topic: Topic
    unit: str
    level: str
    measure: str
    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    scale: Scale = ""
    text: str = ""
    people: int | str = ""
    size: str = ""
    note: str = ""


COLUMNS: Final = tuple(Row.__slots__)
"""Names of the columns of the long table, in their order."""
