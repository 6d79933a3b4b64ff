"""Our own drawings on a PDF page: the few SVG elements that coherence.reports.drawings writes.

A general SVG reader took half of the time of a report with many departments; shapes are written as the
page's own operators. Anything that our drawings do not use is refused, so that no mark is ever lost
silently (docs/decisions/0005).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD
from coherence.reports.pdf_text import colour, width_of

_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
_UNSEEN: Final = frozenset({"title", "desc"})
_PATH: Final = re.compile(r"([MLZ])([^MLZ]*)")
_DRAWN_PATH: Final = re.compile(r"(?:[ML][-\d. ]+|Z)*")
_STYLE: Final = frozenset(
    {"class", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"}
)
_GEOMETRY: Final = {
    "path": {"d"},
    "rect": {"x", "y", "width", "height", "rx"},
    "circle": {"cx", "cy", "r"},
    "ellipse": {"cx", "cy", "rx", "ry"},
    "text": {"x", "y", "font-size", "font-weight", "text-anchor"},
}
_FONTS: Final = {"400": REGULAR, "600": SEMIBOLD}
_JOINS: Final = {"miter": 0, "round": 1, "bevel": 2}
_PATH_OPERATORS: Final = {"M": "m", "L": "l", "Z": "h"}
_PAINTING: Final = {(False, False): "n", (True, False): "S", (False, True): "f", (True, True): "B"}
_KAPPA: Final = 0.5523
"""How far the handles of a curve lie that follows a quarter of a circle."""

Attributes = Mapping[str, str]
Shape = Callable[[Attributes], Iterator[str]]


class UnknownDrawing(ValueError):
    """A drawing holds an element or attribute that is not drawn on paper."""


class Drawing:
    """A parsed drawing; width and height in its own units.

    Raises:
        UnknownDrawing: it holds anything but what our drawings use.
    """

    def __init__(self, svg: str) -> None:
        root = ElementTree.fromstring(svg)
        *_, width, height = (float(number) for number in root.attrib["viewBox"].split())
        self.width, self.height = width, height
        self._marks = [
            (element.tag.removeprefix(_NAMESPACE), element.attrib, element.text or "")
            for element in root
            if element.tag.removeprefix(_NAMESPACE) not in _UNSEEN
        ]
        for kind, attributes, _ in self._marks:
            unknown = attributes.keys() - _STYLE - _GEOMETRY.get(kind, set())
            if kind not in _GEOMETRY or unknown:
                raise UnknownDrawing(
                    f"a drawing holds {kind} with {', '.join(sorted(unknown)) or 'children'}"
                )
            if kind == "path" and not _DRAWN_PATH.fullmatch(attributes["d"]):
                raise UnknownDrawing(f"a path may hold M, L and Z only: {attributes['d'][:40]}")

    def draw(self, canvas: Any, scale: float) -> None:
        """Draw with the lower left corner at the origin."""
        canvas.saveState()
        canvas.transform(scale, 0, 0, -scale, 0, self.height * scale)
        for kind, attributes, text in self._marks:
            if kind == "text":
                _write(canvas, attributes, text)
            else:
                _paint(canvas, attributes, _SHAPES[kind])
        canvas.restoreState()


def _paint(canvas: Any, attributes: Attributes, shape: Shape) -> None:
    """Write a shape with its colours and lines, which end with it."""
    fill, stroke = attributes.get("fill", "#000"), attributes.get("stroke", "none")
    filled, stroked = fill != "none", stroke != "none"
    opacity = float(attributes.get("fill-opacity", "1"))
    if opacity != 1:
        canvas.saveState()
        canvas.setFillAlpha(opacity)
    written = ["q"]
    if filled:
        written.append(f"{_ink(fill)} rg")
    if stroked:
        written.append(f"{_ink(stroke)} RG {float(attributes.get('stroke-width', '1')):.3g} w")
        if dashes := attributes.get("stroke-dasharray"):
            written.append(f"[{dashes.replace(',', ' ')}] 0 d")
        if join := _JOINS[attributes.get("stroke-linejoin", "miter")]:
            written.append(f"{join} j")
    written += shape(attributes)
    written += (_PAINTING[stroked, filled], "Q")
    canvas.addLiteral(" ".join(written))
    if opacity != 1:
        canvas.restoreState()


def _ink(written: str) -> str:
    return " ".join(f"{part:.4g}" for part in colour(written).rgb())


def _numbers(attributes: Attributes, *names: str) -> list[float]:
    return [float(attributes.get(name, "0")) for name in names]


def _path(attributes: Attributes) -> Iterator[str]:
    for command, places in _PATH.findall(attributes["d"]):
        yield f"{places.strip()} {_PATH_OPERATORS[command]}"


def _rect(attributes: Attributes) -> Iterator[str]:
    x, y, width, height, radius = _numbers(attributes, "x", "y", "width", "height", "rx")
    radius = min(radius, width / 2, height / 2)
    if radius <= 0:
        yield f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
        return
    right, bottom = x + width, y + height
    yield f"{x + radius:.2f} {y:.2f} m {right - radius:.2f} {y:.2f} l"
    yield _quarter(right - radius, y, right, y + radius, across=True)
    yield f"{right:.2f} {bottom - radius:.2f} l"
    yield _quarter(right, bottom - radius, right - radius, bottom, across=False)
    yield f"{x + radius:.2f} {bottom:.2f} l"
    yield _quarter(x + radius, bottom, x, bottom - radius, across=True)
    yield f"{x:.2f} {y + radius:.2f} l"
    yield f"{_quarter(x, y + radius, x + radius, y, across=False)} h"


def _circle(attributes: Attributes) -> Iterator[str]:
    x, y, radius = _numbers(attributes, "cx", "cy", "r")
    return _oval(x, y, radius, radius)


def _ellipse(attributes: Attributes) -> Iterator[str]:
    return _oval(*_numbers(attributes, "cx", "cy", "rx", "ry"))


def _oval(x: float, y: float, rx: float, ry: float) -> Iterator[str]:
    yield f"{x + rx:.2f} {y:.2f} m"
    yield _quarter(x + rx, y, x, y + ry, across=False)
    yield _quarter(x, y + ry, x - rx, y, across=True)
    yield _quarter(x - rx, y, x, y - ry, across=False)
    yield f"{_quarter(x, y - ry, x + rx, y, across=True)} h"


def _quarter(x: float, y: float, to_x: float, to_y: float, *, across: bool) -> str:
    """A quarter of an ellipse from one point to another; across: it leaves the first one sideways."""
    reach_x, reach_y = _KAPPA * (to_x - x), _KAPPA * (to_y - y)
    handles = (x + reach_x, y, to_x, to_y - reach_y) if across else (x, y + reach_y, to_x - reach_x, to_y)
    return " ".join(f"{place:.2f}" for place in (*handles, to_x, to_y)) + " c"


def _write(canvas: Any, attributes: Attributes, text: str) -> None:
    x, y, size = _numbers(attributes, "x", "y", "font-size")
    font = _FONTS[attributes.get("font-weight", "400")]
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[attributes.get("text-anchor", "start")]
    letters = canvas.beginText()
    letters.setFont(font, size)
    letters.setFillColorRGB(*colour(attributes.get("fill", "#000")).rgb())
    # The page is mirrored here, so that y runs downwards as in SVG; letters are mirrored back.
    letters.setTextTransform(1, 0, 0, -1, x - share * width_of(text, font, size), y)
    letters.textOut(text)
    canvas.drawText(letters)


_SHAPES: Final[Mapping[str, Shape]] = {"path": _path, "rect": _rect, "circle": _circle, "ellipse": _ellipse}
