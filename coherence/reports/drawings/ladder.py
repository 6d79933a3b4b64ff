"""Five levels of maturity side by side, and where facts and perceptions stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coherence.reports.drawings.svg import INK, LINE, PAPER, SLIM, WIDE, drawing, rect, text


def ladder(
    names: Sequence[str],
    places: Mapping[str, int],
    level: int | None,
    *,
    title: str,
    told: str,
    width: int = WIDE,
    ident: str = "ladder",
) -> str:
    """Draw the levels from 1.

    names: of the levels, lowest first. places: what stands on which level, in words. level: the one
    that is outlined; None for none.
    """
    slim = width == SLIM
    return drawing(
        "ladder",
        width,
        (46 * len(names) if slim else 132) + 4,
        _rows(names, places, level) if slim else _stairs(names, places, level, width),
        title=title,
        told=told,
        ident=ident,
    )


def _stairs(names: Sequence[str], places: Mapping[str, int], level: int | None, width: int) -> list[str]:
    parts: list[str] = []
    each = width / len(names)
    for number, name in enumerate(names, 1):
        left, top = each * (number - 1) + 2, 84.0 - 14 * number
        parts.append(_box(left, top, each - 6, 124 - top, chosen=number == level))
        parts.append(text(left + 10, top + 25, str(number), size=19, bold=True))
        parts.append(text(left + 28, top + 24, name, size=13, ink="ink2"))
        for line, said in enumerate(said for said, place in places.items() if place == number):
            parts.append(text(left + 10, top + 46 + 17 * line, said, size=14, bold=True))
    return parts


def _rows(names: Sequence[str], places: Mapping[str, int], level: int | None) -> list[str]:
    parts: list[str] = []
    for row, (number, name) in enumerate(reversed(list(enumerate(names, 1)))):
        top = 46.0 * row + 2
        parts.append(_box(2, top, SLIM - 4, 42, chosen=number == level))
        parts.append(text(14, top + 27, str(number), size=19, bold=True))
        said = ", ".join(said for said, place in places.items() if place == number)
        parts.append(text(34, top + (18 if said else 26), name, size=14, ink="ink2"))
        if said:
            parts.append(text(34, top + 35, said, size=14, bold=True))
    return parts


def _box(x: float, y: float, width: float, height: float, *, chosen: bool) -> str:
    edge = {"rx": "4", "stroke": INK if chosen else LINE, "stroke_width": "2" if chosen else "1"}
    return rect(
        x, y, width, height, "ch-here" if chosen else "ch-there", PAPER if chosen else "#f4f6f7", **edge
    )
