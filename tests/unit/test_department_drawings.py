"""The stool of a department: striped legs, and a seat whose side follows its rim."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from fixtures_ledgers import a_cell, a_ledger

from coherence.reports.drawings.stool import Size, stool_svg
from coherence.reports.wording import wording
from scoring.released import ReleasedCell
from scoring.released_figures import FinerFigures, LegAgreement
from scoring.vocabulary import Leg

WORDS = wording(a_ledger(), "en").words
Points = list[tuple[float, float]]


def shapes(svg: str, cls: str) -> list[Points]:
    """Corners of every path of a class."""
    found = [one.get("d", "") for one in ET.fromstring(svg).iter() if one.get("class") == cls]
    pairs = [re.findall(r"(-?[\d.]+) (-?[\d.]+)", path) for path in found]
    return [[(float(x), float(y)) for x, y in corners] for corners in pairs if corners]


def a_divided(*legs: Leg) -> ReleasedCell:
    agreement = {
        leg: LegAgreement(0.2, 0.95, "divided") if leg in legs else LegAgreement(0.5, 0.8, "good agreement")
        for leg in Leg
    }
    return replace(a_cell("Acme", "Mill"), finer=FinerFigures(("label",), agreement))


@pytest.mark.parametrize("size", ["full", "small"])
def test_only_the_leg_that_people_see_differently_is_striped(size: Size) -> None:
    calm, divided = (stool_svg(cell, WORDS, title="x", size=size) for cell in (a_divided(), a_divided(Leg.R)))
    assert len(shapes(divided, "st-r")) > len(shapes(calm, "st-r")) + 4
    assert len(shapes(divided, "st-b")) == len(shapes(calm, "st-b"))
    assert "Resources −4 (−11 to +3), views differ widely" in divided
    assert "views differ widely" not in calm


def test_the_words_stand_below_the_striped_leg() -> None:
    svg = stool_svg(a_divided(Leg.D, Leg.B), WORDS, title="x")
    words = [one for one in ET.fromstring(svg).iter() if one.text == "views differ widely"]
    assert [one.get("x") for one in words] == ["212.0", "358.0"]


@pytest.mark.parametrize("legs", [(0, 0, 0), (90, -60, 20), (-150, 120, 160), (160, 150, -120)])
def test_the_side_of_the_seat_is_a_convex_outline_around_its_rim(legs: tuple[int, int, int]) -> None:
    svg = stool_svg(a_cell("Acme", legs=legs, verdict="falling"), WORDS, title="x")
    (side,), (rim,) = shapes(svg, "st-side st-line"), shapes(svg, "st-seat st-line")
    turns = [
        (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1)
        for (x0, y0), (x1, y1), (x2, y2) in zip(side, side[1:] + side[:1], side[2:] + side[:2], strict=True)
    ]
    way = 1 if sum(turns) > 0 else -1
    assert min(turn * way for turn in turns) > -1.0  # corners are rounded to a tenth
    for x, y in rim:
        for (x0, y0), (x1, y1) in zip(side, side[1:] + side[:1], strict=True):
            length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
            assert way * ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length > -0.3
