"""The list of chapters with their pages, in two columns; a page is known only when its chapter is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reportlab.platypus import Flowable

from coherence.reports.document import Chapter, Document
from coherence.reports.drawings.svg import INK
from coherence.reports.pdf_flowables import HEADING
from coherence.reports.pdf_fonts import REGULAR
from coherence.reports.pdf_grid import Box, Grid, Padding, Row
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import colour, plain

CONTENTS_IN: Final = "reading"
"""The chapter at whose end the list stands."""

_SIZE: Final = 9.5
_GUTTER: Final = 28.0


class Entry(Flowable):  # type: ignore[misc]
    """A chapter's name, and its page at the right."""

    def __init__(self, chapter: Chapter, element: Element) -> None:
        super().__init__()
        self._chapter, self._element = chapter, element

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line."""
        self.width, self.height = width, 15.0
        return self.width, self.height

    def draw(self) -> None:
        """Draw the name, and the place where the page's number will stand."""
        canvas = self.canv
        with canvas.content(self._element):
            canvas.setFillColor(colour(INK))
            canvas.setFont(REGULAR, _SIZE)
            canvas.drawString(0, 4, self._chapter.bookmark)
            canvas.begins.refer(self._chapter.ident, self.width, 4, self.height)


def contents(document: Document, section: Element, width: float) -> Iterator[Flowable]:
    """The chapters of a document, those of departments apart."""
    listed = [chapter for chapter in document.chapters if chapter.depth == 0]
    if not document.contents:
        return
    yield plain(document.contents, HEADING, section.add("H2"))
    entries = section.add("L")
    made = [Entry(chapter, entries.add("LI").add("LBody")) for chapter in listed]
    half = (len(made) + 1) // 2
    column = (width - _GUTTER) / 2
    boxes = [Box(made[:half], Padding(right=_GUTTER)), Box(made[half:], Padding())]
    yield Grid([Row(boxes, "top")], [column + _GUTTER, column])
