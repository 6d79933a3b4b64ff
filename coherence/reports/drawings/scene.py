"""Where a point of the stool stands in the picture.

Heights as in method 3.8: the seat plane z = c + p x + q y is drawn at 0.25 + 0.75 c. The drawn tangent
of the tilt is three times the true one, less the part that is only noise; where a leg would sink below
the floor the factor is reduced, and the picture says so.
"""

from __future__ import annotations

import math
from typing import Final

from coherence.reports.drawings.svg import Point
from scoring.stool import ANGLES, Plane

ELEVATION: Final = math.radians(20)
LEG_TOP: Final = 0.41
LEG_FOOT: Final = 0.54
SEAT_RADIUS: Final = 0.56
THICKNESS: Final = 0.06
"""Lengths in units of the longest leg."""

EXAGGERATION: Final = 3.0
SHORTEST_LEG: Final = 0.13
STEEPEST: Final = 0.9
"""Drawn tangent; beyond it the disc would no longer reach its own leg tops."""

_TURNS: Final = tuple((math.cos(math.tau * i / 72), math.sin(math.tau * i / 72)) for i in range(72))


def drawn_height(points: float) -> float:
    """Height of the seat's middle in the picture, 0.25 to 1.

    >>> drawn_height(-200), drawn_height(200)
    (0.25, 1.0)
    """
    return 0.25 + 0.75 * (points + 200) / 400


class Scene:
    """Parallel projection from 20 degrees above the floor, and the seat as a disc in its plane.

    plane: of the printed legs; keep: the share of its slope that is not noise; x, y: where the middle
    of the floor stands; scale: length of the longest leg in units of the picture.
    """

    def __init__(self, plane: Plane, keep: float, x: float, y: float, scale: float) -> None:
        self.x, self.y, self.scale = x, y, scale
        self.centre = 0.25 + 0.75 * plane.height
        slope_x, slope_y = plane.slope_x * keep, plane.slope_y * keep
        self.factor = _factor(slope_x, slope_y, self.centre)
        self.slope_x, self.slope_y = slope_x * self.factor, slope_y * self.factor
        norm = math.sqrt(1 + self.slope_x**2 + self.slope_y**2)
        self._normal = (-self.slope_x / norm, -self.slope_y / norm, 1 / norm)
        self.from_above = self.slope_y > -math.tan(ELEVATION)

    def at(self, x: float, y: float, z: float) -> Point:
        """The picture's point for a point of the room."""
        up = z * math.cos(ELEVATION) + y * math.sin(ELEVATION)
        return self.x + self.scale * x, self.y - self.scale * up

    def height(self, x: float, y: float) -> float:
        """Height of the seat above a point of the floor."""
        return self.centre + self.slope_x * x + self.slope_y * y

    def on_seat(self, x: float, y: float, lift: float = 0.0) -> Point:
        """The picture's point of the seat above (x, y), lifted along its normal."""
        nx, ny, nz = self._normal
        return self.at(x + lift * nx, y + lift * ny, self.height(x, y) + lift * nz)

    def rim(self, radius: float, lift: float = 0.0) -> list[Point]:
        """72 points of a true circle that lies in the seat's plane."""
        length = math.hypot(self.slope_x, self.slope_y)
        ux, uy = (self.slope_x / length, self.slope_y / length) if length else (1.0, 0.0)
        up = 1 / math.sqrt(1 + length**2)
        # the projection keeps parallels, so a circle is its middle and two half axes
        x0, y0 = self.on_seat(0, 0, lift)
        x1, y1 = self.on_seat(radius * up * ux, radius * up * uy, lift)
        x2, y2 = self.on_seat(-radius * uy, radius * ux, lift)
        return [
            (x0 + cos * (x1 - x0) + sin * (x2 - x0), y0 + cos * (y1 - y0) + sin * (y2 - y0))
            for cos, sin in _TURNS
        ]


def _factor(slope_x: float, slope_y: float, centre: float) -> float:
    """How many times steeper the seat is drawn."""
    slope = math.hypot(slope_x, slope_y)
    if slope == 0:
        return EXAGGERATION
    lowest = min(slope_x * math.cos(a) + slope_y * math.sin(a) for a in ANGLES.values()) * LEG_TOP
    deepest = (centre - SHORTEST_LEG) / -lowest
    return min(EXAGGERATION, deepest, STEEPEST / slope)
