"""Blocks that say what was found and what to do: headings with a badge, actions, terms with words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from coherence.reports.document import Action, Actions, Facts, MarkedHeading
from coherence.reports.drawings.svg import EDGE, INK, INK_2, PAPER
from coherence.reports.pdf_flowables import BODY, QUIET, ROW_NAME, style
from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD
from coherence.reports.pdf_grid import Box, Grid, Padding, Row
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import colour, plain, width_of

TERM: Final = 30 * mm
"""Room for a term on a page of full width; a third of a narrow column."""

NUMBER: Final = 9 * mm
"""Room for the number of an action."""

MOST_KEPT: Final = 180 * mm
"""The highest block that is kept on one page."""

READABLE: Final = 136 * mm
"""The widest that words beside a term or a number run."""

_LARGE: Final = style(14, 15, INK_2, SEMIBOLD)
_TIGHT: Final = replace(BODY, after=0)
_NOTE: Final = replace(QUIET, after=0)
_BELOW_ACTION: Final = Padding(right=4, bottom=7)
_BELOW_FACT: Final = Padding(right=4, bottom=3)
_SIZE: Final = 10.5
_BADGE: Final = 8.0


def more_blocks(block: MarkedHeading | Actions | Facts, section: Element, width: float) -> Iterator[Flowable]:
    """The pieces of one of these blocks; their elements are added to the section in reading order."""
    match block:
        case MarkedHeading():
            yield BadgedHeading(block, section.add("H2"))
        case Actions():
            entries = section.add("L")
            for number, action in enumerate(block.entries, 1):
                yield _action(number, action, entries.add("LI").add("LBody"), width)
        case Facts():
            yield _facts(block, section.add("L"), width)


class KeptGrid(Grid):
    """Rows that belong together: they part between pages only where they fill most of one."""

    def split(self, width: float, height: float) -> list[Flowable]:
        """Nothing, so that all rows go to the next page."""
        return super().split(width, height) if self.wrap(width, height)[1] > MOST_KEPT else []


class BadgedHeading(Flowable):  # type: ignore[misc]
    """A heading on one line with its badge: filled for what is clear, dashed for what is possible."""

    def __init__(self, heading: MarkedHeading, element: Element) -> None:
        super().__init__()
        self._heading, self._element = heading, element
        self.keepWithNext = True
        self.spaceBefore = 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line."""
        return width, 17

    def draw(self) -> None:
        """Draw name and badge."""
        canvas, heading = self.canv, self._heading
        left = width_of(heading.text, SEMIBOLD, _SIZE) + 6
        with canvas.decoration():
            canvas.saveState()
            canvas.setLineWidth(0.7)
            canvas.setStrokeColor(colour(INK if heading.filled else EDGE))
            canvas.setFillColor(colour(INK))
            if not heading.filled:
                canvas.setDash(2, 1.5)
            wide = width_of(heading.badge, REGULAR, _BADGE) + 11
            canvas.roundRect(left, 3.2, wide, 12, 6, stroke=1, fill=int(heading.filled))
            canvas.restoreState()
        with canvas.content(self._element):
            canvas.setFillColor(colour(INK))
            canvas.setFont(SEMIBOLD, _SIZE)
            canvas.drawString(0, 6, heading.text)
            canvas.setFillColor(colour(PAPER if heading.filled else INK_2))
            canvas.setFont(REGULAR, _BADGE)
            canvas.drawString(left + 5.5, 6.4, heading.badge)


def _action(number: int, action: Action, element: Element, width: float) -> Flowable:
    words: list[Flowable] = [plain(action.title, ROW_NAME, element)]
    words += [plain(action.text, _TIGHT, element)] if action.text else []
    words += [plain(action.note, _NOTE, element)] if action.note else []
    columns = [NUMBER, min(width, READABLE + NUMBER) - NUMBER]
    boxes = [Box([plain(str(number), _LARGE, element)], _BELOW_ACTION), Box(words, _BELOW_ACTION)]
    return Grid([Row(boxes, "top")], columns)


def _facts(facts: Facts, entries: Element, width: float) -> Flowable:
    rows = []
    for term, words in facts.rows:
        element = entries.add("LI").add("LBody")
        pair = (plain(term, _NOTE, element), plain(words, _TIGHT, element))
        rows.append(Row([Box([one], _BELOW_FACT) for one in pair], "top"))
    term_width = min(TERM, width / 3)
    return KeptGrid(rows, [term_width, min(width, READABLE + TERM) - term_width], after=4)
