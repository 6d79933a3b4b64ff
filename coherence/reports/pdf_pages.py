"""The A4 page: margins, frame, and a foot with the survey, a reminder and the page's number."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from coherence.reports.document import Document
from coherence.reports.drawings.svg import INK_3, LINE
from coherence.reports.pdf_beginnings import Beginnings
from coherence.reports.pdf_fonts import REGULAR
from coherence.reports.pdf_keeping import Kept
from coherence.reports.pdf_tags import TaggedCanvas
from coherence.reports.pdf_text import colour, width_of

SIDE: Final = 16 * mm
TOP: Final = 14 * mm
BOTTOM: Final = 14 * mm
FOOT: Final = 8 * mm
"""Room that the foot takes above the bottom margin."""

PLAIN: Final = "plain"
"""Name of the pages with a foot."""

_SIZE: Final = 7.5
_RIGHT: Final = A4[0] - SIDE


class Pages(BaseDocTemplate):  # type: ignore[misc]
    """Pages of one document, written to a stream."""

    def __init__(self, stream: Any, document: Document) -> None:
        super().__init__(
            stream,
            pagesize=A4,
            title=document.title,
            author="Coherence",
            lang=document.language,
            keepTogetherClass=Kept,
            initialFontName=REGULAR,  # every page begins in it, and Helvetica would not be embedded
        )
        self._document = document
        pages = [PageTemplate(PLAIN, [_frame(BOTTOM + FOOT)], onPage=self._foot)]
        if document.cover:
            pages.insert(0, PageTemplate("cover", [_frame(BOTTOM)]))
        self.addPageTemplates(pages)

    def _foot(self, canvas: NumberedCanvas, _doc: Any) -> None:
        """Survey, reminder and number; the same on every page but the cover."""
        survey, reminder = self._document.foot
        reminder_width = width_of(reminder, REGULAR, _SIZE)
        with canvas.decoration():
            canvas.setStrokeColor(colour(LINE))
            canvas.setLineWidth(0.5)
            canvas.line(SIDE, BOTTOM + 5 * mm, _RIGHT, BOTTOM + 5 * mm)
            canvas.setFillColor(colour(INK_3))
            canvas.setFont(REGULAR, _SIZE)
            number_left = _RIGHT - width_of(self._document.page, REGULAR, _SIZE)
            canvas.drawString(number_left - reminder_width - 12, BOTTOM, reminder)
            room = number_left - reminder_width - 24 - SIDE
            canvas.drawString(SIDE, BOTTOM, _shortened(survey, room))
            canvas.number()


class NumberedCanvas(TaggedCanvas):
    """A canvas that says on every page how many pages there are.

    The total is known only at the end, so each number is a form that is drawn then.
    begins: where each chapter does.
    """

    def __init__(self, *args: Any, document: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pattern = document.page
        self.begins = Beginnings(self, document)

    def number(self) -> None:
        """Place the number of this page."""
        self.doForm(_form(self.getPageNumber()))

    def save(self) -> None:
        """Draw the numbers, then write the file."""
        total = self.getPageNumber() - 1
        for number in range(1, total + 1):
            self.beginForm(_form(number))
            self.setFillColor(colour(INK_3))
            self.setFont(REGULAR, _SIZE)
            self.drawRightString(_RIGHT, BOTTOM, self._pattern.format(number=number, total=total))
            self.endForm()
        super().save()


def _frame(bottom: float) -> Frame:
    """The margins, without room of its own inside them."""
    return Frame(SIDE, bottom, A4[0] - 2 * SIDE, A4[1] - TOP - bottom, 0, 0, 0, 0)


def _form(page: int) -> str:
    return f"page-{page}"


def _shortened(text: str, room: float) -> str:
    """The text cut at its end where it would run into its neighbour."""
    if width_of(text, REGULAR, _SIZE) <= room:
        return text
    while text and width_of(f"{text}…", REGULAR, _SIZE) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
