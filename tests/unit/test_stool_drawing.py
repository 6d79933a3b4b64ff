"""The drawings: geometry of the stool, what stands in a picture and what does not."""

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from coherence.reports.drawings import dumbbell as levels
from coherence.reports.drawings import interval_bars as bars
from coherence.reports.drawings.scale_bar import scale_bar
from coherence.reports.drawings.scene import LEG_TOP, SHORTEST_LEG
from coherence.reports.drawings.stool import Size, scene_of, stool_svg
from coherence.reports.drawings.svg import SLIM, WIDE
from coherence.reports.drawings.words import Words
from scoring.released import Estimate, ReleasedCell, Stool, Verdict
from scoring.released import Size as CellSize
from scoring.stool import ANGLES, LegScores
from scoring.vocabulary import LEGS, CellLevel, Leg

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words(
    legs={Leg.D: "Declarations", Leg.R: "Resources", Leg.B: "Behaviours"},
    levels={"all": "everybody", "staff": "front line", "M": "managers", "T": "board"},
    steps=("very low", "low", "middle", "high", "very high"),
    seat="Seat",
    interval="{} to {}",
    rough="about ±{}",
    answers="{} answers",
    slope="Slope drawn {} × steeper",
    views_differ="views differ widely",
)


GAPS = {leg: ("−399 points", "pronounced") for leg in LEGS}


def a_cell(
    d: int,
    r: int,
    b: int,
    *,
    verdict: Verdict | None = "leaning",
    imbalance: int | None = -1,
    half: int | None = 6,
    size: CellSize = "exact",
    level: CellLevel = "staff",
) -> ReleasedCell:
    """A cell with these legs; its imbalance is that of the printed legs unless another is given."""
    legs = LegScores(d, r, b)

    def estimate(value: int) -> Estimate:
        if half is None:
            return Estimate(value, None, None)
        return Estimate(value, max(-200, value - half), min(200, value + half))

    return ReleasedCell(
        unit=("Org",),
        level=level,
        members=("Org:F",),
        size=size,
        n=None if size == "small" else 40,
        n_band="5-9" if size == "small" else "40-49",
        invited=None,
        response="withheld",
        legs={leg: estimate(int(legs[leg])) for leg in LEGS},
        seat=estimate(round(legs.seat)),
        stool=Stool(1.0, round(math.sqrt(3) * legs.spread) if imbalance == -1 else imbalance, 50, verdict),
    )


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter(f"{SVG}text")]


def classes(svg: str) -> list[str]:
    return [name for element in drawn(svg).iter() for name in (element.get("class") or "").split()]


def outermost(svg: str) -> Iterator[tuple[float, float]]:
    """Every corner, end and edge of what is drawn; letters by the place where they are anchored."""
    for element in drawn(svg).iter():
        get = {name: float(value) for name, value in element.items() if re.fullmatch(r"-?[\d.]+", value)}
        if element.tag == f"{SVG}path":
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", element.get("d") or "")]
            yield from zip(numbers[::2], numbers[1::2], strict=True)
        elif element.tag in (f"{SVG}circle", f"{SVG}ellipse"):
            rx, ry = get.get("rx", get.get("r", 0)), get.get("ry", get.get("r", 0))
            yield from ((get["cx"] - rx, get["cy"] - ry), (get["cx"] + rx, get["cy"] + ry))
        elif element.tag == f"{SVG}rect":
            yield (get["x"], get["y"])
            yield (get["x"] + get["width"], get["y"] + get["height"])
        elif element.tag == f"{SVG}text":
            yield (get["x"], get["y"])


def leg_heights(cell: ReleasedCell) -> dict[Leg, float]:
    scene = scene_of(cell, 0, 0, 1)
    return {
        leg: scene.height(LEG_TOP * math.cos(angle), LEG_TOP * math.sin(angle))
        for leg, angle in ANGLES.items()
    }


@pytest.mark.parametrize("legs", [(46, 2, 14), (-18, 58, 49), (84, 76, 80), (-120, -60, -90)])
def test_leg_tops_in_the_seat_differ_as_the_scores_do(legs: tuple[int, int, int]) -> None:
    heights = leg_heights(a_cell(*legs))
    per_point = {
        (one, other): (heights[one] - heights[other]) / (legs[i] - legs[j])
        for (i, one), (j, other) in itertools.combinations(enumerate(LEGS), 2)
    }
    assert len({round(slope, 3) for slope in per_point.values()}) == 1
    assert min(per_point.values()) > 0


