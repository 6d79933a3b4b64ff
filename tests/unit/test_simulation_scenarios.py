from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scoring.answers import DONT_KNOW, Atom
from scoring.simulation import (
    CHANGE_OF_S20,
    RULES,
    Scenario,
    answer,
    answer_rows,
    changed,
    inject,
    organisation,
    outcomes,
    resized,
    scenario,
    two_waves,
)
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, Level

ATTENTIVE = Scenario(careless=0.0, skip_rate=0.0, dk_base=-np.inf, response_rate=1.0)
T, M, F, S = range(4)
LEG_COLUMNS = [[i for i, facet in enumerate(FACETS) if facet[0] == leg] for leg in "DRB"]


def legs(facets):
    return np.stack([facets[..., columns].mean(axis=-1) for columns in LEG_COLUMNS], axis=-1)


def points(facets, term):
    """Expected points of a leg, a facet or the seat of staff; _T and _M of top and managers."""
    name, _, level = term.partition("_")
    row = facets["TMF".index(level or "F")]
    if name == "H":
        return legs(row).mean()
    return legs(row)["DRB".index(name)] if name in "DRB" else row[FACETS.index(name)]


def answers_of(chosen, *, seed=5, employees=20_000, departments=400):
    return answer(
        organisation(chosen, seed=1, employees=employees, departments=departments), chosen, seed=seed
    )


# Named scenarios


def test_everything_is_equal_in_s0():
    expected = scenario("S0").expected_facets
    assert np.ptp(expected) < 1e-9
    wave = answers_of(scenario("S0"), departments=30)
    assert wave.truth.lasting[:, F, :].std(axis=0).max() < 1e-9
    assert np.ptp(legs(wave.truth.facets.mean(axis=0))) < 2


# The rules of method 4.2, 4.4 to 4.6 as margins: how far inside its threshold each condition lies.
MARGINS = {
    "S2": lambda p: (p("D") - 30, 10 - p("R"), p("D") - p("R") - 40, p("D") - 25 - p("B"), p("B5")),
    "S3": lambda p: (-p("B5"), -min(p("B3"), p("B4"))),
    "S4": lambda p: (p("D_T") - 50, 10 - p("D"), p("D_T") - p("D") - 40),
    "S5": lambda p: (p("B") - 40, 10 - p("R"), p("B") - p("R") - 40),
    "S6": lambda p: (10 - p("D"), p("R") - 20, p("B") - 30, p("B") - p("D") - 25),
    "S7": lambda p: (max(p("R_T") - p("R"), p("B_T") - p("B")) - 50,),
    "S8": lambda p: (p("D_T") - 30, 25 - p("D_T") + p("D_M"), p("D_M") - p("D") - 40, 20 - p("B4")),
    "S9": lambda p: (
        *(p("H_T") - 80, p("H") - 30, 20 - p("B6")),
        *(p("B6_T") - p("B6") - 40, p("H_T") - p("H") - 40),
    ),
    "S10": lambda p: (p("R4") - 20, -p("R3"), p("R4") - p("R3") - 40),
    "S11": lambda p: (-p("B3"), 10 - p("D4")),
    "S12": lambda p: (p("D") - 50, p("R") - 50, p("B") - 50),
    "S13": lambda p: (10 - p("D"), 10 - p("R"), 10 - p("B")),
    "S14": lambda p: (p("D1") - 30, -p("D5"), p("D1") - p("D5") - 40),
    "S15": lambda p: (-20 - p("R6"), p("B1") - p("B2") - 30),
    "S16": lambda p: (
        *(p("R4"), p("D3"), p("R4") - p("R3") - 30),
        *(10 - p("D4"), 10 - p("B3"), -p("R3")),
    ),
    "S17": lambda p: (
        *(p("R1") - 30, p("R3") - 30, p("R4") - 30, p("D4") - 20, p("B3") - 20),
        *(40 - p("D_T") + p("D"), p("H") - p("B6") - 30, p("H_T") - 100, p("R_T") - p("R") - 30),
    ),
    "P14": lambda p: (10 - p("R4"),),
}


@pytest.mark.parametrize("distance", [0, 15, 30])
@pytest.mark.parametrize("name", MARGINS)
def test_a_pattern_is_true_at_the_wanted_distance(name, distance):
    expected = scenario(name, distance=distance).expected_facets
    margins = MARGINS[name](lambda term: points(expected, term))
    assert min(margins) == pytest.approx(distance, abs=0.01)


@pytest.mark.parametrize("name", ["S12", "S13"])
def test_a_range_is_put_at_nought(name):
    expected = scenario(name).expected_facets
    assert np.ptp(legs(expected[F])) < 0.01
    if name == "S12":
        assert legs(expected[T]) == pytest.approx(legs(expected[F]), abs=0.01)


