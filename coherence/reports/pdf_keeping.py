"""What stays together at the end of a page: a heading with what follows it, a short chapter with the last."""

from __future__ import annotations

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, FrameBreak, KeepTogether

from coherence.reports.drawings.svg import LINE
from coherence.reports.pdf_grid import Grid, stacked
from coherence.reports.pdf_text import colour

FIRST_ROWS: Final = 3
LAST_ROWS: Final = 2
"""Rows of a long table that stand on the first page and on the last one at least."""


class Kept(KeepTogether):  # type: ignore[misc]
    """Pieces on one page; a long table may begin below its heading and go on overleaf.

    ReportLab's own class moves heading and table to the next page, which leaves this one half empty.
    """

    def split(self, width: float, height: float) -> list[Flowable]:
        """The pieces as they are if the table parts well here, else as ReportLab parts them."""
        *before, last = self._content
        if isinstance(last, Grid):
            room = height - stacked(before, width) - last.getSpaceBefore()
            parts = last.split(width, room)
            if parts and parts[0].body >= FIRST_ROWS and parts[1].body >= LAST_ROWS:
                return [*before, last]
        pieces: list[Flowable] = super().split(width, height)
        return pieces


class Turn(Flowable):  # type: ignore[misc]
    """Before a chapter that may share a page: a rule where all of it fits below, else a new page.

    needed: height of the chapter, in points.
    """

    GAP: Final = 11 * mm

    def __init__(self, needed: float) -> None:
        super().__init__()
        self._needed = needed

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Room for the rule, or none on a new page."""
        frame = self._doctemplateAttr("frame")
        self.width, self.height = width, 0.0
        if not frame._atTop:
            if height < self._needed + self.GAP:
                frame.add_generated_content(FrameBreak)
            else:
                self.height = self.GAP
        return self.width, self.height

    def draw(self) -> None:
        """Draw the rule."""
        if self.height:
            with self.canv.decoration():
                self.canv.setStrokeColor(colour(LINE))
                self.canv.setLineWidth(0.5)
                self.canv.line(0, self.height / 2, self.width, self.height / 2)
