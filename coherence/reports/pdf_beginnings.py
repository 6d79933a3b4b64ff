"""On which page each chapter begins: said, and led to, from where it is named."""

from __future__ import annotations

from typing import Final

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from coherence.reports.document import Chapter, Document
from coherence.reports.drawings.svg import INK_2
from coherence.reports.pdf_fonts import REGULAR
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import Text, colour

_SIZES: Final = (9.5, 7.5)
"""Of a page's number in the list of chapters, and beside the name of a department."""

_ROOM: Final = 26.0
"""Width kept free for it beside a name."""


class Beginnings:
    """The pages on which the chapters of one canvas begin.

    A page is known only when its chapter is drawn, so each number is a form that is drawn then.
    """

    def __init__(self, canvas: Canvas, document: Document) -> None:
        self._canvas = canvas
        self._patterns = ("{number}", document.place)
        self._known = {chapter.ident for chapter in document.chapters if chapter.depth < len(_SIZES)}

    def enter(self, chapter: Chapter) -> None:
        """The chapter begins on the present page."""
        if chapter.ident in self._known:
            canvas = self._canvas
            said = self._patterns[chapter.depth].format(number=canvas.getPageNumber())
            canvas.beginForm(_form(chapter.ident), -_ROOM, -4, 2, 12)
            canvas.setFillColor(colour(INK_2))
            canvas.setFont(REGULAR, _SIZES[chapter.depth])
            canvas.drawRightString(0, 0, said)
            canvas.endForm()

    def refer(self, ident: str, x: float, y: float, height: float) -> None:
        """Say the page of a chapter, up to x and on the height of y; the line left of it leads there."""
        if ident in self._known:
            canvas = self._canvas
            canvas.saveState()
            canvas.translate(x, y)
            canvas.doForm(_form(ident))
            canvas.restoreState()
            canvas.linkRect("", ident, (0, 0, x, height), relative=1)


class Leading(Flowable):  # type: ignore[misc]
    """A name that leads to a chapter, with its page at the right of the first line."""

    def __init__(self, name: Text, ident: str, element: Element) -> None:
        super().__init__()
        self._name, self._ident, self._element = name, ident, element

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Height of the name, in what the page leaves of the width."""
        self.width, self.height = width, self._name.wrap(width - _ROOM, height)[1]
        return self.width, self.height

    def draw(self) -> None:
        """Draw the name, then the page."""
        self._name.place(self.canv, 0, 0)
        with self.canv.content(self._element):
            self.canv.begins.refer(self._ident, self.width, self.height - 9, self.height)


def _form(ident: str) -> str:
    return f"begins-{ident}"
