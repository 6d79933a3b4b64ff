"""Text on a PDF page: lines of runs, each run in one font, size and colour.

ReportLab's paragraphs read their text as markup and took a third of the time of a report; nothing here
is markup, so no name can be taken for it (docs/decisions/0005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from coherence.reports.escaping import printable
from coherence.reports.pdf_tags import Element

NO_BREAK_SPACE: Final = "\u00a0"
_FEWEST_LINES: Final = 2
"""Lines of a paragraph that stay together before and after the end of a page."""
_ASCENT: Final = 0.85
"""Share of the size that a line's letters take above its base line, in Source Sans 3."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font, size (points) and colour."""

    text: str
    font: str
    size: float
    ink: str


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set; lengths in points.

    left, right: indents; hang: how far the first line stands out to the left; keep: it stays with what
    follows. balanced: its lines are about equally long.
    """

    font: str
    size: float
    leading: float
    ink: str
    before: float = 0
    after: float = 0
    left: float = 0
    right: float = 0
    hang: float = 0
    keep: bool = False
    balanced: bool = False


Word = tuple[Run, ...]
"""Pieces without a space between them; mostly one."""


class Text(Flowable):  # type: ignore[misc]
    """A paragraph that belongs to one element, also when it is split between pages.

    Spaces part words, no-break spaces do not; a word too long for its line is broken anywhere.
    """

    def __init__(self, runs: Sequence[Run], style: TextStyle, element: Element) -> None:
        super().__init__()
        self.element = element
        self._runs, self._style = runs, style
        self._lines: list[list[Run]] = []
        self.width: float = 0
        self._first = True
        self.keepWithNext = int(style.keep)
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Set the lines for this width; their height."""
        if not self._lines or width != self.width:
            room = width - self._style.left - self._style.right
            self.width = width
            self._lines = _lines_of(self._runs, room, self._style.hang)
            if self._style.balanced and len(self._lines) > 1:
                self._lines = _balanced(self._runs, room, len(self._lines))
        self.height = self._style.leading * len(self._lines)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Parts for this page and the next; none where too few lines would stand alone."""
        self.wrap(width, height)
        fits = min(int(height / self._style.leading + 1e-6), len(self._lines) - _FEWEST_LINES)
        if fits < _FEWEST_LINES:
            return []
        return [self._part(self._lines[:fits], first=True), self._part(self._lines[fits:], first=False)]

    def _part(self, lines: list[list[Run]], *, first: bool) -> Text:
        part = Text(self._runs, self._style, self.element)
        part.width, part._lines, part._first = self.width, lines, first and self._first
        if first:
            part.spaceAfter = 0
        else:
            part.spaceBefore = 0
        return part

    def draw(self) -> None:
        """Draw at the origin."""
        self.place(self.canv, 0, 0)

    def place(self, canvas: Any, x: float, y: float) -> None:
        """Draw every line with the element's mark; x, y: the lower left corner."""
        style = self._style
        with _mark(canvas, self.element):
            letters = canvas.beginText()
            look: tuple[str, float, str] | None = None
            y += self.height - style.size * _ASCENT - (style.leading - style.size) / 2
            x += style.left
            for number, line in enumerate(self._lines):
                letters.setTextOrigin(x - (style.hang if self._first and not number else 0), y)
                for run in line:
                    if look != (run.font, run.size, run.ink):
                        look = (run.font, run.size, run.ink)
                        letters.setFont(run.font, run.size)
                        letters.setFillColorRGB(*colour(run.ink).rgb())
                    letters.textOut(run.text)
                y -= style.leading
            canvas.drawText(letters)


def plain(text: str, style: TextStyle, element: Element) -> Text:
    """A paragraph in one font."""
    return Text((Run(text, style.font, style.size, style.ink),), style, element)


@lru_cache(maxsize=256)
def colour(ink: str) -> Color:
    """A colour written as #rrggbb or #rgb."""
    return HexColor("#" + "".join(2 * digit for digit in ink[1:]) if len(ink) == 4 else ink)


