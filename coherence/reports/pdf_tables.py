"""Tables of scores on paper: coloured by the steps of the scale, or plain with thin rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reportlab.platypus import Flowable

from coherence.reports.document import Cell, Column, Table
from coherence.reports.drawings.svg import EDGE, INK, INK_2, LINE, STEP_COLOURS
from coherence.reports.pdf_beginnings import Leading
from coherence.reports.pdf_flowables import (
    BELOW,
    COLUMN_NAME,
    QUIET,
    ROW_NAME,
    SCORE,
    BadgeLine,
    LegName,
)
from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD
from coherence.reports.pdf_grid import Box, Grid, Padding, Row
from coherence.reports.pdf_tags import Element
from coherence.reports.pdf_text import NO_BREAK_SPACE, Run, Text, plain

_ON_DARK: Final = "#ffffff"
_DARK_STEPS: Final = (1, 5)
_FIRST: Final = Padding(0, 4, 4.5, 5.5)
_OTHERS: Final = Padding(7, 4, 4.5, 5.5)
_HEADING_RULE: Final = (EDGE, 0.75)
_RULE: Final = (LINE, 0.5)


def score_table(table: Table, width: float, element: Element) -> Grid:
    """The table at full width; its heading is repeated on every page that it runs over."""
    heading = element.add("TR")
    names = [
        Box(_column_name(column, heading), _FIRST if not place else _OTHERS)
        for place, column in enumerate(table.columns)
    ]
    coloured = any(cell.step for row in table.rows for cell in row)
    rows = [Row(names, "bottom", _HEADING_RULE)]
    for cells in table.rows:
        line = element.add("TR")
        rows.append(
            Row(
                [Box(_row_name(cells[0], line), _FIRST), *(_box(cell, line) for cell in cells[1:])],
                rule=None if coloured else _RULE,
            )
        )
    return Grid(rows, [column.share * width for column in table.columns], headings=1, before=4, after=8)


def _box(cell: Cell, row: Element) -> Box:
    fill = STEP_COLOURS[cell.step - 1] if cell.step else ""
    return Box(_score(cell, row), _OTHERS, fill, EDGE if cell.dashed else "")


def _column_name(column: Column, row: Element) -> list[Flowable]:
    element = row.add("TH", scope="Column")
    if column.leg is None:
        return [plain(column.name, COLUMN_NAME, element)]
    return [LegName(column.name, column.leg, element)]


def _row_name(cell: Cell, row: Element) -> list[Flowable]:
    element = row.add("TH", scope="Row")
    name = plain(cell.text, ROW_NAME, element)
    parts: list[Flowable] = [Leading(name, cell.leads_to, element) if cell.leads_to else name]
    if cell.below:
        parts.append(plain(cell.below, BELOW, element))
    if cell.badge:
        parts.append(BadgeLine(cell.badge, element))
    return parts


def _score(cell: Cell, row: Element) -> list[Flowable]:
    element = row.add("TD")
    if not cell.text:
        return [plain(cell.below, QUIET, element)]
    ink = _ON_DARK if cell.step in _DARK_STEPS else INK
    runs = [Run(cell.text, SEMIBOLD, SCORE.size, ink)]
    if cell.beside:
        beside = 2 * NO_BREAK_SPACE + cell.beside.replace(" ", NO_BREAK_SPACE)
        runs.append(Run(beside, REGULAR, 8, ink if cell.step else INK_2))
    parts: list[Flowable] = [Text(runs, SCORE, element)]
    if cell.below:
        parts.append(plain(cell.below, replace(BELOW, ink=ink) if cell.step else BELOW, element))
    return parts
