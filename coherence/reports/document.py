"""A report as plain data: written once, then printed as PDF or shown as a page.

Nothing here is markup: every text is plain and is escaped by whoever prints it. Drawings are SVG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.vocabulary import Leg

Voice = Literal["body", "quiet"]
"""body: what is said; quiet: what explains it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; joined: it belongs to what follows and is not left behind at the end of a page."""

    text: str
    voice: Voice = "body"
    joined: bool = False


@dataclass(frozen=True, slots=True)
class ListOfSentences:
    """Short sentences, each on its own line with a number before it."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """The one large number of a page, the word for it, and a line below."""

    number: str
    word: str
    below: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as wide as its place; svg for wide pages and paper, slim (one or several) for phones.

    alternative: its content in words.
    """

    svg: str
    alternative: str
    slim: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what is said, and smaller what belongs to it.

    step: 1 to 5 colours the cell by the steps of the scale; dashed: a small group.
    """

    text: str
    below: str = ""
    beside: str = ""
    badge: str = ""
    step: int | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, the leg whose mark stands before it, and its share of the table's width."""

    name: str
    share: float
    leg: Leg | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first cell of a row is its heading."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class StepLegend:
    """What the five colours mean: word and range of each step, from very low to very high."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns side by side; share: how much of the width the left one takes."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float


Block: TypeAlias = Heading | Paragraph | ListOfSentences | KeyNumber | Figure | Table | StepLegend | Columns


@dataclass(frozen=True, slots=True)
class Chapter:
    """A finding with what shows it; begins a page.

    place: where we are, above the title; title: the finding; facts: a quiet line below; bookmark: its
    name in the list of chapters; depth: 0, or 1 for a department.
    """

    ident: str
    place: str
    title: str
    facts: str
    blocks: tuple[Block, ...]
    bookmark: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    foot: what stands at the foot of every page, left and in the middle; page: the pattern of a page's
    number and their total.
    """

    title: str
    language: str
    foot: tuple[str, str]
    page: str
    chapters: tuple[Chapter, ...]
