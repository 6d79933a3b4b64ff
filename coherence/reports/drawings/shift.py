"""What the silent could change: each score with the range in which it would lie with everybody's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coherence.reports.drawings.axis import Axis, common_axis, place
from coherence.reports.drawings.score_rows import ScoreRows, diamond
from coherence.reports.drawings.svg import EDGE, INK, WIDE, drawing, line, rect
from coherence.reports.points import interval
from scoring.released import Estimate
from scoring.released_figures import Range
from scoring.vocabulary import Leg


@dataclass(frozen=True, slots=True)
class Row:
    """One score, its own interval, and where it would lie; leg: None for the seat."""

    name: str
    leg: Leg | None
    estimate: Estimate
    range: Range
    said: str


def shift_chart(
    rows: Sequence[Row], *, title: str, told: str, width: int = WIDE, ident: str = "shift"
) -> str:
    """Draw the rows: a pale bar is the range, the line in it the interval, the mark the score."""
    layout = ScoreRows(len(rows), width)
    held = [end for one in rows for end in (one.range.low, one.range.high, *(interval(one.estimate) or ()))]
    low, high = common_axis(held)
    x = place(low, high, *layout.ends)
    ticks = [tick for tick in range(low, high + 1, 50) if not layout.slim or tick % 100 == 0]
    parts = layout.grid(x, ticks)
    for one, top in zip(rows, layout.tops, strict=True):
        parts += layout.words(top, one.name, one.leg, one.said)
        parts += _ranges(one, x, layout.middle(top))
    parts += layout.scale(x, ticks)
    return drawing("shift", width, layout.height, parts, title=title, told=told, ident=ident)


def _ranges(one: Row, x: Axis, y: float) -> Iterator[str]:
    left, right = x(one.range.low), x(one.range.high)
    yield rect(left, y - 9, max(right - left, 1), 18, "ch-edge", EDGE, fill_opacity=".32", rx="3")
    if ends := interval(one.estimate):
        yield line([(x(end), y) for end in ends], "ch-m", INK, 3)
    yield diamond(x(one.estimate.value), y, 7)
