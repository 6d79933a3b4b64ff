"""The cover of a printed report: much paper, the name, and a stool in thin lines."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from coherence.reports.document import Cover
from coherence.reports.drawings.svg import INK, INK_2, LINE, PAPER
from coherence.reports.pdf_flowables import draw_mark, style
from coherence.reports.pdf_fonts import SEMIBOLD
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import Text, TextStyle, colour, plain
from scoring.vocabulary import Leg

KIND: Final = style(12, 15, INK_2)
SURVEY: Final = style(17, 21, INK_2, before=10)
FACT: Final = style(10.5, 14, INK, before=3)
NOTE: Final = style(8.5, 11.5, INK_2)

SIZES: Final = (34, 26, 20, 14, 10)
"""Of the organisation's name: the largest in which it takes its room or less."""

NAME_ROOM: Final = 46 * mm
"""Height that a name takes at most, but for one that is longer even in the smallest size."""

NAME_TOP: Final = 76 * mm
"""From the upper edge of the frame down to the name."""

STOOL: Final = 84 * mm
"""Width and height of the drawing, in the lower right corner."""


_FEET: Final = {Leg.R: (24, 13, 4), Leg.D: (53, 55, 18), Leg.B: (76, 87, 4)}
"""Of each leg: where it leaves the seat and where it stands, from the left, and how far up its foot is."""


class Front(Flowable):  # type: ignore[misc]
    """The whole page; it says nothing that a table or a chapter does not say too."""

    def __init__(self, cover: Cover, root: Element) -> None:
        super().__init__()
        self._kind = plain(cover.kind, KIND, root.add("P"))
        element = root.add("P")
        self._names = [plain(cover.organisation, _name(size), element) for size in SIZES]
        self._below = [
            plain(cover.survey, SURVEY, root.add("P")),
            *(plain(fact, FACT, root.add("P")) for fact in cover.facts),
        ]
        self._note = plain(cover.note, NOTE, root.add("P"))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """All the room there is."""
        self.width, self.height = width, height
        return width, height

    def draw(self) -> None:
        """Draw from the top down, the note at the foot."""
        canvas = self.canv
        with canvas.decoration():
            _draw_stool(canvas, self.width - STOOL, 22 * mm)
        y = self._place(self._kind, self.height)
        name = self._name_that_fits()
        y = self._place(name, min(y, self.height - NAME_TOP))
        with canvas.decoration():
            canvas.setStrokeColor(colour(INK))
            canvas.setLineWidth(1.5)
            canvas.line(0, y - 6 * mm, 18 * mm, y - 6 * mm)
        y -= 9 * mm
        survey, *facts = self._below
        y = self._place(survey, y) - 3 * mm
        for fact in facts:
            y = self._place(fact, y)
        note_height = self._note.wrap(self.width, self.height)[1]
        with canvas.decoration():
            canvas.setStrokeColor(colour(LINE))
            canvas.setLineWidth(0.5)
            canvas.line(0, note_height + 3 * mm, self.width, note_height + 3 * mm)
        self._place(self._note, note_height)

    def _name_that_fits(self) -> Text:
        for name in self._names:
            if name.wrap(self.width, self.height)[1] <= NAME_ROOM:
                break
        return name

    def _place(self, text: Text, top: float) -> float:
        """Draw a text below a height; gives the height below it."""
        y = top - text.spaceBefore - text.wrap(self.width, self.height)[1]
        text.place(self.canv, 0, y)
        return float(y)


def _name(size: int) -> TextStyle:
    return style(size, size * 1.2, INK, SEMIBOLD, balanced=True)


def _draw_stool(canvas: Any, x: float, y: float) -> None:
    """Three even legs and a level seat, each leg on its own mark: a sign, not a result."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(STOOL / 100, STOOL / 100)
    canvas.setStrokeColor(colour(LINE))
    canvas.setLineWidth(0.6)
    canvas.setLineCap(1)
    for leg, (top, foot, ground) in _FEET.items():
        canvas.line(top, 70, foot, ground + 7)
        draw_mark(canvas, leg, foot, ground + 2.5, 1.8)
    canvas.setFillColor(colour(PAPER))
    canvas.ellipse(8, 62, 92, 86, stroke=1, fill=1)
    canvas.restoreState()
