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
    """The one large number of a page, the word for it, and a line below.

    explained: what the number is, on demand; for pages.
    """

    number: str
    word: str
    below: str
    explained: str = ""


@dataclass(frozen=True, slots=True)
class MarkedHeading:
    """A heading of a part, with a badge behind it; filled: what is clear, else a dashed outline."""

    text: str
    badge: str
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What to do: the point, what it means, and a quiet line below (who, when)."""

    title: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """Actions, each with its large number before it."""

    entries: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with the words that belong to them, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what is said, and smaller what belongs to it.

    step: 1 to 5 colours the cell by the steps of the scale; dashed: a small group. leads_to: ident of
    the chapter about it, for pages. explained: what the number is, on demand; for pages.
    """

    text: str
    below: str = ""
    beside: str = ""
    badge: str = ""
    step: int | None = None
    dashed: bool = False
    leads_to: str = ""
    explained: str = ""


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
class Figure:
    """A drawing as wide as its place; svg for wide pages and paper, slim (one or several) for phones.

    alternative: its content in words. data: its numbers as a table, which a page offers below it.
    """

    svg: str
    alternative: str
    slim: str = ""
    data: Table | None = None


@dataclass(frozen=True, slots=True)
class StepLegend:
    """What the five colours mean: word and range of each step, from very low to very high."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns side by side; share: how much of the width the left one takes.

    level: both begin at the top; otherwise they are centred beside each other.
    """

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float
    level: bool = False


Block: TypeAlias = (
    Heading
    | MarkedHeading
    | Paragraph
    | ListOfSentences
    | Actions
    | Facts
    | KeyNumber
    | Figure
    | Table
    | StepLegend
    | Columns
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A finding with what shows it; begins a page unless it is joined.

    place: where we are, above the title; title: the finding; facts: a quiet line below; bookmark: its
    name in the list of chapters; depth: 0, 1 for a department, 2 for its second page. joined: it may
    stand on the page of the chapter before it, where there is room for all of it.
    """

    ident: str
    place: str
    title: str
    facts: str
    blocks: tuple[Block, ...]
    bookmark: str
    depth: int = 0
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The sheet before the first chapter, on paper only: whose report this is, and who may read it.

    facts: quiet lines below the name of the survey; note: at the foot.
    """

    kind: str
    organisation: str
    survey: str
    facts: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    foot: what stands at the foot of every page, left and in the middle; page: the pattern of a page's
    number and their total; place: that of the page on which something else is. contents: heading of the
    printed list of chapters; empty: there is none. cover: none in reports of departments.
    """

    title: str
    language: str
    foot: tuple[str, str]
    page: str
    chapters: tuple[Chapter, ...]
    place: str = "{number}"
    contents: str = ""
    cover: Cover | None = None