def test_the_seat_is_drawn_three_times_steeper_than_its_tilt() -> None:
    cell = a_cell(30, 0, -30)
    scene = scene_of(cell, 0, 0, 1)
    true = math.sqrt(2) * LegScores(30, 0, -30).spread / 400
    assert math.hypot(scene.slope_x, scene.slope_y) == pytest.approx(3 * true, rel=0.02)
    assert "Slope drawn 3 × steeper" in texts(stool_svg(cell, WORDS, title="x"))


def test_only_the_imbalance_without_noise_is_drawn() -> None:
    noisy, less = (leg_heights(a_cell(40, 0, 20, imbalance=points)) for points in (28, 14))
    assert noisy[Leg.D] - noisy[Leg.R] == pytest.approx(2 * (less[Leg.D] - less[Leg.R]), rel=0.01)


@pytest.mark.parametrize("legs", [(200, -200, 200), (-200, 200, 200), (-200, -200, 200), (200, -200, -200)])
def test_no_leg_sinks_below_the_floor(legs: tuple[int, int, int]) -> None:
    cell = a_cell(*legs, verdict="falling")
    assert min(leg_heights(cell).values()) >= SHORTEST_LEG - 1e-9
    factor = next(text for text in texts(stool_svg(cell, WORDS, title="x")) if "steeper" in text)
    assert 0 < float(factor.split()[2]) < 3


@pytest.mark.parametrize("size", ["full", "small"])
@pytest.mark.parametrize("verdict", ["stable", "leaning", "falling", "cannot be said", None])
def test_every_stool_stays_inside_its_picture(size: Size, verdict: Verdict | None) -> None:
    for legs in itertools.product((-200, 20, 200), repeat=3):
        svg = stool_svg(a_cell(*legs, verdict=verdict, half=57, size="small"), WORDS, title="x", size=size)
        _, _, width, height = map(float, drawn(svg).get("viewBox", "").split())
        for x, y in outermost(svg):
            assert -0.5 <= x <= width + 0.5, (legs, x)
            assert -0.5 <= y <= height + 0.5, (legs, y)


def test_without_intervals_the_legs_are_level_and_the_seat_is_banded() -> None:
    cell = a_cell(40, 0, 20, verdict=None, imbalance=None, half=None)
    assert len({round(height, 9) for height in leg_heights(cell).values()}) == 1
    svg = stool_svg(cell, WORDS, title="No verdict")
    assert "st-band" in classes(svg)
    assert "st-ball" not in classes(svg)
    assert not any("to" in text.split() or "steeper" in text for text in texts(svg))


@pytest.mark.parametrize(
    ("verdict", "ball", "band"),
    [("stable", 1, False), ("leaning", 1, False), ("falling", 1, False), ("cannot be said", 0, True)],
)
def test_the_verdict_decides_ball_and_band(verdict: Verdict, ball: int, band: bool) -> None:
    found = classes(stool_svg(a_cell(46, 2, 14, verdict=verdict), WORDS, title="x"))
    assert found.count("st-ball") == ball
    assert ("st-band" in found) is band


@pytest.mark.parametrize("size", ["full", "small"])
def test_a_small_group_has_a_dashed_seat_and_says_how_small_it_is(size: Size) -> None:
    small = a_cell(150, -90, 60, verdict="falling", size="small", half=57)
    svg = stool_svg(small, WORDS, title="x", size=size)
    seat = next(e for e in drawn(svg).iter() if e.get("class") == "st-seat st-line")
    assert seat.get("stroke-dasharray")
    assert "5–9 answers" in texts(svg)
    large = stool_svg(a_cell(150, -90, 60, verdict="falling"), WORDS, title="x", size=size)
    assert "stroke-dasharray" not in large
    assert not any("answers" in text for text in texts(large))