@lru_cache(maxsize=65_536)
def width_of(text: str, font: str, size: float) -> float:
    """Width of a text on one line, in points."""
    return float(stringWidth(text, font, size))


def _lines_of(runs: Sequence[Run], room: float, hang: float) -> list[list[Run]]:
    """Lines of runs, as few runs a line as its fonts allow."""
    if len(runs) == 1:
        only = runs[0]
        text = printable(only.text).strip(" ")
        if width_of(text, only.font, only.size) <= room + hang and "\n" not in text and "  " not in text:
            return [[Run(text, only.font, only.size, only.ink)]]
    return [_joined(line) for line in _lines(_words(runs), room, hang)]


def _balanced(runs: Sequence[Run], room: float, lines: int) -> list[list[Run]]:
    """The lines in the narrowest room that needs no more of them, within a few points."""
    narrow, wide = room / 2, room
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        if len(_lines_of(runs, middle, 0)) > lines:
            narrow = middle
        else:
            wide = middle
    return _lines_of(runs, wide, 0)


def _words(runs: Sequence[Run]) -> list[Word]:
    words: list[Word] = []
    open_word: Word = ()
    for run in runs:
        first, *more = printable(run.text).replace("\n", " ").split(" ")
        if first:
            open_word += (Run(first, run.font, run.size, run.ink),)
        for text in more:
            if open_word:
                words.append(open_word)
            open_word = (Run(text, run.font, run.size, run.ink),) if text else ()
    return [*words, open_word] if open_word else words


def _lines(words: Sequence[Word], room: float, hang: float) -> Iterator[list[Word]]:
    """Fill one line after the other; hang: how much more room the first one has."""
    line: list[Word] = []
    used, limit = 0.0, room + hang
    for word in words:
        needed = _width(word)
        space = width_of(" ", line[-1][-1].font, line[-1][-1].size) if line else 0.0
        if line and used + space + needed > limit:
            yield line
            line, used, limit, space = [], 0.0, room, 0.0
        while not line and needed > limit and sum(len(run.text) for run in word) > 1:
            head, word = _broken(word, limit)
            yield [head]
            needed, limit = _width(word), room
        line.append(word)
        used += space + needed
    if line or not words:
        yield line


def _width(word: Word) -> float:
    return sum(width_of(run.text, run.font, run.size) for run in word)


def _broken(word: Word, room: float) -> tuple[Word, Word]:
    """As much of a word as fits on a line, at least one letter, and the rest."""
    head: list[Run] = []
    for number, run in enumerate(word):
        fits = len(run.text)
        while fits and width_of(run.text[:fits], run.font, run.size) > room:
            fits -= 1
        fits = fits or int(not head)
        room -= width_of(run.text[:fits], run.font, run.size)
        if fits:
            head.append(Run(run.text[:fits], run.font, run.size, run.ink))
        if fits < len(run.text):
            return tuple(head), (Run(run.text[fits:], run.font, run.size, run.ink), *word[number + 1 :])
    return tuple(head), ()


def _joined(line: Sequence[Word]) -> list[Run]:
    """The runs of a line, as few as its fonts allow; a space belongs to the run before it."""
    pieces = [
        Run(f"{run.text} " if last and place < len(line) else run.text, run.font, run.size, run.ink)
        for place, word in enumerate(line, 1)
        for last, run in ((number == len(word), run) for number, run in enumerate(word, 1))
    ]
    return [
        Run("".join(run.text for run in same), *look)
        for look, same in groupby(pieces, key=lambda run: (run.font, run.size, run.ink))
    ]


def _mark(canvas: Any, element: Element) -> AbstractContextManager[None]:
    """A column's heading that stands again on the next page is decoration there."""
    here = canvas.getPageNumber() - 1
    repeated = element.scope == "Column" and any(page < here for page, _number in element.marks)
    mark: AbstractContextManager[None] = canvas.decoration() if repeated else canvas.content(element)
    return mark
