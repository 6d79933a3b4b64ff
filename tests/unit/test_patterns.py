"""Conditions, draws and the typology, by hand-worked cases (method 4.1, 4.2)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.conditions import Condition, View, readings, rule, rule_margin
from scoring.patterns import (
    PATTERNS,
    Note,
    Support,
    full_rule,
    is_divided,
    pattern_support,
    shown_patterns,
)
from scoring.support import (
    LEG_MEANS,
    Scores,
    draw,
    prior_facet_covariance,
    square_root,
)
from scoring.vocabulary import FACETS, Leg

SURE = Support(0.95, 30.0)
PERHAPS = Support(0.60, 5.0)
ABSENT = Support(0.10, 0.5)


def level(d: float, r: float, b: float, **facets: float) -> Scores:
    """A level with these legs; each facet at its leg's score unless given."""
    legs = {"D": d, "R": r, "B": b}
    return Scores.published([d, r, b], [facets.get(facet, legs[facet[0]]) for facet in FACETS])


def holds(pattern: str, view: View) -> bool:
    return bool(rule_margin(full_rule(PATTERNS[pattern], view), view)[0] >= 0)


LEVEL_FIRM = level(25, 25, 25)


# pattern, a firm where it just holds, the same firm one point short of each threshold in turn
EDGES = {
    "P01": (
        View(level(50, 10, 25, B5=0)),
        [
            View(level(29, -11, 4, B5=0)),
            View(level(52, 11, 27, B5=0)),
            View(level(49, 10, 24, B5=0)),
            View(level(50, 10, 26, B5=0)),
            View(level(50, 10, 25, B5=-1)),
        ],
    ),
    "P02": (
        View(level(30, 30, 30, B5=0, B4=0)),
        [View(level(30, 30, 30, B5=1, B4=0)), View(level(30, 30, 30, B5=0, B4=1, B3=1))],
    ),
    "P03": (
        View(level(10, 20, 20), level(50, 20, 20)),
        [
            View(level(9, 20, 20), level(49, 20, 20)),
            View(level(11, 20, 20), level(51, 20, 20)),
            View(level(10, 20, 20), level(50, 20, 20), gaps={"D_T-D": 39.0}),
            View(level(10, 20, 20)),
        ],
    ),
    "P04": (
        View(level(20, 0, 40)),
        [View(level(20, -1, 39)), View(level(20, 11, 51)), View(level(20, 1, 40))],
    ),
    "P05": (
        View(level(5, 20, 30)),
        [
            View(level(11, 20, 36)),
            View(level(5, 19, 30)),
            View(level(4, 20, 29)),
            View(level(6, 20, 30)),
        ],
    ),
    "P06": (
        View(level(0, 0, 10), level(0, 50, 59)),
        [View(level(0, 0, 10), level(0, 49, 59)), View(level(0, 0, 10))],
    ),
    "P07": (
        View(level(0, 0, 0, B4=20), level(65, 0, 0), level(40, 0, 0)),
        [
            View(level(-20, 0, 0, B4=20), level(29, 0, 0), level(20, 0, 0)),
            View(level(0, 0, 0, B4=20), level(66, 0, 0), level(40, 0, 0)),
            View(level(1, 0, 0, B4=20), level(65, 0, 0), level(40, 0, 0)),
            View(level(0, 0, 0, B4=21), level(65, 0, 0), level(40, 0, 0)),
            View(level(0, 0, 0, B4=20), level(65, 0, 0)),
        ],
    ),
    "P08": (
        View(level(30, 30, 30, B6=20), level(80, 80, 80, B6=60)),
        [
            View(level(30, 30, 30, B6=20), level(79, 79, 79, B6=60)),
            View(level(29, 29, 29, B6=20), level(80, 80, 80, B6=60)),
            View(level(30, 30, 30, B6=21), level(80, 80, 80, B6=70)),
            View(level(30, 30, 30, B6=20), level(80, 80, 80, B6=59)),
        ],
    ),
    "P09": (
        View(level(30, 30, 30, R4=40, R3=0)),
        [
            View(level(30, 30, 30, R4=19, R3=-30)),
            View(level(30, 30, 30, R4=50, R3=1)),
            View(level(30, 30, 30, R4=39, R3=0)),
        ],
    ),
    "P10": (
        View(level(30, 30, 30, B3=0, D4=10)),
        [View(level(30, 30, 30, B3=1, D4=10)), View(level(30, 30, 30, B3=0, D4=11))],
    ),
    "P11": (
        View(level(50, 75, 60), level(75, 75, 35)),
        [
            View(level(49, 70, 60), level(60, 70, 60)),
            View(level(50, 76, 60), level(60, 76, 60)),
            View(level(50, 75, 60), level(76, 75, 60)),
            View(level(50, 75, 60), level(50, 75, 34)),
        ],
    ),
    "P12": (View(level(10, -15, 0)), [View(level(11, 0, 0)), View(level(10, -16, 0))]),
    "P14": (View(level(0, 0, 0, R4=10)), [View(level(0, 0, 0, R4=11))]),
    "P15": (
        View(level(0, 0, 0, D1=40, D5=0)),
        [
            View(level(0, 0, 0, D1=29, D5=-20)),
            View(level(0, 0, 0, D1=45, D5=1)),
            View(level(0, 0, 0, D1=39, D5=0)),
        ],
    ),
    "P16": (
        View(level(0, 0, 0, R6=-20, B1=30, B2=0)),
        [View(level(0, 0, 0, R6=-19, B1=30, B2=0)), View(level(0, 0, 0, R6=-20, B1=30, B2=1))],
    ),
}


