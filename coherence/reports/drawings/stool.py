"""The three-legged stool: a turned seat that really lies in the plane through three leg tops."""

from __future__ import annotations

import math
from typing import Final, Literal

from coherence.reports.drawings.scene import LEG_TOP, Scene
from coherence.reports.drawings.stool_parts import ball, floor, ruler, seat, tapered_leg
from coherence.reports.drawings.svg import badge, drawing, mark, text, text_width
from coherence.reports.drawings.words import Words
from coherence.reports.points import interval, signed
from scoring.released import ReleasedCell
from scoring.stool import LegScores, seat_plane
from scoring.vocabulary import LEGS, Leg

Size = Literal["full", "small"]

LEFT_TO_RIGHT: Final = (Leg.R, Leg.D, Leg.B)
_PLACES: Final = (66, 212, 358)
"""Middles of the legs' names and numbers."""

UNKNOWN_HALF_INTERVAL: Final = 30.0
"""Points; half the grey band where no interval is printed."""

WIDEST_BAND: Final = 0.16


def stool_svg(
    cell: ReleasedCell, words: Words, *, title: str, size: Size = "full", ident: str = "stool"
) -> str:
    """Draw the stool of one released cell.

    Height is the seat, slope the imbalance without its noise, the ball the verdict, a grey band "cannot
    be said", a dashed outline a small group, a striped leg that views of it differ widely. Small drawings
    leave intervals out: these then stand beside it.

    title: the verdict in words; ident: unique in the page.
    """
    full, rough = size == "full", cell.size == "small"
    scene = scene_of(cell, *((212, 356, 254) if full else (180, 296, 205)))
    if full:
        numbers = _legs_below(cell, words) + ruler(
            scene, 462, cell.seat, words.span(cell.seat, rough=rough), words.seat
        )
        numbers += _slope(scene, words)
    else:
        numbers = _legs_in_short(cell, words) + text(
            180, 36, signed(cell.seat.value), size=40, anchor="middle", bold=True
        )
    if rough:
        numbers += badge(*((14, 20) if full else (236, 24)), words.people(cell), 17)
    told = "; ".join(
        [
            f"{words.seat} {words.score(cell.seat, rough=rough)}",
            *(_leg_told(cell, leg, words) for leg in LEGS),
        ]
    )
    width, height = (600, 530) if full else (360, 436)
    parts = (floor(scene), _furniture(scene, cell), numbers)
    return drawing(f"stool stool-{size}", width, height, parts, title=title, told=f"{told}.", ident=ident)


def divided_legs(cell: ReleasedCell) -> tuple[Leg, ...]:
    """The legs that people of the cell see so differently that their mean describes few (method 3.10)."""
    agreement = {} if cell.finer is None else cell.finer.agreement
    return tuple(leg for leg in LEGS if leg in agreement and agreement[leg].word == "divided")


def scene_of(cell: ReleasedCell, x: float, y: float, scale: float) -> Scene:
    """The scene of a cell's stool: its plane, less the slope that is only noise."""
    legs = LegScores(*(cell.legs[leg].value for leg in LEGS))
    true_spread = (cell.stool.imbalance or 0) / math.sqrt(3)
    keep = min(1.0, true_spread / legs.spread) if legs.spread else 0.0
    return Scene(seat_plane(legs), keep, x, y, scale)


def _furniture(scene: Scene, cell: ReleasedCell) -> str:
    """Legs, seat and ball, the nearer over the farther."""
    verdict = cell.stool.verdict
    unsure = verdict is None or verdict == "cannot be said"
    divided = divided_legs(cell)
    legs = "".join(tapered_leg(scene, leg, striped=leg in divided) for leg in LEGS)
    top = seat(
        scene,
        dashed=unsure or cell.size == "small",
        half_band=_half_band(cell) if unsure else None,
    )
    carried = "" if verdict is None or unsure else ball(scene, verdict)
    if not scene.from_above:
        return carried + top + legs
    behind = verdict == "falling" and scene.slope_y < 0
    return carried + legs + top if behind else legs + top + carried


def _half_band(cell: ReleasedCell) -> float:
    """Half the height in which the seat may lie, from the widest interval of a leg."""
    ends = [span for leg in LEGS if (span := interval(cell.legs[leg]))]
    widest = max(((high - low) / 2 for low, high in ends), default=UNKNOWN_HALF_INTERVAL)
    return min(WIDEST_BAND, 3 * LEG_TOP * widest / 400)


def _legs_below(cell: ReleasedCell, words: Words) -> str:
    rough = cell.size == "small"
    parts = []
    for leg, x in zip(LEFT_TO_RIGHT, _PLACES, strict=True):
        name, estimate = words.legs[leg], cell.legs[leg]
        parts.append(mark(leg, x - text_width(name, 18) / 2 - 8, 435, 6))
        parts.append(text(x + 4, 440, name, size=18, anchor="middle", bold=True))
        parts.append(text(x, 469, signed(estimate.value), size=26, anchor="middle", bold=True))
        parts.append(text(x, 490, words.span(estimate, rough=rough), ink="ink2", size=17, anchor="middle"))
    for leg in divided_legs(cell):
        x = _PLACES[LEFT_TO_RIGHT.index(leg)]
        parts.append(text(x, 508, words.views_differ, ink="ink2", size=15, anchor="middle"))
    return "".join(parts)


def _leg_told(cell: ReleasedCell, leg: Leg, words: Words) -> str:
    told = f"{words.legs[leg]} {words.score(cell.legs[leg], rough=cell.size == 'small')}"
    return f"{told}, {words.views_differ}" if leg in divided_legs(cell) else told


def _legs_in_short(cell: ReleasedCell, words: Words) -> str:
    parts = []
    for leg, x in zip(LEFT_TO_RIGHT, (60, 180, 300), strict=True):
        value = signed(cell.legs[leg].value)
        parts.append(mark(leg, x - len(value) * 8.5 - 9, 380, 8))
        parts.append(text(x + 5, 391, value, size=32, anchor="middle", bold=True))
        parts.append(text(x, 418, words.legs[leg], ink="ink2", size=20, anchor="middle"))
    return "".join(parts)


def _slope(scene: Scene, words: Words) -> str:
    if not math.hypot(scene.slope_x, scene.slope_y):
        return ""
    factor = f"{scene.factor:.1f}".removesuffix(".0")
    return text(596, 524, words.slope.format(factor), ink="ink3", size=17, anchor="end")
