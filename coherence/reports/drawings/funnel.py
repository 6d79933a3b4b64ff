"""Where a promise gets lost: three bars from the left, each as long as its share of all people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.reports.drawings.svg import EDGE, INK_2, LINE, SLIM, WIDE, drawing, line, mark, rect, text
from scoring.vocabulary import Leg

_ROW: Final = 66
_BETWEEN: Final = 46
_THICK: Final = 34


@dataclass(frozen=True, slots=True)
class Stage:
    """One bar: its leg and name, and its length in percent of all people; None where it is not known.

    printed: the number at its end. kept: what stands above it, of how many of the bar before.
    """

    leg: Leg
    name: str
    percent: float | None
    printed: str
    kept: str = ""


def funnel(
    stages: Sequence[Stage], *, title: str, told: str, width: int = WIDE, ident: str = "funnel"
) -> str:
    """Draw the stages from above; a stage that is not known has its words and no bar."""
    slim = width == SLIM
    left, right = (8, 300) if slim else (190, 780)
    y = 6.0
    parts: list[str] = []
    for position, stage in enumerate(stages):
        if position:
            parts += _between(stage, left, y, slim=slim)
            y += _BETWEEN
        parts += _bar(stage, left, right, y, slim=slim)
        y += _ROW if slim else _THICK + 10
    return drawing("funnel", width, y + 4, parts, title=title, told=told, ident=ident)


def _bar(stage: Stage, left: float, right: float, y: float, *, slim: bool) -> Iterator[str]:
    bar = y + (24 if slim else 0)
    named = y + 16 if slim else bar + 22
    yield mark(stage.leg, 14 if slim else 10, named - 5, 7)
    yield text(28 if slim else 24, named, stage.name, size=16, bold=True)
    yield rect(left, bar, right - left, _THICK, "ch-rest", LINE, fill_opacity=".55", rx="3")
    if stage.percent is None:
        yield text(left + 10, bar + 22, stage.printed, ink="ink2", size=14)
        return
    long = (right - left) * stage.percent / 100
    yield rect(left, bar, max(long, 2), _THICK, "ch-bar", INK_2, rx="3")
    yield text(right + 10, bar + 23, stage.printed, size=17, bold=True)


def _between(stage: Stage, left: float, y: float, *, slim: bool) -> Iterator[str]:
    """An arrow down, and the share that is kept on the way."""
    x = left + 16
    top, tip = y + (-6 if slim else 2), y + (16 if slim else 26)
    yield line([(x, top), (x, tip)], "ch-link", EDGE, 2)
    yield line([(x - 5, tip - 6), (x, tip), (x + 5, tip - 6)], "ch-link", EDGE, 2)
    yield text(x + 16, top + 16, stage.kept, ink="ink2", size=14)
