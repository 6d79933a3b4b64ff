"""Pieces that every drawing is made of.

No style attribute, filter, gradient or clip path, so that one drawing works under a strict content
security policy, in the PDF and on a grey printer. The attributes carry the light palette; on a page
the style sheet recolours the classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from coherence.reports.escaping import escaped
from scoring.vocabulary import Leg

INK: Final = "#18232d"
INK_2: Final = "#455562"
INK_3: Final = "#5b6975"
LINE: Final = "#d6dbe0"
EDGE: Final = "#75828d"
PAPER: Final = "#ffffff"
LEG_COLOURS: Final = {Leg.D: "#483292", Leg.R: "#c07a1c", Leg.B: "#1a786e"}
STEP_COLOURS: Final = ("#8c3b1f", "#efc9b6", "#e6e9eb", "#b4cfe7", "#1f5688")
"""Light palette of the style sheet's tokens; steps from very low to very high."""

WIDE: Final = 880
SLIM: Final = 350
"""Widths of a drawing that fills a page, and of its twin for a phone."""

FONT: Final = "'Source Sans 3'"
"""For the PDF; a page names its own fallbacks."""

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
_INKS: Final = {"ink": INK, "ink2": INK_2, "ink3": INK_3}


def text(
    x: float,
    y: float,
    words: str,
    *,
    ink: Literal["ink", "ink2", "ink3"] = "ink",
    size: float = 14,
    anchor: Anchor = "start",
    bold: bool = False,
) -> str:
    """One line of letters with its baseline at y."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="st-{ink}" x="{x:.1f}" y="{y:.1f}" fill="{_INKS[ink]}" font-size="{size:g}"'
        f'{weight} text-anchor="{anchor}">{escaped(words)}</text>'
    )


def shape(points: Iterable[Point], cls: str, fill: str, **attributes: str) -> str:
    """A closed polygon; an underscore in an attribute's name stands for a hyphen."""
    corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="{cls}" d="M{corners}Z" fill="{fill}"{_written(attributes)}/>'


def line(points: Sequence[Point], cls: str, stroke: str, width: float, **attributes: str) -> str:
    """An open line through the points."""
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return (
        f'<path class="{cls}" d="M{way}" fill="none" stroke="{stroke}" stroke-width="{width:g}"'
        f"{_written(attributes)}/>"
    )


def rect(x: float, y: float, width: float, height: float, cls: str, fill: str, **attributes: str) -> str:
    """A rectangle by its upper left corner."""
    return (
        f'<rect class="{cls}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}"{_written(attributes)}/>'
    )


def lines(pairs: Iterable[tuple[Point, Point]], cls: str, stroke: str, width: float) -> str:
    """Separate lines of one kind, each from point to point."""
    ways = "".join(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" for (x0, y0), (x1, y1) in pairs)
    return f'<path class="{cls}" d="{ways}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def mark(leg: Leg, x: float, y: float, radius: float) -> str:
    """The leg's own mark: declarations a disc, resources a square, behaviours a triangle."""
    cls, fill = leg_class(leg), LEG_COLOURS[leg]
    if leg is Leg.D:
        return f'<circle class="{cls}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"/>'
    if leg is Leg.R:
        s = radius * 0.9
        return shape([(x - s, y - s), (x + s, y - s), (x + s, y + s), (x - s, y + s)], cls, fill)
    top, foot, half = y - 1.1 * radius, y + 0.85 * radius, 1.12 * radius
    return shape([(x, top), (x + half, foot), (x - half, foot)], cls, fill)


def leg_class(leg: Leg) -> str:
    """The class by which the style sheet fills a leg's shapes."""
    return f"st-{leg.lower()}"


def badge(x: float, y: float, words: str, size: float = 14) -> str:
    """A dashed label with its left edge at x and its middle at y."""
    width, height = text_width(words, size) + 1.6 * size, 1.7 * size
    edge = {"stroke": EDGE, "stroke_width": "1.2", "stroke_dasharray": "4 3", "rx": f"{height / 2:.1f}"}
    return rect(x, y - height / 2, width, height, "ch-badge", "none", **edge) + text(
        x + width / 2, y + 0.35 * size, words, ink="ink2", size=size, anchor="middle"
    )


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """About how wide the letters run; only to keep things apart, so no font is read for it."""
    return len(words) * size * (0.53 if bold else 0.5)


def drawing(
    cls: str, width: float, height: float, parts: Iterable[str], *, title: str, told: str, ident: str
) -> str:
    """A whole picture with its title and its values in words.

    ident: unique in the page.
    """
    return (
        f'<svg class="{cls}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" aria-labelledby="{ident}-t {ident}-d" font-family="{FONT}">'
        f'<title id="{ident}-t">{escaped(title)}</title><desc id="{ident}-d">{escaped(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
