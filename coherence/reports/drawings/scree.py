"""The scree: eigenvalues of the answers beside those that chance alone gives (method 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.axis import place
from coherence.reports.drawings.svg import EDGE, INK, LINE, PAPER, Point, drawing, line, lines, text
from scoring.released_structure import ShownEigenvalue

COLUMN: Final = 470

MOST_DRAWN: Final = 17
"""Beyond as many factors as there are facets the line only falls on."""

_LEFT, _TOP, _BOTTOM = 34.0, 54.0, 274.0


@dataclass(frozen=True, slots=True)
class ScreeWords:
    """kept: the eigenvalues above chance, in words; chance: what the dashed line is."""

    kept: str
    chance: str


def scree(
    eigenvalues: Sequence[ShownEigenvalue],
    kept: int,
    words: ScreeWords,
    *,
    title: str,
    width: int = COLUMN,
    ident: str = "scree",
) -> str:
    """Draw the first eigenvalues, largest first; those that are kept are filled.

    eigenvalues: at least one. kept: how many lie above chance. title: the finding in words.
    """
    shown = eigenvalues[:MOST_DRAWN]
    right = width - 14
    highest = max(1, math.ceil(max(max(one.observed, one.by_chance) for one in shown)))
    across = place(1, max(2, len(shown)), _LEFT + 8, right)
    down = place(0, highest, _BOTTOM, _TOP)
    tick = next((step for step in (1, 2, 5, 10) if highest / step <= 6), 20)
    heights = range(tick, highest + 1, tick)
    parts = [
        _point((8, 9), filled=True),
        text(20, 14, words.kept, ink="ink2", size=13),
        line([(2, 31), (14, 31)], "ch-zero", EDGE, 1.5, stroke_dasharray="5 4"),
        text(20, 36, words.chance, ink="ink2", size=13),
        lines([((_LEFT, down(at)), (right, down(at))) for at in heights], "ch-grid", LINE, 1),
        line([(_LEFT, _BOTTOM), (right, _BOTTOM)], "ch-zero", EDGE, 1.5),
    ]
    for at in (0, *heights):
        parts.append(text(_LEFT - 10, down(at) + 5, str(at), ink="ink3", size=13, anchor="end"))
    for number in range(1, len(shown) + 1, 2):
        parts.append(text(across(number), _BOTTOM + 20, str(number), ink="ink3", size=13, anchor="middle"))
    chance = [(across(i), down(one.by_chance)) for i, one in enumerate(shown, 1)]
    observed = [(across(i), down(one.observed)) for i, one in enumerate(shown, 1)]
    parts.append(line(chance, "ch-zero", EDGE, 1.5, stroke_dasharray="5 4"))
    parts.append(line(observed, "ch-m", INK, 1.5))
    parts += [_point(at, filled=i < kept) for i, at in enumerate(observed)]
    told = "; ".join(f"{i}: {one.observed:.2f} ({one.by_chance:.2f})" for i, one in enumerate(shown, 1))
    return drawing("scree", width, _BOTTOM + 28, parts, title=title, told=f"{told}.", ident=ident)


def _point(at: Point, *, filled: bool) -> str:
    cls, fill = ("ch-f", INK) if filled else ("ch-t", PAPER)
    return (
        f'<circle class="{cls}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="5" fill="{fill}" stroke="{INK}" '
        'stroke-width="1.5"/>'
    )
