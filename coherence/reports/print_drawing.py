"""What printed matter is drawn with: text that fits its place, and the square that a telephone reads."""

from __future__ import annotations

from typing import Any, Final

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from coherence.reports.drawings.svg import INK
from coherence.reports.escaping import escaped
from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD

QUIET_ZONE: Final = 4
"""Modules of white around the square, as the standard wants."""


def draw_square(canvas: Any, address: str, left: float, bottom: float, size: float) -> None:
    """A QR code with its white margin; medium error correction, since slips are folded."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    module = size / (len(rows) + 2 * QUIET_ZONE)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        y = bottom + size - (number + 1 + QUIET_ZONE) * module
        column = 0
        while column < len(row):
            end = column
            while end < len(row) and row[end]:
                end += 1
            if end > column:
                path.rect(left + (column + QUIET_ZONE) * module, y, (end - column) * module, module)
            column = end + 1
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def draw_text(
    canvas: Any, text: str, left: float, top: float, width: float, size: float, *, bold: bool = False
) -> float:
    """Lines of plain text in a column, from the top down; gives the height they take."""
    paragraph = Paragraph(escaped(text), _style(size, bold))
    _, height = paragraph.wrap(width, 1000)
    paragraph.drawOn(canvas, left, top - height)
    return float(height)


def text_height(text: str, width: float, size: float, *, bold: bool = False) -> float:
    """The height that `draw_text` would take."""
    return float(Paragraph(escaped(text), _style(size, bold)).wrap(width, 1000)[1])


def draw_line(canvas: Any, text: str, left: float, base: float, width: float, size: float) -> None:
    """One bold line, made smaller until it fits."""
    while size > 5 and stringWidth(text, SEMIBOLD, size) > width:
        size -= 0.5
    canvas.setFont(SEMIBOLD, size)
    canvas.setFillColor(HexColor(INK))
    canvas.drawString(left, base, text)


def _style(size: float, bold: bool) -> ParagraphStyle:
    return ParagraphStyle(
        "printed", fontName=SEMIBOLD if bold else REGULAR, fontSize=size, leading=size * 1.25, textColor=INK
    )
