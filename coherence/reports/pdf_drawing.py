"""Our own drawings on a PDF page: the few SVG elements that coherence.reports.drawings writes.

A general SVG reader took half of the time of a report with many departments. Anything that our
drawings do not use is refused, so that no mark is ever lost silently (docs/decisions/0005).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from coherence.reports.pdf_fonts import REGULAR, SEMIBOLD

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

Attributes = Mapping[str, str]


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
            _DRAW[kind](canvas, attributes, text)
        canvas.restoreState()


def _styled(canvas: Any, attributes: Attributes) -> tuple[int, int]:
    """Set colours and lines; whether to stroke and to fill."""
    fill, stroke = attributes.get("fill", "#000"), attributes.get("stroke", "none")
    if fill != "none":
        canvas.setFillColor(_colour(fill), alpha=float(attributes.get("fill-opacity", "1")))
    if stroke != "none":
        canvas.setStrokeColor(_colour(stroke))
        canvas.setLineWidth(float(attributes.get("stroke-width", "1")))
        canvas.setDash([float(length) for length in attributes.get("stroke-dasharray", "").split()])
        canvas.setLineJoin(_JOINS[attributes.get("stroke-linejoin", "miter")])
    return int(stroke != "none"), int(fill != "none")


def _colour(written: str) -> Color:
    short = len(written) == 4
    return HexColor("#" + "".join(2 * digit for digit in written[1:]) if short else written)


def _numbers(attributes: Attributes, *names: str) -> list[float]:
    return [float(attributes.get(name, "0")) for name in names]


def _path(canvas: Any, attributes: Attributes, _: str) -> None:
    stroke, fill = _styled(canvas, attributes)
    path = canvas.beginPath()
    for command, written in _PATH.findall(attributes["d"]):
        if command == "Z":
            path.close()
        else:
            x, y = written.split()
            (path.moveTo if command == "M" else path.lineTo)(float(x), float(y))
    canvas.drawPath(path, stroke, fill)


def _rect(canvas: Any, attributes: Attributes, _: str) -> None:
    stroke, fill = _styled(canvas, attributes)
    x, y, width, height, radius = _numbers(attributes, "x", "y", "width", "height", "rx")
    if radius:
        canvas.roundRect(x, y, width, height, min(radius, width / 2, height / 2), stroke, fill)
    else:
        canvas.rect(x, y, width, height, stroke, fill)


def _circle(canvas: Any, attributes: Attributes, _: str) -> None:
    stroke, fill = _styled(canvas, attributes)
    canvas.circle(*_numbers(attributes, "cx", "cy", "r"), stroke, fill)


def _ellipse(canvas: Any, attributes: Attributes, _: str) -> None:
    stroke, fill = _styled(canvas, attributes)
    x, y, rx, ry = _numbers(attributes, "cx", "cy", "rx", "ry")
    canvas.ellipse(x - rx, y - ry, x + rx, y + ry, stroke, fill)


def _text(canvas: Any, attributes: Attributes, text: str) -> None:
    _styled(canvas, attributes)
    x, y, size = _numbers(attributes, "x", "y", "font-size")
    font = _FONTS[attributes.get("font-weight", "400")]
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[attributes.get("text-anchor", "start")]
    letters = canvas.beginText()
    letters.setFont(font, size)
    # The page is mirrored here, so that y runs downwards as in SVG; letters are mirrored back.
    letters.setTextTransform(1, 0, 0, -1, x - share * stringWidth(text, font, size), y)
    letters.textOut(text)
    canvas.drawText(letters)


_DRAW: Final[Mapping[str, Callable[[Any, Attributes, str], None]]] = {
    "path": _path,
    "rect": _rect,
    "circle": _circle,
    "ellipse": _ellipse,
    "text": _text,
}
