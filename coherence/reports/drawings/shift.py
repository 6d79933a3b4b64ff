"""What the silent could change: each score with the range in which it would lie with everybody's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.axis import Axis, common_axis, place
from coherence.reports.drawings.svg import (
    EDGE,
    INK,
    LINE,
    PAPER,
    SLIM,
    WIDE,
    drawing,
    line,
    lines,
    mark,
    rect,
    shape,
    text,
)
from coherence.reports.points import interval, signed
from scoring.released import Estimate
from scoring.released_figures import Range
from scoring.vocabulary import Leg

_ROW: Final = 40


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
    slim = width == SLIM
    left, right, row = (10, 340, 66) if slim else (170, 700, _ROW)
    held = [end for one in rows for end in (one.range.low, one.range.high, *(interval(one.estimate) or ()))]
    low, high = common_axis(held)
    x = place(low, high, left, right)
    bottom = 6 + row * len(rows)
    ticks = [tick for tick in range(low, high + 1, 50) if not slim or tick % 100 == 0]
    tops = [6 + row * i for i in range(len(rows))]
    stretches = [(top + (28 if slim else 2), top + row - 4) for top in tops]
    parts = [
        lines([((x(t), a), (x(t), b)) for t in ticks if t for a, b in stretches], "ch-grid", LINE, 1.0),
        lines([((x(0), a), (x(0), b)) for a, b in stretches], "ch-zero", EDGE, 1.5),
    ]
    for one, top in zip(rows, tops, strict=True):
        parts += _row(one, x, top, width, slim=slim)
    for tick in ticks:
        at = min(max(x(tick), 16), width - 18)
        parts.append(text(at, bottom + 16, signed(tick), ink="ink3", size=13, anchor="middle"))
    return drawing("shift", width, bottom + 24, parts, title=title, told=told, ident=ident)


def _row(one: Row, x: Axis, top: float, width: float, *, slim: bool) -> Iterator[str]:
    y = top + (44 if slim else 20)
    named = top + 18 if slim else y + 5
    if one.leg:
        yield mark(one.leg, 10, named - 5, 7)
    yield text(24, named, one.name, size=16, bold=True)
    yield text(width - 2, named, one.said, size=14, ink="ink2", anchor="end")
    left, right = x(one.range.low), x(one.range.high)
    yield rect(left, y - 9, max(right - left, 1), 18, "ch-edge", EDGE, fill_opacity=".32", rx="3")
    if ends := interval(one.estimate):
        yield line([(x(end), y) for end in ends], "ch-m", INK, 3)
    here = x(one.estimate.value)
    diamond = [(here, y - 7), (here + 7, y), (here, y + 7), (here - 7, y)]
    yield shape(diamond, "ch-f", INK, stroke=PAPER, stroke_width="1.5")
