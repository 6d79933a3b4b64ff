"""Leg, seat, ball and ruler of the stool, each drawn in a scene."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from coherence.reports.drawings.scene import (
    ELEVATION,
    LEG_FOOT,
    LEG_TOP,
    SEAT_RADIUS,
    THICKNESS,
    Scene,
    drawn_height,
)
from coherence.reports.drawings.svg import (
    INK,
    INK_2,
    INK_3,
    LEG_COLOURS,
    Point,
    leg_class,
    line,
    lines,
    shape,
    text,
)
from coherence.reports.points import interval, signed
from scoring.released import Estimate, Verdict
from scoring.stool import ANGLES
from scoring.vocabulary import Leg

SEAT: Final = "#eceff2"
SIDE: Final = "#bcc6cf"
FLOOR: Final = "#edf1f3"
BAND: Final = "#8b97a1"
BALL: Final = 0.052

STRIPE: Final = 0.026
SLANT: Final = 0.033
"""Height of one stripe with its gap, and how much higher its right end lies; in lengths of a leg."""
_HALO: Final = ((2.1, ".13"), (1.55, ".16"), (1.0, ".22"))
"""Widths and shades of the soft edge of a striped leg."""


def floor(scene: Scene) -> str:
    """The floor, and the shadow under each foot."""
    x, y = scene.at(0, 0, 0)
    radius = 0.66 * scene.scale
    parts = [
        f'<ellipse class="st-floor" cx="{x:.1f}" cy="{y:.1f}" rx="{radius:.1f}" '
        f'ry="{radius * math.sin(ELEVATION):.1f}" fill="{FLOOR}"/>'
    ]
    for angle in ANGLES.values():
        foot_x, foot_y = scene.at(LEG_FOOT * math.cos(angle), LEG_FOOT * math.sin(angle), 0)
        parts.append(_shadow(foot_x + 3, foot_y + 2, 0.065 * scene.scale, 0.024 * scene.scale))
    return "".join(parts)


def leg_ends(scene: Scene, leg: Leg) -> tuple[Point, Point]:
    """Top and foot of a leg; the top lies in the seat's plane."""
    x, y = math.cos(ANGLES[leg]), math.sin(ANGLES[leg])
    top = scene.at(LEG_TOP * x, LEG_TOP * y, scene.height(LEG_TOP * x, LEG_TOP * y))
    return top, scene.at(LEG_FOOT * x, LEG_FOOT * y, 0)


def tapered_leg(scene: Scene, leg: Leg, *, striped: bool = False) -> str:
    """One leg with its shaded side; striped and with soft edges where views of it differ widely."""
    (x1, y1), (x0, y0) = leg_ends(scene, leg)
    top, foot = 0.040 * scene.scale, 0.026 * scene.scale

    def side(up: float, across: float) -> Point:
        half = foot + (top - foot) * up
        return x0 + (x1 - x0) * up + across * half, y0 + (y1 - y0) * up

    def under(across: float) -> Point:
        return x0 + foot * across, y0 + foot * 0.42 * abs(across) / 0.5

    def outline(wide: float) -> list[Point]:
        ends = [under(0.5 * wide), under(-0.5 * wide)]
        return [side(1, -wide), side(1, wide), side(0, wide), *ends, side(0, -wide)]

    cls, fill = leg_class(leg), LEG_COLOURS[leg]
    if not striped:
        shade = [side(1, 0.25), side(1, 1), side(0, 1), under(0.5), (x0 + foot * 0.2, y0 + foot * 0.42)]
        return shape(outline(1), cls, fill) + shape(
            [*shade, side(0, 0.25)], "st-shade", "#000", fill_opacity=".16"
        )
    halo = [shape(outline(wide), cls, fill, fill_opacity=shade) for wide, shade in _HALO]
    step, slant = (share * scene.scale / abs(y0 - y1) for share in (STRIPE, SLANT))
    starts = [step * number for number in range(int((1 - slant) / step) + 1)]
    stripes = [
        shape([side(at, -1.15), side(at + slant, 1.15), side(end + slant, 1.15), side(end, -1.15)], cls, fill)
        for at in starts
        if (end := min(at + 0.55 * step, 1 - slant)) > at
    ]
    return "".join([*halo, *stripes])


def seat(scene: Scene, *, dashed: bool, half_band: float | None) -> str:
    """The seat as a disc of some thickness.

    dashed: a small group or no verdict; half_band: half the height of the grey band in which the seat
    may lie, None for no band.
    """
    top, under = scene.rim(SEAT_RADIUS), scene.rim(SEAT_RADIUS, -THICKNESS)
    edge = {"stroke": INK_2, "stroke_width": "1.4", "stroke_linejoin": "round"}
    if dashed:
        edge["stroke_dasharray"] = "5 4"
    parts = []
    if half_band is not None:
        lower = scene.rim(SEAT_RADIUS * 1.03, -half_band - THICKNESS)
        upper = scene.rim(SEAT_RADIUS * 1.03, half_band)
        parts.append(shape(_swept(lower, upper), "st-band", BAND, fill_opacity=".30"))
    parts.append(shape(_swept(under, top), "st-side st-line", SIDE, **edge))
    parts.append(shape(top if scene.from_above else under, "st-seat st-line", SEAT, **edge))
    if scene.from_above:
        parts.append(shape(scene.rim(SEAT_RADIUS * 0.84), "st-ring", "none", stroke=SIDE, stroke_width="1.2"))
    if half_band is not None:
        parts.append(shape(upper, "st-band", BAND, fill_opacity=".16"))
    return "".join(parts)


