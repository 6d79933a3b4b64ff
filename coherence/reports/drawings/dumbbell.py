"""Levels side by side: one row a leg, one mark a level, on a common axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from coherence.reports.drawings.axis import Axis, apart, common_axis, place
from coherence.reports.drawings.svg import (
    EDGE,
    INK,
    INK_3,
    LINE,
    PAPER,
    SLIM,
    WIDE,
    drawing,
    line,
    lines,
    mark,
    rect,
    text,
    text_width,
)
from coherence.reports.drawings.words import Words
from coherence.reports.points import interval, signed
from scoring.released import Estimate, ReleasedCell
from scoring.vocabulary import LEGS, CellLevel, Leg

ORDER: Final[tuple[CellLevel, ...]] = ("staff", "M", "T")
"""From the front line up; a level that is not released has no mark and no empty place."""

_TOP: Final = 40

Levels = Mapping[CellLevel, ReleasedCell]
Gap = tuple[str, str]
"""A size in words, and the word for how large that is; the second may be empty."""


def dumbbell(
    cells: Levels,
    words: Words,
    *,
    title: str,
    gaps: Mapping[Leg, Gap],
    width: int = WIDE,
    ident: str = "levels",
) -> str:
    """Draw the levels of one unit, and at the right how far the highest stands above the lowest.

    cells: the released ones of staff, M and T, at least two. title: the finding in words. gaps: what
    stands at the right of each leg, a size and its word; a leg without one has nothing there.
    """
    shown = {level: cells[level] for level in ORDER if level in cells}
    slim = width == SLIM
    left, right, row = (18, 22, 96) if slim else (160, 150, 64)
    low, high = common_axis(_printed(shown))
    x = place(low, high, left, width - right)
    bottom = _TOP + row * len(LEGS)
    parts = [_legend(shown, words, 12 if slim else left, 98 if slim else 190)]
    ticks = range(low, high + 1, 50)
    tops = [_TOP + row * i for i in range(len(LEGS))]
    # on a slim page the names stand inside the grid, which is broken for them
    stretches = [(top + 30, top + row) for top in tops] if slim else [(_TOP - 8, bottom)]
    for cls, stroke, thick, drawn in (
        ("ch-grid", LINE, 1.0, [points for points in ticks if points]),
        ("ch-zero", EDGE, 1.5, [0]),
    ):
        pairs = [((x(points), y0), (x(points), y1)) for points in drawn for y0, y1 in stretches]
        parts.append(lines(pairs, cls, stroke, thick))
    for points in ticks:
        if not slim or points % 100 == 0:
            parts.append(text(x(points), bottom + 18, signed(points), ink="ink3", size=13, anchor="middle"))
    for leg, top in zip(LEGS, tops, strict=True):
        y = top + (56 if slim else 28)
        parts.append(_row_names(leg, words, gaps.get(leg), top + 20 if slim else y + 5, width))
        parts += _marks(shown, leg, x, y, width)
    told = "; ".join(
        f"{words.legs[leg]}: "
        + ", ".join(
            f"{words.levels[level]} {words.score(cell.legs[leg], rough=cell.size == 'small')}"
            for level, cell in shown.items()
        )
        for leg in LEGS
    )
    return drawing("levels", width, bottom + 26, parts, title=title, told=f"{told}.", ident=ident)


def _printed(shown: Levels) -> Iterator[int]:
    """Every number that the axis must hold."""
    for cell in shown.values():
        for estimate in cell.legs.values():
            yield from (estimate.value, *(interval(estimate) or ()))


def _legend(shown: Levels, words: Words, left: float, column: float) -> str:
    parts = []
    for i, (level, cell) in enumerate(shown.items()):
        x = left + column * i
        name = words.levels[level]
        if cell.size == "small" and column > 100:
            name = f"{name} ({words.people(cell)})"
        parts += [_mark(level, x, 12), text(x + 14, 17, name, ink="ink2", size=14)]
    return "".join(parts)


def _row_names(leg: Leg, words: Words, gap: Gap | None, y: float, width: float) -> str:
    names = mark(leg, 10, y - 5, 7) + text(24, y, words.legs[leg], size=16, bold=True)
    if gap is None:
        return names
    size, word = gap
    if width == SLIM:
        said = f"{size}, {word}" if word else size
        return names + text(width - 2, y, said, size=14, anchor="end")
    names += text(width - 2, y - 5 if word else y, size, size=16, anchor="end", bold=True)
    return names + (text(width - 2, y + 14, word, ink="ink2", size=14, anchor="end") if word else "")


def _marks(shown: Levels, leg: Leg, x: Axis, y: float, width: float) -> Iterator[str]:
    """Marks of one leg joined by a line, numbers above, intervals below."""
    estimates = [cell.legs[leg] for cell in shown.values()]
    places = [x(estimate.value) for estimate in estimates]
    yield line([(min(places), y), (max(places), y)], "ch-link", EDGE, 3)
    for level, at in zip(shown, places, strict=True):
        yield _mark(level, at, y)
    numbers = [signed(estimate.value) for estimate in estimates]
    widths = [text_width(number, 15, bold=True) + 6 for number in numbers]
    for number, at, wide in zip(numbers, apart(places, widths, 0, width), widths, strict=True):
        yield rect(at - wide / 2, y - 25, wide, 15, "ch-under", PAPER)  # so that no line runs through it
        yield text(at, y - 13, number, size=15, anchor="middle", bold=True)
    for depth, (estimate, cell) in enumerate(zip(estimates, shown.values(), strict=True)):
        yield _interval(estimate, x, y + 13 + 5 * depth, dashed=cell.size == "small")


def _interval(estimate: Estimate, x: Axis, y: float, *, dashed: bool) -> str:
    ends = interval(estimate)
    if ends is None:
        return ""
    dashes = {"stroke_dasharray": "4 3"} if dashed else {}
    return line([(x(end), y) for end in ends], "ch-iv2", INK_3, 2, **dashes)


def _mark(level: CellLevel, x: float, y: float) -> str:
    """The front line filled, managers a tick, the board hollow."""
    if level == "M":
        return line([(x, y - 8), (x, y + 8)], "ch-m", INK, 4)
    if level == "T":
        return (
            f'<circle class="ch-t" cx="{x:.1f}" cy="{y:.1f}" r="6.5" fill="{PAPER}" stroke="{INK}" '
            'stroke-width="2.5"/>'
        )
    return (
        f'<circle class="ch-f" cx="{x:.1f}" cy="{y:.1f}" r="7.5" fill="{INK}" stroke="{PAPER}" '
        'stroke-width="2"/>'
    )
