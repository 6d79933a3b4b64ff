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


def tapered_leg(scene: Scene, leg: Leg) -> str:
    """One leg with its shaded side."""
    (x1, y1), (x0, y0) = leg_ends(scene, leg)
    top, foot = 0.040 * scene.scale, 0.026 * scene.scale

    def side(up: float, across: float) -> Point:
        half = foot + (top - foot) * up
        return x0 + (x1 - x0) * up + across * half, y0 + (y1 - y0) * up

    def under(across: float) -> Point:
        return x0 + foot * across, y0 + foot * 0.42

    outline = [side(1, -1), side(1, 1), side(0, 1), under(0.5), under(-0.5), side(0, -1)]
    shade = [side(1, 0.25), side(1, 1), side(0, 1), under(0.5), under(0.2), side(0, 0.25)]
    return shape(outline, leg_class(leg), LEG_COLOURS[leg]) + shape(
        shade, "st-shade", "#000", fill_opacity=".16"
    )


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
        parts.append(shape(_hull(lower + upper), "st-band", BAND, fill_opacity=".30"))
    parts.append(shape(_hull(top + under), "st-side st-line", SIDE, **edge))
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


def _hull(points: Sequence[Point]) -> list[Point]:
    """Convex outline of the points (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    halves: list[list[Point]] = []
    for run in (ordered, ordered[::-1]):
        half: list[Point] = []
        for x, y in run:
            while len(half) > 1 and (half[-1][0] - half[-2][0]) * (y - half[-2][1]) <= (
                half[-1][1] - half[-2][1]
            ) * (x - half[-2][0]):
                half.pop()
            half.append((x, y))
        halves.append(half[:-1])
    return halves[0] + halves[1]
