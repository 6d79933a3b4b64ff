"""The three legs of several groups, a row each, on a common axis: how far saying and doing stand apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.axis import Axis, apart, common_axis, place
from coherence.reports.drawings.svg import (
    EDGE,
    LEG_COLOURS,
    LINE,
    PAPER,
    SLIM,
    WIDE,
    drawing,
    leg_class,
    line,
    lines,
    mark,
    rect,
    text,
    text_width,
)
from coherence.reports.drawings.words import Words
from coherence.reports.points import interval, signed
from scoring.released import ReleasedCell
from scoring.vocabulary import LEGS

_TOP: Final = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its name, its legs, and what stands at the right, a size and its word."""

    name: str
    cell: ReleasedCell
    size: str
    word: str


def leg_spread(
    rows: Sequence[Row], words: Words, *, title: str, width: int = WIDE, ident: str = "legs"
) -> str:
    """Draw the rows: marks of the legs with their numbers above and intervals below; never joined."""
    slim = width == SLIM
    left, right, row = (18, 22, 96) if slim else (200, 150, 62)
    estimates = [one.cell.legs[leg] for one in rows for leg in LEGS]
    low, high = common_axis(
        number for estimate in estimates for number in (estimate.value, *(interval(estimate) or ()))
    )
    x = place(low, high, left, width - right)
    bottom = _TOP + row * len(rows)
    tops = [_TOP + row * i for i in range(len(rows))]
    stretches = [(top + 30, top + row) for top in tops] if slim else [(_TOP - 8, bottom)]
    ticks = range(low, high + 1, 50)
    parts = [*_legend(words, 12 if slim else left, 112 if slim else 150)]
    parts.append(
        lines([((x(t), a), (x(t), b)) for t in ticks if t for a, b in stretches], "ch-grid", LINE, 1.0)
    )
    parts.append(lines([((x(0), a), (x(0), b)) for a, b in stretches], "ch-zero", EDGE, 1.5))
    for points in ticks:
        if not slim or points % 100 == 0:
            parts.append(text(x(points), bottom + 18, signed(points), ink="ink3", size=13, anchor="middle"))
    for one, top in zip(rows, tops, strict=True):
        y = top + (56 if slim else 30)
        parts += _names(one, top + 20 if slim else y + 5, width)
        parts += _marks(one, x, y, width)
    told = "; ".join(
        f"{one.name}: "
        + ", ".join(
            f"{words.legs[leg]} {words.score(one.cell.legs[leg], rough=one.cell.size == 'small')}"
            for leg in LEGS
        )
        for one in rows
    )
    return drawing("leg-spread", width, bottom + 26, parts, title=title, told=f"{told}.", ident=ident)


def _legend(words: Words, left: float, column: float) -> Iterator[str]:
    for i, leg in enumerate(LEGS):
        yield mark(leg, left + column * i, 11, 6)
        yield text(left + column * i + 12, 16, words.legs[leg], ink="ink2", size=14)


def _names(one: Row, y: float, width: float) -> Iterator[str]:
    yield text(0, y, one.name, size=15, bold=True)
    if width == SLIM:
        said = f"{one.size}, {one.word}" if one.word else one.size
        yield text(width - 2, y, said, size=14, anchor="end")
        return
    yield text(width - 2, y - 5 if one.word else y, one.size, size=16, anchor="end", bold=True)
    if one.word:
        yield text(width - 2, y + 14, one.word, ink="ink2", size=14, anchor="end")


def _marks(one: Row, x: Axis, y: float, width: float) -> Iterator[str]:
    places = [x(one.cell.legs[leg].value) for leg in LEGS]
    numbers = [signed(one.cell.legs[leg].value) for leg in LEGS]
    widths = [text_width(number, 15, bold=True) + 6 for number in numbers]
    for number, at, wide in zip(numbers, apart(places, widths, 0, width), widths, strict=True):
        yield rect(at - wide / 2, y - 25, wide, 15, "ch-under", PAPER)
        yield text(at, y - 13, number, size=15, anchor="middle", bold=True)
    for leg, at in zip(LEGS, places, strict=True):
        yield mark(leg, at, y, 7)
    for depth, leg in enumerate(LEGS):
        if ends := interval(one.cell.legs[leg]):
            dashes = {"stroke_dasharray": "4 3"} if one.cell.size == "small" else {}
            at = y + 13 + 5 * depth
            yield line(
                [(x(end), at) for end in ends], f"{leg_class(leg)}-line", LEG_COLOURS[leg], 2, **dashes
            )
