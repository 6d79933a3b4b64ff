"""Scores with their intervals on the whole scale, one row a score, in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coherence.reports.drawings.axis import Axis, place
from coherence.reports.drawings.svg import (
    EDGE,
    INK,
    LEG_COLOURS,
    LINE,
    PAPER,
    SLIM,
    WIDE,
    Point,
    drawing,
    leg_class,
    line,
    lines,
    mark,
    rect,
    shape,
    text,
)
from coherence.reports.drawings.words import Words
from coherence.reports.points import interval, signed
from scoring.released import Estimate
from scoring.vocabulary import HIGHEST, LOWEST, Leg

_GRID: Final = (-200, -100, 0, 100, 200)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a score to be drawn, and the score of another group to compare it with.

    leg: gives colour and mark, None for the seat; small: a group of so few that its outline is dashed.
    """

    name: str
    estimate: Estimate
    leg: Leg | None = None
    compared_with: int | None = None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows under a common heading; an empty name needs none."""

    name: str
    rows: tuple[Bar, ...]
    leg: Leg | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand in one of the two widths.

    axis: both ends; score, span: right edges; name, numbers, strip: how far below the top of a row
    their lines stand; row, heading: heights.
    """

    width: int
    axis: Point
    score: float
    span: float
    name: float
    numbers: float
    strip: float
    row: float
    heading: float

    @property
    def slim(self) -> bool:
        return self.width == SLIM


_LAYOUTS: Final = {
    WIDE: _Layout(
        WIDE, (330, 660), score=742, span=876, name=14, numbers=14, strip=9.5, row=18.5, heading=27
    ),
    SLIM: _Layout(SLIM, (8, 342), score=230, span=344, name=18, numbers=36, strip=52, row=66, heading=36),
}


_ROOMY: Final = replace(_LAYOUTS[WIDE], name=18.5, numbers=18.5, strip=14, row=28, heading=34)


def interval_bars(
    groups: Sequence[Bars],
    words: Words,
    *,
    title: str,
    compared_with: str = "",
    width: int = WIDE,
    ident: str = "bars",
    roomy: bool = False,
) -> str:
    """Draw groups of scores.

    compared_with: the name of the group whose scores the thin ticks are; width: WIDE or SLIM; roomy:
    higher rows, for a wide picture that has a page of its own.
    """
    layout = _ROOMY if roomy and width == WIDE else _LAYOUTS[width]
    x = place(LOWEST, HIGHEST, *layout.axis)
    y = 0.0
    parts = []
    if compared_with:
        left = 4 if layout.slim else layout.axis[0]
        parts += [line([(left, 3), (left, 17)], "ch-m ch-thin", INK, 2)]
        parts += [text(left + 9, 15, compared_with, ink="ink2", size=14)]
        y += 28
    for points in _GRID:
        at = min(max(x(points), 16), width - 18)
        parts.append(text(at, y + 12, signed(points), ink="ink3", size=13, anchor="middle"))
    y += 18
    for group in groups:
        if group.name:
            y += layout.heading
            parts += [mark(group.leg, 8, y - 13, 6)] if group.leg else []
            parts.append(text(20 if group.leg else 0, y - 8, group.name, size=14, bold=True))
        parts += _grid(y, len(group.rows), layout)
        for bar in group.rows:
            parts += _row(bar, y, layout, words)
            y += layout.row
    told = "; ".join(
        f"{bar.name} {words.score(bar.estimate, rough=bar.small)}" for group in groups for bar in group.rows
    )
    return drawing("bars", width, y + 4, parts, title=title, told=f"{told}.", ident=ident)


def _grid(top: float, rows: int, layout: _Layout) -> Iterator[str]:
    """Short vertical lines in every row, the one at 0 stronger; on a wide page a rule above each row."""
    x = place(LOWEST, HIGHEST, *layout.axis)
    tops = [top + layout.row * row for row in range(rows)]
    if not layout.slim:
        yield lines((((0, y), (layout.width, y)) for y in tops), "ch-grid", LINE, 0.75)
    middles = [y + layout.strip for y in tops]
    for ticks, cls, stroke, thick in (
        ([points for points in _GRID if points], "ch-grid", LINE, 1),
        ([0], "ch-zero", EDGE, 1.5),
    ):
        pairs = [((x(tick), y - 6.5), (x(tick), y + 6.5)) for y in middles for tick in ticks]
        yield lines(pairs, cls, stroke, thick)


def _row(bar: Bar, top: float, layout: _Layout, words: Words) -> Iterator[str]:
    x = place(LOWEST, HIGHEST, *layout.axis)
    y = top + layout.strip
    yield text(0, top + layout.name, bar.name, size=14)
    yield text(
        layout.score, top + layout.numbers, signed(bar.estimate.value), size=14, anchor="end", bold=True
    )
    span = words.span(bar.estimate, rough=bar.small)
    yield text(layout.span, top + layout.numbers, span, ink="ink2", size=14, anchor="end")
    yield _band(bar, x, y)
    if bar.compared_with is not None:
        at = x(bar.compared_with)
        yield line([(at, y - 7), (at, y + 7)], "ch-m ch-thin", INK, 2)
    here = x(bar.estimate.value)
    if bar.leg is None:
        yield shape([(here, y - 6), (here + 6, y), (here, y + 6), (here - 6, y)], "st-ink", INK)
    else:
        yield f'<circle class="ch-under" cx="{here:.1f}" cy="{y:.1f}" r="6.5" fill="{PAPER}"/>'
        yield mark(bar.leg, here, y, 5)


def _band(bar: Bar, x: Axis, y: float) -> str:
    """The interval as a pale bar, dashed for a small group; nothing where there is no interval."""
    ends = interval(bar.estimate)
    if ends is None:
        return ""
    left, right = x(ends[0]), x(ends[1])
    colour, cls = (LEG_COLOURS[bar.leg], leg_class(bar.leg)) if bar.leg else (EDGE, "ch-edge")
    dashes = {"stroke": EDGE, "stroke_dasharray": "4 3"} if bar.small else {}
    return rect(left, y - 4.5, right - left, 9, cls, colour, fill_opacity=".36", **dashes)
