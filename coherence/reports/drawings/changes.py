"""What has changed: each score less that of an earlier survey, with its interval and what is too small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.axis import place
from coherence.reports.drawings.score_rows import ScoreRows, diamond
from coherence.reports.drawings.svg import INK, LINE, WIDE, drawing, line, rect
from scoring.released_change import ReleasedChange
from scoring.vocabulary import Leg

STEP: Final = 25
NARROWEST: Final = 50


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
    layout = ScoreRows(len(rows), width, end=640)
    end = reach([small, *(abs(x) for one in rows for x in (one.change.low, one.change.high))])
    x = place(-end, end, *layout.ends)
    step = STEP if end <= 2 * STEP or (end <= 4 * STEP and not layout.slim) else 2 * STEP
    ticks = [tick for tick in range(-end, end + 1) if tick % step == 0]
    stretches = layout.stretches
    pale = stretches if layout.slim else [(stretches[0][0], stretches[-1][1])]
    parts = [rect(x(-small), a, x(small) - x(-small), b - a, "ch-rest", LINE) for a, b in pale]
    parts += layout.grid(x, ticks)
    for one, top in zip(rows, layout.tops, strict=True):
        y = layout.middle(top)
        parts += layout.words(top, one.name, one.leg, one.said)
        parts.append(line([(x(one.change.low), y), (x(one.change.high), y)], "ch-m", INK, 3))
        parts.append(diamond(x(one.change.value), y, 8))
    parts += layout.scale(x, ticks)
    return drawing("changes", width, layout.height, parts, title=title, told=told, ident=ident)


def reach(sizes: Sequence[int]) -> int:
    """How far the axis runs to both sides: whole steps that hold all sizes, 50 points at least.

    >>> reach([15, 31]), reach([15, 88])
    (50, 100)
    """
    return max(NARROWEST, math.ceil(max(sizes) / STEP) * STEP)
