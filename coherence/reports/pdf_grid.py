"""Rows of cells on a PDF page: columns of fixed width, rows as high as their highest cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reportlab.platypus import Flowable

from coherence.reports.pdf_text import Text, colour

_AIR: Final = 1.2
"""White around a coloured cell, in points."""

Align = Literal["top", "middle", "bottom"]


@dataclass(frozen=True, slots=True)
class Padding:
    """Room between the edge of a cell and what it holds, in points."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: pieces below each other; fill: its colour, outline: of its dashed edge."""

    pieces: Sequence[Flowable]
    padding: Padding
    fill: str = ""
    outline: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other, and the rule below them; rule: its colour and thickness."""

    boxes: Sequence[Box]
    align: Align = "middle"
    rule: tuple[str, float] | None = None


class Grid(Flowable):  # type: ignore[misc]
    """Rows below each other; they part between pages, and the first of them may stand on each.

    headings: how many of the first rows are repeated.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        widths: Sequence[float],
        *,
        headings: int = 0,
        before: float = 0,
        after: float = 0,
    ) -> None:
        super().__init__()
        self._rows, self._widths, self._headings = rows, widths, headings
        self._heights: list[float] = []
        self.spaceBefore, self.spaceAfter = before, after
        self.hAlign = "LEFT"

    @property
    def body(self) -> int:
        """How many rows stand below the headings."""
        return len(self._rows) - self._headings

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Width of all columns, height of all rows."""
        if not self._heights:
            self._heights = [self._height(row) for row in self._rows]
        self.width, self.height = sum(self._widths), sum(self._heights)
        return self.width, self.height

    def _height(self, row: Row) -> float:
        return max(
            stacked(box.pieces, width - box.padding.left - box.padding.right)
            + box.padding.top
            + box.padding.bottom
            for box, width in zip(row.boxes, self._widths, strict=True)
        )

    def split(self, width: float, height: float) -> list[Flowable]:
        """As many rows as fit below the headings, and the rest under headings of its own."""
        self.wrap(width, height)
        fits, used = 0, 0.0
        while fits < len(self._rows) and used + self._heights[fits] <= height:
            used += self._heights[fits]
            fits += 1
        if fits <= self._headings or fits == len(self._rows):
            return []
        return [self._part(range(fits)), self._part([*range(self._headings), *range(fits, len(self._rows))])]

    def _part(self, numbers: Sequence[int]) -> Grid:
        part = Grid([self._rows[i] for i in numbers], self._widths, headings=self._headings)
        part._heights = [self._heights[i] for i in numbers]
        part.spaceBefore, part.spaceAfter = self.spaceBefore, self.spaceAfter
        return part

    def draw(self) -> None:
        """Draw colours and rules as decoration, then what the cells hold."""
        with self.canv.decoration():
            self._decorate()
        top = self.height
        for row, height in zip(self._rows, self._heights, strict=True):
            x = 0.0
            for box, width in zip(row.boxes, self._widths, strict=True):
                self._fill(box, row.align, x, top, width, height)
                x += width
            top -= height

    def _decorate(self) -> None:
        canvas, top = self.canv, self.height
        for row, height in zip(self._rows, self._heights, strict=True):
            x, bottom = 0.0, top - height
            for box, width in zip(row.boxes, self._widths, strict=True):
                if box.fill:
                    _paint(canvas, box, x, bottom, width, height)
                x += width
            if row.rule:
                ink, thickness = row.rule
                canvas.setStrokeColor(colour(ink))
                canvas.setLineWidth(thickness)
                canvas.line(0, bottom, self.width, bottom)
            top = bottom

    def _fill(self, box: Box, align: Align, x: float, top: float, width: float, height: float) -> None:
        room = width - box.padding.left - box.padding.right
        spare = height - box.padding.top - box.padding.bottom - stacked(box.pieces, room)
        y = top - box.padding.top - spare * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[align]
        gap = 0.0
        for number, piece in enumerate(box.pieces):
            y -= max(gap, piece.getSpaceBefore()) if number else 0
            y -= piece.wrap(room, height)[1]
            if isinstance(piece, Text):
                piece.place(self.canv, x + box.padding.left, y)
            else:
                piece.drawOn(self.canv, x + box.padding.left, y)
            gap = piece.getSpaceAfter()


def stacked(pieces: Sequence[Flowable], room: float) -> float:
    """Height of pieces below each other, with the larger of two spaces between them."""
    height = gap = 0.0
    for number, piece in enumerate(pieces):
        height += piece.wrap(room, 0)[1] + (max(gap, piece.getSpaceBefore()) if number else 0)
        gap = piece.getSpaceAfter()
    return height


def _paint(canvas: Any, box: Box, x: float, y: float, width: float, height: float) -> None:
    canvas.setFillColor(colour(box.fill))
    if box.outline:
        canvas.setStrokeColor(colour(box.outline))
        canvas.setLineWidth(0.8)
        canvas.setDash(3, 2)
    canvas.roundRect(
        x + _AIR, y + _AIR, width - 2 * _AIR, height - 2 * _AIR, 2, stroke=int(bool(box.outline)), fill=1
    )
    if box.outline:
        canvas.setDash()
