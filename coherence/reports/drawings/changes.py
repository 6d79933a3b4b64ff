"""What has changed: each score less that of an earlier survey, with its interval and what is too small."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.axis import Axis, place
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
from coherence.reports.points import signed
from scoring.released_change import ReleasedChange
from scoring.vocabulary import Leg

STEP: Final = 25
NARROWEST: Final = 50
_ROW: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One score and its change; leg: None for the seat. said: the change in words, at the right."""

    name: str
    leg: Leg | None
    change: ReleasedChange
    said: str


def change_chart(
    rows: Sequence[Row], small: int, *, title: str, told: str, width: int = WIDE, ident: str = "change"
) -> str:
    """Draw the rows around 0: a line is the interval, the mark the change.

    small: changes of fewer points are too small to matter; they lie on a pale band.
    """
    slim = width == SLIM
    left, right, row = (10, 340, 66) if slim else (170, 640, _ROW)
    end = reach([small, *(abs(x) for one in rows for x in (one.change.low, one.change.high))])
    x = place(-end, end, left, right)
    step = STEP if end <= 2 * STEP or (end <= 4 * STEP and not slim) else 2 * STEP
    ticks = [tick for tick in range(-end, end + 1) if tick % step == 0]
    tops = [6 + row * i for i in range(len(rows))]
    stretches = [(top + (28 if slim else 2), top + row - 4) for top in tops]
    pale = stretches if slim else [(tops[0] + 2, tops[-1] + row - 4)]
    band = [rect(x(-small), a, x(small) - x(-small), b - a, "ch-rest", LINE) for a, b in pale]
    parts = [
        *band,
        lines([((x(t), a), (x(t), b)) for t in ticks if t for a, b in stretches], "ch-grid", LINE, 1.0),
        lines([((x(0), a), (x(0), b)) for a, b in stretches], "ch-zero", EDGE, 1.5),
    ]
    for one, top in zip(rows, tops, strict=True):
        parts += _row(one, x, top, width, slim=slim)
    bottom = 6 + row * len(rows)
    for tick in ticks:
        at = min(max(x(tick), 16), width - 18)
        parts.append(text(at, bottom + 16, signed(tick), ink="ink3", size=13, anchor="middle"))
    return drawing("changes", width, bottom + 24, parts, title=title, told=told, ident=ident)


def reach(sizes: Sequence[int]) -> int:
    """How far the axis runs to both sides: whole steps that hold all sizes, 50 points at least.

    >>> reach([15, 31]), reach([15, 88])
    (50, 100)
    """
    return max(NARROWEST, math.ceil(max(sizes) / STEP) * STEP)


def _row(one: Row, x: Axis, top: float, width: float, *, slim: bool) -> Iterator[str]:
    y = top + (44 if slim else 20)
    named = top + 18 if slim else y + 5
    if one.leg:
        yield mark(one.leg, 10, named - 5, 7)
    yield text(24, named, one.name, size=16, bold=True)
    yield text(width - 2, named, one.said, size=14, ink="ink2", anchor="end")
    yield line([(x(one.change.low), y), (x(one.change.high), y)], "ch-m", INK, 3)
    here = x(one.change.value)
    diamond = [(here, y - 8), (here + 8, y), (here, y + 8), (here - 8, y)]
    yield shape(diamond, "ch-f", INK, stroke=PAPER, stroke_width="1.5")