@pytest.mark.parametrize("pattern", EDGES)
def test_a_rule_holds_at_its_thresholds_and_not_beyond(pattern: str) -> None:
    inside, outside = EDGES[pattern]
    assert holds(pattern, inside)
    assert [holds(pattern, view) for view in outside] == [False] * len(outside)


def test_every_pattern_has_its_edges_tested() -> None:
    assert set(EDGES) == set(PATTERNS)


def test_a_top_without_facets_is_judged_complacent_by_its_seat() -> None:
    staff = level(40, 40, 40, B6=0)
    assert holds("P08", View(staff, Scores.published([80, 80, 80])))
    assert not holds("P08", View(level(41, 41, 41, B6=0), Scores.published([80, 80, 80])))
    # with facets it is B6 that must differ, however high the seat
    assert not holds("P08", View(staff, level(120, 120, 120, B6=39)))


def test_a_level_firm_has_no_pattern() -> None:
    view = View(LEVEL_FIRM, LEVEL_FIRM, LEVEL_FIRM)
    assert not any(holds(pattern, view) for pattern in PATTERNS)


# Gaps on common facets


def test_a_gap_on_common_facets_replaces_the_difference_of_the_legs() -> None:
    staff, top = level(0, 0, 0), level(0, 60, 0)
    assert holds("P06", View(staff, top))
    assert not holds("P06", View(staff, top, gaps={"R_T-R": 45.0}))


def test_a_gap_with_too_few_common_facets_meets_no_condition() -> None:
    staff, top = level(60, 60, 60), level(60, 60, 60)
    assert holds("P11", View(staff, top))
    assert not holds("P11", View(staff, top, gaps={"R_T-R": None}))


def test_draws_of_a_gap_scatter_around_its_published_value() -> None:
    rng = np.random.default_rng(1)
    view = View(level(0, 0, 0), level(0, 60, 0), gaps={"R_T-R": 45.0})
    root = square_root(prior_facet_covariance())
    drawn = view.drawn(draw(view.staff, root, 0.01, rng), draw(level(0, 60, 0), root, 0.01, rng))
    gap = drawn.value("R_T-R")
    assert gap is not None
    assert gap.mean() == pytest.approx(45, abs=1)


# Support


@given(st.floats(-60, 60))
def test_support_of_one_condition_is_its_normal_probability(r4: float) -> None:
    root = square_root(prior_facet_covariance())
    view = View(level(0, 0, 0, R4=r4))
    drawn = view.drawn(draw(view.staff, root, 1 / 16, np.random.default_rng(7)))
    found = pattern_support(drawn, organisation=False, facts={"M02"})["P14"].share
    assert found == pytest.approx(stats.norm.cdf((10 - r4) / 19), abs=0.04)


def test_strength_is_the_mean_distance_by_which_a_rule_holds() -> None:
    rows = Scores(np.zeros((4, 3)), np.tile(np.zeros(17), (4, 1)))
    assert rows.facets is not None
    rows.facets[:, FACETS.index("R4")] = [-10, 0, 10, 30]  # 20, 10, 0 inside and 20 outside
    found = pattern_support(View(rows), organisation=False, facts={"M02"})["P14"]
    assert found == Support(0.75, 7.5)


def test_of_alternatives_the_larger_distance_counts() -> None:
    view = View(level(0, 0, 0, B5=-30, B3=-20, B4=50))
    assert rule_margin(PATTERNS["P02"].rule, view)[0] == 20


@pytest.mark.parametrize(
    ("share", "says"), [(0.80, "clear"), (0.7995, "possible"), (0.50, "possible"), (0.4995, None)]
)
def test_support_is_told_in_two_words(share: float, says: str | None) -> None:
    assert Support(share, 1.0).certainty == says


def test_a_department_is_not_compared_with_the_top() -> None:
    found = pattern_support(View(LEVEL_FIRM), organisation=False)
    assert set(found) == set(PATTERNS) - {"P03", "P06", "P07", "P08"}


def test_the_short_form_knows_the_patterns_of_the_legs() -> None:
    legs = Scores.published([20, 0, 40])
    found = pattern_support(View(legs, legs, legs), organisation=True)
    assert set(found) == {"P03", "P04", "P05", "P06", "P11", "P12"}
    assert found["P04"].share == 1


def test_a_facet_that_is_not_published_meets_no_condition() -> None:
    view = View(level(30, 30, 30, R4=40, R3=math.nan))
    assert pattern_support(view, organisation=False)["P09"] == Support(0, 0)


# What is shown