def ball(scene: Scene, verdict: Verdict) -> str:
    """What the seat carries: it rests, has run to the low edge, or lies on the floor."""
    length = math.hypot(scene.slope_x, scene.slope_y) or 1
    down_x, down_y = -scene.slope_x / length, -scene.slope_y / length
    if verdict == "falling":
        far = SEAT_RADIUS + 0.12
        if down_y > 0.1:  # fell to the back: it has rolled out from behind the seat, where it can be seen
            far, side = SEAT_RADIUS + 0.04, math.radians(172 if down_x <= 0 else 8)
            down_x, down_y = math.cos(side), math.sin(side)
        x, y = scene.at(down_x * far, down_y * far, BALL)
        shadow = scene.at(down_x * far + 0.01, down_y * far, 0)
    else:
        far = 0.0 if verdict == "stable" else SEAT_RADIUS * 0.70
        x, y = scene.on_seat(down_x * far, down_y * far, BALL)
        shadow = scene.on_seat(down_x * far + 0.01, down_y * far)
    radius = BALL * scene.scale
    return (
        _shadow(*shadow, radius * 1.05, radius * 0.45, opacity=".22")
        + f'<circle class="st-ball" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{INK_2}"/>'
        f'<circle cx="{x - radius * 0.32:.1f}" cy="{y - radius * 0.36:.1f}" r="{radius * 0.26:.1f}" '
        'fill="#fff" fill-opacity=".55"/>'
    )


def ruler(scene: Scene, x: float, estimate: Estimate, span: str, name: str) -> str:
    """The scale beside the seat, with its name, its score and its interval in words."""

    def height(points: float) -> float:
        return scene.at(0, 0, drawn_height(points))[1]

    ticks = [((x, height(200)), (x, height(-200)))]
    parts = []
    for points in (200, 100, 0, -100, -200):
        named = points % 200 == 0
        width = 9 if named else 5
        ticks.append(((x - width, height(points)), (x, height(points))))
        if named:
            parts.append(
                text(x - 13, height(points) + 4.5, signed(points), ink="ink3", size=17, anchor="end")
            )
    parts.append(lines(ticks, "st-rule", INK_3, 1.2))
    here = height(estimate.value)
    if ends := interval(estimate):
        parts.append(line([(x, height(ends[0])), (x, height(ends[1]))], "st-ruled", INK, 7))
    parts.append(shape([(x + 5, here), (x + 15, here - 7), (x + 15, here + 7)], "st-ink", INK))
    middle = min(max(here, height(200) + 10), height(-200) - 6)
    parts.append(text(x + 22, middle - 21, name, ink="ink2", size=17))
    parts.append(text(x + 21, middle + 11, signed(estimate.value), size=34, bold=True))
    parts.append(text(x + 22, middle + 33, span, ink="ink2", size=17))
    return "".join(parts)


def _shadow(x: float, y: float, across: float, deep: float, opacity: str = ".16") -> str:
    return (
        f'<ellipse class="st-shadow" cx="{x:.1f}" cy="{y:.1f}" rx="{across:.1f}" ry="{deep:.1f}" '
        f'fill="#000" fill-opacity="{opacity}"/>'
    )


def _swept(start: Sequence[Point], end: Sequence[Point]) -> list[Point]:
    """Outline of a disc moved from one place to another; the points of both rims correspond.

    Where the rim faces the way of the move the outline follows the end, elsewhere the start.
    """
    across, down = end[0][0] - start[0][0], end[0][1] - start[0][1]
    facing = [
        (y2 - y1) * across - (x2 - x1) * down
        for (x1, y1), (x2, y2) in zip((start[-1], *start[:-1]), (*start[1:], start[0]), strict=True)
    ]
    (x0, y0), (x1, y1), (x2, y2) = start[0], start[len(start) // 3], start[2 * len(start) // 3]
    turn = math.copysign(1.0, (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    rims = [end if way * turn > 0 else start for way in facing]
    outline = []
    for here, (rim, before) in enumerate(zip(rims, (rims[-1], *rims[:-1]), strict=True)):
        if rim is not before:  # both rims touch the tangent at the point that is nearest to it
            nearer_here = abs(facing[here]) < abs(facing[here - 1])
            outline.append(before[here] if nearer_here else rim[here - 1])
        outline.append(rim[here])
    return outline
