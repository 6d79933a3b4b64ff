"""Rows of scores on one axis: the name, what is said of it, the grid behind, and the mark of the score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coherence.reports.drawings.axis import Axis
from coherence.reports.drawings.svg import EDGE, INK, LINE, PAPER, SLIM, WIDE, lines, mark, shape, text
from coherence.reports.points import signed
from scoring.vocabulary import Leg


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """Where each row lies: on a phone its name stands above its line, elsewhere left of it.

    count: of rows. width: of the drawing. end: of the axis in the wide drawing.
    """

    count: int
    width: int = WIDE
    end: float = 700

    @property
    def slim(self) -> bool:
        """Whether it is drawn for a phone."""
        return self.width == SLIM

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis begins and ends, from the left."""
        return (10, 340) if self.slim else (170, self.end)

    @property
    def tops(self) -> list[int]:
        """Upper edge of each row."""
        return [6 + self._height * i for i in range(self.count)]

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """What of each row the grid crosses, from above."""
        return [(top + (28 if self.slim else 2), top + self._height - 4) for top in self.tops]

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return self._bottom + 24

    def middle(self, top: float) -> float:
        """Height of the line of a row."""
        return top + (44 if self.slim else 20)

    def grid(self, x: Axis, ticks: Sequence[int]) -> list[str]:
        """Lines behind the rows, and that of 0."""
        return [
            lines(
                [((x(t), a), (x(t), b)) for t in ticks if t for a, b in self.stretches], "ch-grid", LINE, 1.0
            ),
            lines([((x(0), a), (x(0), b)) for a, b in self.stretches], "ch-zero", EDGE, 1.5),
        ]

    def scale(self, x: Axis, ticks: Sequence[int]) -> Iterator[str]:
        """The numbers below the rows."""
        for tick in ticks:
            at = min(max(x(tick), 16), self.width - 18)
            yield text(at, self._bottom + 16, signed(tick), ink="ink3", size=13, anchor="middle")

    def words(self, top: float, name: str, leg: Leg | None, said: str) -> Iterator[str]:
        """Name of a row with the mark of its leg, and what is said at the right."""
        named = top + 18 if self.slim else self.middle(top) + 5
        if leg:
            yield mark(leg, 10, named - 5, 7)
        yield text(24, named, name, size=16, bold=True)
        yield text(self.width - 2, named, said, size=14, ink="ink2", anchor="end")

    @property
    def _height(self) -> int:
        return 66 if self.slim else 40

    @property
    def _bottom(self) -> int:
        return 6 + self._height * self.count


def diamond(x: float, y: float, half: float) -> str:
    """The mark of a score."""
    corners = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    return shape(corners, "ch-f", INK, stroke=PAPER, stroke_width="1.5")