def test_numbers_stand_in_the_picture_and_in_its_description() -> None:
    svg = stool_svg(a_cell(46, -3, 14), WORDS, title="Leaning toward resources", ident="one")
    assert {"+46", "−3", "+14", "+19", "+40 to +52", "−9 to +3"} <= set(texts(svg))
    root = drawn(svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "Leaning toward resources"  # noqa: PT018
    assert description is not None and "Resources −3 (−9 to +3)" in (description.text or "")  # noqa: PT018
    assert root.get("aria-labelledby") == "one-t one-d"


def test_words_are_text_and_never_markup() -> None:
    legs = {leg: '<script>alert("1")</script>\x00' for leg in LEGS}
    words = Words(**{name: getattr(WORDS, name) for name in Words.__dataclass_fields__} | {"legs": legs})
    svg = stool_svg(a_cell(46, 2, 14), words, title="</title><b>")
    assert texts(svg).count('<script>alert("1")</script>') == 3
    assert not list(drawn(svg).iter("script"))


def test_drawings_hold_nothing_that_a_strict_content_policy_forbids() -> None:
    cell = a_cell(46, 2, 14)
    row = bars.Bar("Information", cell.seat, Leg.R, 20)
    for svg in (
        stool_svg(cell, WORDS, title="x"),
        scale_bar(cell, WORDS),
        levels.dumbbell({"staff": cell, "M": cell}, WORDS, title="x", gaps={}),
        bars.interval_bars([bars.Bars("Resources", (row,), Leg.R)], WORDS, title="x"),
    ):
        for element in drawn(svg).iter():
            assert element.tag.removeprefix(SVG) not in {"style", "script", "image", "a", "use", "filter"}
            assert not {"style", "href"} & set(element.keys())
            assert not [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118


@pytest.mark.parametrize("points", [-200, -50, 0, 11, 200])
def test_the_scale_bar_points_at_the_score_and_says_its_word(points: int) -> None:
    svg = scale_bar(a_cell(points, points, points), WORDS)
    pointer = next(e for e in drawn(svg).iter() if e.get("class") == "ch-pt")
    tip = float((pointer.get("d") or "M").removeprefix("M").split()[0])
    assert tip == pytest.approx(12 + (points + 200) / 400 * (460 - 24), abs=0.1)
    word = {-200: "very low", -50: "very low", 0: "low", 11: "middle", 200: "very high"}[points]
    assert (drawn(svg).findtext(f"{SVG}title") or "").endswith(f": {word}")


def test_a_level_that_is_not_released_leaves_no_mark() -> None:
    front, board = a_cell(10, 20, 30), a_cell(60, 70, 80, level="T")
    svg = levels.dumbbell({"staff": front, "T": board}, WORDS, title="x", gaps=GAPS)
    assert "ch-m" not in classes(svg)
    assert "managers" not in texts(svg)
    assert classes(svg).count("ch-t") == 4  # three legs and the legend
    assert texts(svg).count("−399 points") == texts(svg).count("pronounced") == 3


def test_levels_with_equal_scores_keep_their_numbers_apart() -> None:
    same = a_cell(40, 40, 40)
    svg = levels.dumbbell({"staff": same, "M": same, "T": same}, WORDS, title="x", gaps={})
    numbers = [e for e in drawn(svg).iter(f"{SVG}text") if e.text == "+40"]
    places = sorted({(float(e.get("y", 0)), float(e.get("x", 0))) for e in numbers})
    assert len(places) == 9
    for (y0, x0), (y1, x1) in itertools.pairwise(places):
        assert y0 != y1 or x1 - x0 > 25


@pytest.mark.parametrize("width", [WIDE, SLIM])
def test_a_score_without_interval_has_no_bar(width: int) -> None:
    def with_half(half: int | None) -> str:
        row = bars.Bar("Information", a_cell(5, 5, 5, half=half).seat, Leg.R)
        return bars.interval_bars([bars.Bars("", (row,))], WORDS, title="x", width=width)

    assert len(list(drawn(with_half(20)).iter(f"{SVG}rect"))) == 1
    assert not list(drawn(with_half(None)).iter(f"{SVG}rect"))
    assert "+5" in texts(with_half(None))


@pytest.mark.parametrize("width", [WIDE, SLIM])
def test_charts_stay_inside_their_pictures(width: int) -> None:
    widest = [a_cell(d, r, b, half=57) for d, r, b in ((200, -200, 0), (-200, 200, 199), (-200, -200, -200))]
    rows = tuple(bars.Bar("Information", cell.legs[leg], leg, -200) for cell in widest for leg in LEGS)
    pictures = [
        bars.interval_bars([bars.Bars("All", rows)], WORDS, title="x", compared_with="y", width=width)
    ]
    pictures.append(
        levels.dumbbell(
            dict(zip(levels.ORDER, widest, strict=True)), WORDS, title="x", gaps=GAPS, width=width
        )
    )
    pictures += [scale_bar(cell, WORDS, width=350) for cell in widest]
    for svg in pictures:
        _, _, wide, high = map(float, drawn(svg).get("viewBox", "").split())
        for x, y in outermost(svg):
            assert -1 <= x <= wide + 1
            assert -1 <= y <= high + 1
