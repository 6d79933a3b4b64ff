"""Pieces that ReportLab sets on a page: drawings, the key number, badges, the legend; the styles of text."""

from __future__ import annotations

from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from coherence.reports.document import KeyNumber, StepLegend
from coherence.reports.drawings.svg import EDGE, INK, INK_2, LEG_COLOURS, STEP_COLOURS
from coherence.reports.pdf_drawing import Drawing
from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import TextStyle, colour, plain, width_of
from scoring.vocabulary import Leg


def style(size: float, leading: float, ink: str = INK, font: str = REGULAR, **more: Any) -> TextStyle:
    """A style of text; more: spaces and indents."""
    return TextStyle(font, size, leading, ink, **more)


PLACE: Final = style(8.5, 11.5, INK_2, after=3, keep=True)
TITLE: Final = style(19, 23, font=SEMIBOLD, after=4, keep=True, balanced=True)
FACTS: Final = style(8.5, 11.5, INK_2, after=14, keep=True)
HEADING: Final = style(12, 15, font=SEMIBOLD, before=12, after=4, keep=True)
BODY: Final = style(9.5, 12.76, after=6)
SENTENCE: Final = style(9.5, 12.76, left=10, hang=10, after=4)
QUIET: Final = style(8.5, 11.5, INK_2, after=6)
COLUMN_NAME: Final = style(8, 10.5, INK_2)
LEG_NAME: Final = style(8, 10.5, INK_2, left=10)
ROW_NAME: Final = style(9.5, 11.5, font=SEMIBOLD)
SCORE: Final = style(9.5, 11.5)
BELOW: Final = style(7.5, 9.5, INK_2)


class LegName(Flowable):  # type: ignore[misc]
    """The name of a leg with its mark before it."""

    def __init__(self, name: str, leg: Leg, element: Element) -> None:
        super().__init__()
        self._name, self._leg = plain(name, LEG_NAME, element), leg

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Size of the name."""
        self.width, self.height = self._name.wrap(width, height)
        return self.width, self.height

    def draw(self) -> None:
        """Draw mark and name."""
        with self.canv.decoration():
            draw_mark(self.canv, self._leg, 3, self.height - 7, 3)
        self._name.drawOn(self.canv, 0, 0)


class Picture(Flowable):  # type: ignore[misc]
    """An SVG drawing at a given width, as a figure with its words."""

    def __init__(self, svg: str, width: float, element: Element, space_after: float = 4) -> None:
        super().__init__()
        self._drawing, self._element = Drawing(svg), element
        self._scale = width / self._drawing.width
        self.width, self.height = width, self._drawing.height * self._scale
        self.spaceAfter = space_after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Its fixed size."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw as one figure."""
        x, y = self.canv.absolutePosition(0, 0)
        self._element.box = (x, y, x + self.width, y + self.height)
        with self.canv.content(self._element):
            self._drawing.draw(self.canv, self._scale)


class LargeNumber(Flowable):  # type: ignore[misc]
    """The key number of a page with its word."""

    def __init__(self, key: KeyNumber, element: Element) -> None:
        super().__init__()
        self._key, self._element = key, element
        self.spaceAfter = 4

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line."""
        self.width, self.height = width, 30
        return width, 30

    def draw(self) -> None:
        """Draw number and word on one line."""
        canvas, key = self.canv, self._key
        with canvas.content(self._element):
            canvas.setFillColor(colour(INK))
            canvas.setFont(SEMIBOLD, 30)
            canvas.drawString(0, 5, key.number)
            canvas.setFont(REGULAR, 14)
            canvas.drawString(width_of(key.number, SEMIBOLD, 30) + 8, 5, key.word)


class BadgeLine(Flowable):  # type: ignore[misc]
    """A badge on a line of its own."""

    def __init__(self, text: str, element: Element) -> None:
        super().__init__()
        self._text, self._element = text, element

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line."""
        return width, 14

    def draw(self) -> None:
        """Draw the dashed outline and the words."""
        canvas = self.canv
        with canvas.decoration():
            canvas.setStrokeColor(colour(EDGE))
            canvas.setLineWidth(0.6)
            canvas.setDash(2, 1.5)
            canvas.roundRect(0, 1, width_of(self._text, REGULAR, 7.5) + 10, 11.5, 5.7)
            canvas.setDash()
        with canvas.content(self._element):
            canvas.setFillColor(colour(INK_2))
            canvas.setFont(REGULAR, 7.5)
            canvas.drawString(5, 4.3, self._text)


class Legend(Flowable):  # type: ignore[misc]
    """Words and ranges of the five colours on one line."""

    def __init__(self, legend: StepLegend, element: Element) -> None:
        super().__init__()
        self._legend, self._element = legend, element
        self.spaceAfter = 10

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """One line over the whole width."""
        self.width = width
        return width, 12

    def draw(self) -> None:
        """Draw swatches and words."""
        canvas = self.canv
        for number, (word, span) in enumerate(self._legend.steps):
            x = self.width / len(self._legend.steps) * number
            with canvas.decoration():
                canvas.setFillColor(colour(STEP_COLOURS[number]))
                canvas.setStrokeColor(colour(EDGE))
                canvas.setLineWidth(0.5)
                canvas.roundRect(x, 1, 14, 9, 2, stroke=1, fill=1)
            with canvas.content(self._element):
                canvas.setFillColor(colour(INK))
                canvas.setFont(REGULAR, 8.5)
                canvas.drawString(x + 18, 3, f"{word} ")
                canvas.setFillColor(colour(INK_2))
                canvas.drawString(x + 18 + width_of(f"{word} ", REGULAR, 8.5), 3, span)


def draw_mark(canvas: Canvas, leg: Leg, x: float, y: float, radius: float) -> None:
    """The leg's own mark: a disc, a square, a triangle."""
    canvas.setFillColor(colour(LEG_COLOURS[leg]))
    if leg is Leg.D:
        canvas.circle(x, y, radius, stroke=0, fill=1)
    elif leg is Leg.R:
        canvas.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius, stroke=0, fill=1)
    else:
        path = canvas.beginPath()
        path.moveTo(x, y + 1.1 * radius)
        path.lineTo(x + 1.12 * radius, y - 0.85 * radius)
        path.lineTo(x - 1.12 * radius, y - 0.85 * radius)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