def shown(supports: dict[str, Support], **more: object) -> dict[str, tuple[str, tuple[Note, ...]]]:
    view = View(LEVEL_FIRM, LEVEL_FIRM, LEVEL_FIRM)
    found = shown_patterns(supports, view, **more)  # type: ignore[arg-type]
    return {one.id: (one.certainty, one.notes) for one in found}


def test_three_patterns_at_most_the_strongest_first() -> None:
    supports = {
        "P02": Support(0.9, 3),
        "P09": Support(0.6, 9),
        "P10": Support(0.9, 5),
        "P15": Support(0.9, 4),
        "P16": ABSENT,
    }
    assert list(shown(supports)) == ["P09", "P10", "P15"]


def test_a_divided_team_comes_first_and_marks_the_others() -> None:
    found = shown({"P02": SURE, "P10": Support(0.9, 99), "P15": Support(0.9, 98)}, divided=True)
    assert list(found) == ["P13", "P10", "P15"]
    assert found["P13"] == ("clear", ())
    assert found["P10"] == ("clear", (Note.DIVIDED,))


@pytest.mark.parametrize(
    ("ad", "is_so"),
    [
        ({Leg.D: 0.90, Leg.R: 0.90, Leg.B: 0.5}, True),
        ({Leg.D: 0.90, Leg.R: 0.899, Leg.B: 0.5}, False),
        ({}, False),
    ],
)
def test_a_team_is_divided_when_two_legs_are(ad: dict[Leg, float], is_so: bool) -> None:
    assert is_divided(ad) is is_so


def test_chaos_and_heroes_exclude_one_another_by_support() -> None:
    assert shown({"P01": Support(0.9, 1), "P04": Support(0.85, 9)}) == {"P01": ("clear", (Note.RESOURCES,))}
    assert shown({"P01": SURE, "P04": SURE}) == {"P04": ("clear", (Note.RESOURCES,))}


def test_chaos_excludes_a_balanced_stool() -> None:
    half = Support(0.5, 4)
    assert list(shown({"P01": half, "P12": half})) == ["P01"]
    assert list(shown({"P01": half, "P11": half})) == ["P01"]


def test_strength_beside_complacency_lacks_renewal() -> None:
    found = shown({"P11": SURE, "P08": PERHAPS})
    assert found == {"P11": ("clear", (Note.RENEWAL,)), "P08": ("possible", ())}


def test_a_board_shown_by_consent_is_never_more_than_possible() -> None:
    assert shown({"P06": SURE}, board_by_consent=True) == {"P06": ("possible", (Note.SMALL_BOARD,))}
    assert shown({"P06": SURE}, sure_without_seeing=True)["P06"][1] == (Note.SURE_WITHOUT_SEEING,)


@pytest.mark.parametrize(("mean", "notes"), [(0.0, (Note.BY_ORDER,)), (1.0, ()), (None, ())])
def test_punished_faults_strengthen_directive_control(mean: float | None, notes: tuple[Note, ...]) -> None:
    assert shown({"P09": SURE}, item_b4c=mean)["P09"][1] == notes


def test_a_pattern_brings_its_numbers_along() -> None:
    view = View(level(70, -20, 20, B5=30), Scores.published([90, 90, 90]))
    root = square_root(prior_facet_covariance())
    drawn = view.drawn(
        draw(view.staff, root, 1 / 100, np.random.default_rng(1)),
        draw(Scores.published([90, 90, 90]), root, 1 / 6, np.random.default_rng(2)),
    )
    [chaos, *_] = shown_patterns({"P01": SURE, "P03": SURE}, drawn)
    difference = {one.quantity: one for one in chaos.readings}["D - R"]
    assert (difference.value, difference.relation, difference.threshold) == (90, ">=", 40)
    assert difference.low is not None
    assert difference.high is not None
    spread = (
        76
        / 10
        * math.sqrt(
            np.array([1, -1, 0])
            @ LEG_MEANS
            @ (prior_facet_covariance() / 76**2)
            @ LEG_MEANS.T
            @ np.array([1, -1, 0])
        )
    )
    assert difference.high - difference.low == pytest.approx(2 * 1.96 * spread, rel=0.06)


def test_numbers_of_the_top_come_without_an_interval_that_could_tell_its_size() -> None:
    view = View(LEVEL_FIRM, level(90, 90, 90))
    drawn = view.drawn(LEVEL_FIRM, level(90, 90, 90))
    [found] = readings(rule("R_T-R >= 50 or D <= 10"), drawn)
    assert (found.quantity, found.value, found.low, found.high) == ("R_T-R", 65, None, None)


@pytest.mark.parametrize("text", ["D > 3", "D >= ten", "D + R >= 3", ""])
def test_a_condition_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a condition reads"):
        Condition.parse(text)


@pytest.mark.parametrize("name", ["D7", "X1", "D_F", "Q"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="names no leg"):
        View(LEVEL_FIRM).value(name)


def test_scores_need_three_legs() -> None:
    with pytest.raises(ValueError, match="3 legs"):
        Scores.published([1, 2])