@pytest.mark.parametrize("name", ["S2", "S9"])
def test_the_people_of_a_pattern_scenario_hold_the_pattern(name):
    chosen = replace(scenario(name), top=2000)
    wave = answer(organisation(chosen, seed=1, employees=20_000, departments=300), chosen, seed=4)
    means = np.stack([wave.truth.facets[wave.truth.level == level].mean(axis=0) for level in (T, M, F)])
    assert means == pytest.approx(chosen.expected_facets[:3], abs=6)
    assert min(MARGINS[name](lambda term: points(means, term))) > 24


@pytest.mark.parametrize("position", [0, 1, 3, 4])
def test_one_condition_stands_at_its_threshold_and_the_others_well_inside(position):
    expected = scenario("S2", threshold=RULES["P01"][position]).expected_facets
    margins = list(MARGINS["S2"](lambda term: points(expected, term)))
    assert margins.pop(position) == pytest.approx(0, abs=0.01)
    assert min(margins) > 29.99


def test_conditions_that_exclude_one_another_are_refused():
    with pytest.raises(ValueError, match="exclude one another"):
        scenario("S2", threshold="D - R >= 40")
    with pytest.raises(ValueError, match="within"):
        inject(Scenario(), ("D >= 195",), distance=0)
    with pytest.raises(ValueError, match="a condition reads"):
        inject(Scenario(), ("D > 30",))
    with pytest.raises(ValueError, match="no condition of the rule"):
        scenario("S2", threshold="D >= 31")


def test_what_the_rule_does_not_touch_stays_as_it_was():
    base = Scenario(centred=True)
    moved = inject(base, ("B3 <= 0",), distance=10).expected_facets - base.expected_facets
    touched = np.abs(moved) > 0.01
    assert [FACETS[f] for f in np.flatnonzero(touched[F])] == ["B3"]
    assert np.array_equal(touched[F], touched[S])
    assert not touched[[T, M]].any()


def test_the_case_s0_begins_low_and_gains_most_where_it_was_low():
    before = scenario("S20")
    assert legs(before.expected_facets[F]).mean() == pytest.approx(0, abs=0.01)
    after = changed(before, CHANGE_OF_S20)
    for facet in ("R4", "R5", "D3", "B3", "B6"):
        f = FACETS.index(facet)
        assert before.expected_facets[F, f] == pytest.approx(-25, abs=0.01)
        assert after.expected_facets[:, f] - before.expected_facets[:, f] == pytest.approx(50, abs=0.01)


def test_a_divided_firm_has_two_halves():
    seat = answers_of(scenario("P13")).truth.seat
    whole = answers_of(scenario("S1")).truth.seat
    assert seat.std() > 1.6 * whole.std()
    middle = np.abs(seat - np.median(seat)) < 25
    assert middle.mean() < 0.25


def test_special_firms_have_their_sizes():
    sizes = {name: organisation(scenario(name), seed=1) for name in ("S18", "S19", "S23")}
    assert len(sizes["S18"]) == 12
    assert len(sizes["S19"]) == 3000
    assert sizes["S23"].invited[Atom(0, Level.T)] == 3


def test_facts_go_with_the_scenarios_that_need_them():
    assert scenario("P14").facts == {"M02"}
    assert {"M01", "M02", "M03", "M04"} == scenario("S16").facts


def test_an_unknown_scenario_is_refused():
    with pytest.raises(ValueError, match="S0 to S23"):
        scenario("S24")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"careless": 1.2}, "careless must lie between"),
        ({"person_sd": -0.1}, "person_sd must not be negative"),
        ({"noise_sd": 0.0}, "noise_sd must be above 0"),
        ({"languages": {"pl": 0.7}}, "add up to 1"),
        ({"dif_items": ("Z9a",)}, "Z9a"),
        ({"facet_shifts": {Level.F: {"D9": 1.0}}}, "D9"),
    ],
)
def test_a_wrong_parameter_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        Scenario(**wrong)


# Two waves


def mean_legs(matrix):
    y = np.where(matrix.answers > 0, (matrix.answers - 3.0) * KEYS, np.nan).reshape(len(matrix), 17, 3)
    return legs(100 * np.nanmean(y, axis=2)).mean(axis=0)


def test_the_first_of_two_waves_is_the_wave_alone():
    firm = organisation(Scenario(), seed=1, employees=300)
    both = two_waves(firm, Scenario(), seed=4, change=20)
    assert np.array_equal(both.before.answers.answers, answer(firm, Scenario(), seed=4).answers.answers)


