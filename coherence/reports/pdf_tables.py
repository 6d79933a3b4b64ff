"""Tables of scores on paper: coloured by the steps of the scale, or plain with thin rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, LongTable

from coherence.reports.document import Cell, Column, Table
from coherence.reports.drawings.svg import EDGE, INK, INK_2, LINE, STEP_COLOURS
from coherence.reports.escaping import escaped
from coherence.reports.pdf_flowables import (
    BELOW,
    COLUMN_NAME,
    ROW_NAME,
    SCORE,
    BadgeLine,
    LegName,
    marked_up,
    plain,
)
from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD
from coherence.reports.pdf_tags import Element

_ON_DARK: Final = "#ffffff"
_DARK_STEPS: Final = (1, 5)
_GAP: Final = 1.2

Paint = Callable[[Any, Any, float, float, float, float], None]


class ScoreTable(LongTable):  # type: ignore[misc]
    """A table whose rules and colours are told apart from its content."""

    def _drawBkgrnd(self) -> None:  # ReportLab's name
        with self.canv.decoration():
            super()._drawBkgrnd()

    def _drawLines(self) -> None:  # ReportLab's name
        with self.canv.decoration():
            super()._drawLines()


def score_table(table: Table, width: float, element: Element) -> ScoreTable:
    """The table at full width; its heading is repeated on every page that it runs over."""
    heading = element.add("TR")
    rows = [[_column_name(column, heading) for column in table.columns]]
    commands: list[tuple[Any, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("LEFTPADDING", (1, 0), (-1, -1), 7),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 4.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, HexColor(EDGE)),
    ]
    coloured = any(cell.step for row in table.rows for cell in row)
    if not coloured:
        commands.append(("LINEBELOW", (0, 1), (-1, -1), 0.5, HexColor(LINE)))
    for y, row in enumerate(table.rows, 1):
        line = element.add("TR")
        rows.append([_row_name(row[0], line), *(_score(cell, line) for cell in row[1:])])
        for x, cell in enumerate(row):
            if cell.step:
                commands.append(("BACKGROUND", (x, y), (x, y), _painted(cell)))
    made = ScoreTable(
        rows,
        colWidths=[column.share * width for column in table.columns],
        repeatRows=1,
        spaceBefore=4,
        spaceAfter=8,
    )
    made.setStyle(commands)
    return made


def _column_name(column: Column, row: Element) -> list[Flowable]:
    element = row.add("TH", scope="Column")
    if column.leg is None:
        return [plain(column.name, COLUMN_NAME, element)]
    return [LegName(column.name, column.leg, element)]


def _row_name(cell: Cell, row: Element) -> list[Flowable]:
    element = row.add("TH", scope="Row")
    parts: list[Flowable] = [plain(cell.text, ROW_NAME, element)]
    if cell.below:
        parts.append(plain(cell.below, BELOW, element))
    if cell.badge:
        parts.append(BadgeLine(cell.badge, element))
    return parts


def _score(cell: Cell, row: Element) -> list[Flowable]:
    element = row.add("TD")
    dark = cell.step in _DARK_STEPS
    markup = f'<font name="{SEMIBOLD}">{escaped(cell.text)}</font>'
    if cell.beside:
        quiet = "" if cell.step else f' color="{INK_2}"'
        markup += f'&nbsp;&nbsp;<font size="8"{quiet}>{_unbroken(cell.beside)}</font>'
    style = ParagraphStyle("score", SCORE, textColor=HexColor(_ON_DARK if dark else INK))
    parts: list[Flowable] = [marked_up(markup, style, element)]
    if cell.below:
        parts.append(plain(cell.below, BELOW, element))
    return parts


def _unbroken(text: str) -> str:
    return escaped(text).replace(" ", "&nbsp;")


def _painted(cell: Cell) -> Paint:
    """Fills a cell with the colour of its step, with a little air around it; dashed if small."""

    def paint(table: Any, canvas: Any, x: float, y: float, width: float, height: float) -> None:
        canvas.saveState()
        canvas.setFillColor(HexColor(STEP_COLOURS[(cell.step or 1) - 1]))
        canvas.setStrokeColor(HexColor(EDGE))
        canvas.setLineWidth(0.8)
        canvas.setDash(3, 2)
        bottom, tall = min(y, y + height) + _GAP, abs(height) - 2 * _GAP
        canvas.roundRect(x + _GAP, bottom, width - 2 * _GAP, tall, 2, stroke=int(cell.dashed), fill=1)
        canvas.restoreState()

    return paint
