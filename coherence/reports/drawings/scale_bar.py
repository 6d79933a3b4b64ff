"""The seat on the whole scale: five steps with their words, the interval, a pointer at the score."""

from __future__ import annotations

from typing import Final

from coherence.reports.drawings.axis import Axis, place
from coherence.reports.drawings.svg import EDGE, INK, PAPER, STEP_COLOURS, drawing, rect, shape, text
from coherence.reports.drawings.words import Words
from coherence.reports.points import STEPS, interval, signed
from scoring.released import ReleasedCell

COLUMN: Final = 460

HEIGHT: Final = 96
_WORD_CENTRES: Final = (-125, -21, 30, 76, 150)
"""The words of the narrow middle steps stand a little apart, so that they never touch."""


def scale_bar(cell: ReleasedCell, words: Words, *, width: int = COLUMN, ident: str = "scale") -> str:
    """Draw the seat of one cell on the scale from -200 to +200."""
    x = place(-200, 200, 12, width - 12)
    parts = [_steps(x, words)]
    for points in (-200, 0, 200):
        at = min(max(x(points), 16), width - 18)
        parts.append(text(at, 90, signed(points), ink="ink3", size=13, anchor="middle"))
    value = cell.seat.value
    if ends := interval(cell.seat):
        across = x(ends[1]) - x(ends[0])
        if cell.size == "small":
            edge = {"rx": "2", "stroke": INK, "stroke_width": "1.4", "stroke_dasharray": "4 3"}
            parts.append(rect(x(ends[0]), 42, across, 8, "ch-few", PAPER, **edge))
        else:
            edge = {"rx": "2", "stroke": PAPER, "stroke_width": "2"}
            parts.append(rect(x(ends[0]), 42, across, 8, "ch-on", INK, **edge))
    here = x(value)
    parts.append(shape([(here, 37), (here - 7, 25), (here + 7, 25)], "ch-pt", INK))
    parts.append(text(min(max(here, 20), width - 22), 18, signed(value), size=18, anchor="middle", bold=True))
    title = f"{words.seat} {words.score(cell.seat, rough=cell.size == 'small')}: {words.step(value)}"
    return drawing("scale", width, HEIGHT, parts, title=title, told=f"{title}.", ident=ident)


def _steps(x: Axis, words: Words) -> str:
    parts = []
    for number, (first, last) in enumerate(STEPS, 1):
        left = x(first if number == 1 else first - 0.5)
        right = x(last if number == len(STEPS) else last + 0.5)
        fill, cls = STEP_COLOURS[number - 1], f"v{number}"
        edge = {"stroke": EDGE, "stroke_width": ".75"}
        parts.append(rect(left + 0.75, 40, right - left - 1.5, 12, cls, fill, **edge))
        parts.append(
            text(
                x(_WORD_CENTRES[number - 1]),
                69,
                words.steps[number - 1],
                ink="ink2",
                size=13,
                anchor="middle",
            )
        )
    return "".join(parts)