@pytest.mark.parametrize("change", [0.0, 40.0])
def test_the_change_is_the_wanted_number_of_points(change):
    firm = organisation(ATTENTIVE, seed=1, employees=20_000, departments=300)
    both = two_waves(firm, ATTENTIVE, seed=4, change=change, overlap=0.5)
    gained = both.after.truth.legs.mean(axis=0) - both.before.truth.legs.mean(axis=0)
    assert gained == pytest.approx(np.full(3, change), abs=1.5)
    before, after = (mean_legs(wave.answers) for wave in (both.before, both.after))
    assert after - before == pytest.approx(np.full(3, change), abs=2.5)


def test_those_who_stay_keep_their_style_and_most_of_their_view():
    one = replace(ATTENTIVE, department_sd=0.0, level_bias={}, desirability=(0.0, 0.0))
    firm = organisation(one, seed=1, employees=20_000, departments=300)
    both = two_waves(firm, one, seed=4, overlap=0.7)
    stays = both.before.acquiescence == both.after.acquiescence
    assert stays.mean() == pytest.approx(0.7, abs=0.02)
    seats = both.before.truth.seat, both.after.truth.seat
    assert np.corrcoef(seats[0][stays], seats[1][stays])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert abs(np.corrcoef(seats[0][~stays], seats[1][~stays])[0, 1]) < 0.04
    assert seats[1].std() == pytest.approx(seats[0].std(), rel=0.03)


def test_departments_shrink_and_grow_between_waves():
    firm = organisation(Scenario(), seed=1, employees=600)
    later = resized(firm, 0.3)
    growth = {
        atom.unit % 2: later.invited[atom] / people
        for atom, people in firm.invited.items()
        if atom.level == Level.F and people >= 20
    }
    assert growth[1] == pytest.approx(1.3, abs=0.03)
    assert growth[0] == pytest.approx(0.7, abs=0.03)
    both = two_waves(firm, Scenario(), seed=1, composition=0.3, overlap=0.9)
    assert both.after.answers.invited == later.invited
    assert len(both.after.truth.unit) == len(later)


@pytest.mark.parametrize("wrong", [{"overlap": 1.1}, {"stability": -0.1}, {"change": {"D9": 5.0}}])
def test_impossible_second_waves_are_refused(wrong):
    firm = organisation(Scenario(), seed=1, employees=100, departments=4)
    with pytest.raises(ValueError, match=r"between 0 and 1|no such facet"):
        two_waves(firm, Scenario(), seed=1, **wrong)


# Outcomes and tables


def test_outcomes_follow_behaviours_and_resources_weakly():
    wave = answers_of(ATTENTIVE, departments=1500)
    results = outcomes(wave, seed=1)
    assert len(results) == 1500
    staff = wave.truth.level >= F
    units = np.array(list(results))
    sums = [np.bincount(wave.truth.unit[staff], leg)[units] for leg in wave.truth.legs[staff].T]
    _, resources, behaviours = sums / np.bincount(wave.truth.unit[staff])[units]
    columns = np.stack([list(results.values()), resources, behaviours], axis=1)
    r_rb = np.corrcoef(columns[:, 1], columns[:, 2])[0, 1]
    assert np.corrcoef(columns.T)[0, 2] == pytest.approx(np.sqrt(0.6) * (0.35 + 0.15 * r_rb), abs=0.06)
    assert np.corrcoef(columns.T)[0, 1] == pytest.approx(np.sqrt(0.6) * (0.15 + 0.35 * r_rb), abs=0.06)
    assert columns[:, 0].std() == pytest.approx(1, abs=0.06)


def test_a_single_department_has_a_finite_outcome():
    wave = answers_of(Scenario(), employees=40, departments=1)
    assert np.isfinite(list(outcomes(wave, seed=1).values())).all()


def test_tables_carry_every_answer_as_text():
    wave = answers_of(Scenario(), employees=300, departments=12)
    header, *rows = answer_rows(wave)
    assert header == ("department", "level", *ITEMS, "X1", "X2", "X3")
    assert len(rows) == len(wave.answers)
    for row, answers, unit, level in zip(
        rows, wave.answers.answers, wave.answers.unit, wave.answers.level, strict=True
    ):
        assert row[0].split("/") == list(wave.answers.tree.paths[unit])
        assert row[1] == LEVELS[level]
        for text, raw in zip(row[2:53], answers.tolist(), strict=True):
            assert text == ("DK" if raw == DONT_KNOW else str(raw) if raw > 0 else "")
    assert {row[54] for row in rows} <= {"", *"0123456"}
