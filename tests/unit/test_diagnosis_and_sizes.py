"""What sizes allow in the diagnosis: thresholds, and nothing that gives a hidden size back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fixtures_ledgers import keys_and_values, staff

from coherence.reports.scores_json import as_json
from scoring.agreement import uniform_variance, within_group
from scoring.agreement_of_legs import answer_tallies, answers_in, leg_agreements
from scoring.answers import DONT_KNOW, AnswerMatrix, Atom, DepartmentTree
from scoring.estimable import NotEstimable
from scoring.legs import score_people
from scoring.publication import publish
from scoring.released import Ledger, ReleasedCell
from scoring.vocabulary import ITEMS, KEYS, LEVELS, Leg, Level
from survey_forms.questionnaire import default_questionnaire

ORG = ("Org",)
LIBRARY = default_questionnaire().recommendations
BEST = np.where(np.array(KEYS) > 0, 5, 1)
GOOD = np.where(np.array(KEYS) > 0, 4, 2)
MIDDLE = np.where(np.arange(51) % 2 == 0, 4, 2)


def a_wave(
    groups: Mapping[tuple[tuple[str, ...], Level], tuple[int, Any]], *, invited: float = 1.0, seed: int = 1
) -> AnswerMatrix:
    """So many people in each department and level, all with one sheet, or with random answers (None)."""
    tree = DepartmentTree.of([ORG, *(path for path, _ in groups)])
    rng = np.random.default_rng(seed)
    rows = [
        rng.integers(1, 6, (n, 51)) if sheet is None else np.tile(sheet, (n, 1))
        for n, sheet in groups.values()
    ]
    places = [(tree.index[path], level, n) for (path, level), (n, _) in groups.items()]
    sizes = [n for *_, n in places]
    return AnswerMatrix(
        np.concatenate(rows).astype(np.int8),
        np.repeat([unit for unit, *_ in places], sizes).astype(np.int32),
        np.repeat([LEVELS.index(level) for _, level, _ in places], sizes).astype(np.int8),
        tree,
        {Atom(unit, level): round(n * invited) for unit, level, n in places},
    )


def departments(
    count: int, people: int = 12, sheet: Any = None
) -> dict[tuple[tuple[str, ...], Level], tuple[int, Any]]:
    return {((*ORG, name), Level.F): (people, sheet) for name in "ABCDEFGHIJKL"[:count]}


def cell(ledger: Ledger, *unit: str, level: str = "staff") -> ReleasedCell:
    found = ledger.cell((*ORG, *unit), level)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_team_in_two_halves_is_called_divided() -> None:
    wave = a_wave({**departments(4), ((*ORG, "Split"), Level.F): (20, BEST)})
    answers = wave.answers.copy()
    answers[np.flatnonzero(wave.unit == wave.tree.index[(*ORG, "Split")])[:10]] = 6 - BEST
    split = cell(publish(replace(wave, answers=answers), wave="1"), "Split")
    assert split.finer is not None
    assert {one.word for one in split.finer.agreement.values()} == {"divided"}
    assert split.diagnosis is not None
    assert split.diagnosis.patterns[0].id == "P13"


def test_agreement_from_counts_is_that_of_the_answers_themselves() -> None:
    wave = a_wave({((*ORG, "A"), Level.F): (30, None)})
    people = score_people(wave)
    counts = answers_in(answer_tallies(wave, people), [range(len(wave.tree.paths) * 4)])
    [agreement] = leg_agreements(counts, 10)
    for leg in Leg:
        items = [i for i, item in enumerate(ITEMS) if item[0] == leg]
        expected = within_group(wave.answers[people.valid][:, items].astype(float), uniform_variance(5))
        assert not isinstance(expected, NotEstimable)
        assert agreement[leg].ad == pytest.approx(expected.ad, abs=0.005)
        assert agreement[leg].r_star_wg == pytest.approx(expected.r_star_wg_j, abs=0.005)


def test_gaps_of_a_small_cell_do_not_depend_on_its_size() -> None:
    shown = []
    for n in (5, 9):
        wave = a_wave({**departments(9, sheet=BEST), ((*ORG, "Small"), Level.F): (n, MIDDLE)}, invited=2)
        small = cell(publish(wave, wave="1"), "Small")
        assert set(small.gaps) == {"D-R", "D-B", "R-B"}
        shown.append((small.gaps, small.one_to_one))
    assert shown[0] == shown[1]


def test_how_a_small_department_stands_does_not_depend_on_its_size() -> None:
    sheet = np.where(np.arange(51) < 18, GOOD, MIDDLE)  # with its true size: 9 stand clearly above, 5 do not
    shown = []
    for n in (5, 9):
        wave = a_wave({**departments(9, people=40), ((*ORG, "Small"), Level.F): (n, sheet)}, invited=2)
        shown.append(cell(publish(wave, wave="1"), "Small").comparison)
    assert shown[0] == shown[1]
    assert shown[0]["seat"].standing == "not distinguishable"


def test_what_is_told_of_a_small_top_does_not_depend_on_its_size() -> None:
    shown = []
    for n in (5, 7):
        people = {**departments(6, sheet=MIDDLE), (ORG, Level.T): (n, BEST), (ORG, Level.M): (12, GOOD)}
        ledger = publish(a_wave(people), wave="1", library=LIBRARY)
        assert cell(ledger, level="T").size == "small"
        assert ledger.findings is not None
        assert "T-staff" in ledger.findings.level_gaps
        shown.append((staff(ledger).diagnosis, replace(ledger.findings, structure=None)))
    assert shown[0] == shown[1]


def test_weightings_of_a_small_top_follow_from_what_is_printed() -> None:
    people = {**departments(4, sheet=MIDDLE), (ORG, Level.T): (5, BEST), (ORG, Level.M): (12, GOOD)}
    ledger = publish(a_wave(people), wave="1")
    printed = [cell(ledger, level=level).seat.value for level in ("T", "M", "staff")]
    assert printed[0] == 180  # clipped; unanimity must not come back by C - staff - managers
    assert ledger.findings is not None
    assert ledger.findings.weightings["C"]["seat"] == pytest.approx(np.mean(printed), abs=0.5)
    assert ledger.findings.weightings["B"]["seat"] == pytest.approx(np.dot([0.1, 0.2, 0.7], printed), abs=0.5)


def test_additional_questions_need_ten_answers_of_their_own() -> None:
    wave = a_wave({**departments(2, people=14)})
    few = np.full(len(wave), -1, dtype=np.int8)
    few[:9] = 10
    ledger = publish(
        replace(wave, questions={"X1": few, "X3": np.full(len(wave), 5, dtype=np.int8)}), wave="1"
    )
    figures = [one.finer for one in ledger.cells if one.finer is not None]
    assert figures
    assert all(figure.enps is None for figure in figures)
    assert all(
        figure.internal_service is not None and figure.internal_service.value == 5.0 for figure in figures
    )


def test_below_thirty_percent_nothing_is_compared() -> None:
    people = {**departments(5), (ORG, Level.M): (12, None)}
    ledger = publish(a_wave(people, invited=4), wave="1", library=LIBRARY)
    low = cell(ledger, "A")
    assert low.response == "low"
    assert (dict(low.gaps), low.one_to_one, low.diagnosis, dict(low.comparison)) == ({}, None, None, {})
    assert low.shift is not None
    assert ledger.findings is not None
    assert ledger.findings.level_gaps == {}
    assert ledger.findings.maturity is not None
    assert isinstance(ledger.findings.maturity.level, NotEstimable)


@pytest.mark.parametrize(
    ("count", "compared", "valued"), [(3, False, False), (4, True, False), (8, True, True)]
)
def test_shrinkage_needs_four_departments_and_its_values_eight(
    count: int, compared: bool, valued: bool
) -> None:
    one = cell(publish(a_wave(departments(count)), wave="1"), "A")
    assert bool(one.comparison) == compared
    assert any(each.shrunken is not None for each in one.comparison.values()) == valued


def test_a_shrunken_score_lies_between_its_own_and_the_others() -> None:
    one = cell(publish(a_wave({**departments(8), ((*ORG, "Best"), Level.F): (12, GOOD)}), wave="1"), "Best")
    shrunken = one.comparison["seat"].shrunken
    assert shrunken is not None
    assert 0 < shrunken.value < one.seat.value == 100


def test_departments_are_ranked_only_where_their_means_are_reliable() -> None:
    alike = publish(a_wave(departments(8, people=15), seed=3), wave="1")
    assert alike.findings is not None
    assert not isinstance(alike.findings.departments, NotEstimable)
    assert alike.findings.departments["seat"].icc2 < 0.70
    assert all(one.comparison["seat"].rank is None for one in alike.departments)

    people = {((*ORG, name), Level.F): (15, None) for name in "ABCDEFGH"}
    wave = a_wave(people)
    shifted = np.clip(wave.answers + np.where(np.array(KEYS) > 0, 1, -1) * (wave.unit[:, None] % 4 - 2), 1, 5)
    apart = publish(replace(wave, answers=shifted.astype(np.int8)), wave="1")
    assert apart.findings is not None
    assert not isinstance(apart.findings.departments, NotEstimable)
    assert apart.findings.departments["seat"].act_by == "department"
    ranks = [one.comparison["seat"].rank for one in apart.departments]
    assert sorted(rank for rank in ranks if rank is not None) == list(range(1, 9))
    best = max(apart.departments, key=lambda one: one.seat.value)
    assert best.comparison["seat"].rank == 1
    assert best.comparison["seat"].standing == "clearly above"


def test_the_shift_table_takes_the_response_rate_before_rounding() -> None:
    one = cell(publish(a_wave({(ORG, Level.F): (17, None)}, invited=26 / 17), wave="1"))
    assert (one.n, one.invited, one.response_percent) == (17, 26, 65)
    assert one.shift is not None
    assert one.shift.move == 17  # 9 / 26 of 50 points are 17.3; 35 % of them would be 17.5


def test_a_reliability_that_only_rounds_to_seventy_gives_no_order() -> None:
    wave = a_wave(departments(4, people=10), seed=68)
    lower = np.where(np.array(KEYS) > 0, 1, -1) * (np.arange(51) % 3 == 0) * (wave.unit[:, None] % 4 == 1)
    ledger = publish(replace(wave, answers=np.clip(wave.answers + lower, 1, 5).astype(np.int8)), wave="1")
    assert ledger.findings is not None
    assert not isinstance(ledger.findings.departments, NotEstimable)
    assert ledger.findings.departments["R"].icc2 == 0.70  # .696 before rounding
    assert all(one.comparison["R"].rank is None for one in ledger.departments)


def test_key_areas_are_put_in_order_before_rounding() -> None:
    # 60 and 61 of 300 answers one step below the middle: -20.0 and -20.3 points, both printed -20
    wave = a_wave({(ORG, Level.F): (100, GOOD)})
    answers = wave.answers.copy()
    answers[:, [ITEMS.index(item) for item in ("R1a", "R1b", "R1c", "R2a", "R2b", "R2c")]] = 3
    answers[:60, ITEMS.index("R1a")] = 2
    answers[:61, ITEMS.index("R2a")] = 2
    one = cell(publish(replace(wave, answers=answers), wave="1"))
    assert one.facets["R1"].estimate.value == one.facets["R2"].estimate.value == -20
    assert one.diagnosis is not None
    assert one.diagnosis.key_areas == ("R2", "R1")


def test_a_low_department_keeps_a_firm_from_level_five_also_where_its_facets_are_not_shown() -> None:
    low = 6 - GOOD
    people = {(ORG, Level.F): (6, GOOD), ((*ORG, "Low"), Level.F): (12, low), **departments(3, 90, GOOD)}
    ledger = publish(a_wave(people), wave="1")
    one = cell(ledger, "Low")
    assert (one.n, dict(one.facets)) == (12, {})  # its people stand in the root's finer label
    assert ledger.findings is not None
    assert ledger.findings.maturity is not None
    assert ledger.findings.maturity.by_perception == 4


def test_facets_that_the_top_does_not_know_take_no_part_in_gaps() -> None:
    unknown = GOOD.copy()
    unknown[[ITEMS.index(item) for item in ("R1a", "R1b", "R1c", "R2a", "R2b", "R2c")]] = DONT_KNOW
    people = {**departments(4, sheet=MIDDLE), (ORG, Level.T): (12, unknown)}
    ledger = publish(a_wave(people), wave="1")
    assert ledger.findings is not None
    assert ledger.findings.not_informed == {"T": ("R1", "R2")}
    gaps = ledger.findings.level_gaps["T-staff"]
    assert gaps["R"].left_out == ("R1", "R2")
    assert gaps["D"].left_out == ()
    assert ledger.findings.blindness["T"].points == 30
    assert ledger.findings.blindness["T"].blind


@pytest.mark.parametrize(("n", "told"), [(7, False), (8, True)])
def test_what_the_top_does_not_know_is_told_from_eight_people_on(n: int, told: bool) -> None:
    people = {**departments(4, sheet=MIDDLE), (ORG, Level.T): (n, GOOD)}
    findings = publish(a_wave(people), wave="1").findings
    assert findings is not None
    assert ("T" in findings.blindness, "T" in findings.not_informed) == (told, told)


def test_a_leg_with_its_gaps_filled_is_told_only_where_it_moves() -> None:
    # c of every D facet is bad, and unanswered by half: proration takes these people for content
    sheet = GOOD.copy()
    bad = [ITEMS.index(f"D{i}c") for i in range(1, 6)]
    sheet[bad] = 5
    wave = a_wave(departments(4, people=20, sheet=sheet))
    answers = wave.answers.copy()
    answers[np.ix_(np.arange(0, len(wave), 2), bad)] = 0
    one = cell(publish(replace(wave, answers=answers), wave="1"), "A")
    assert set(one.imputed) == {Leg.D}
    assert one.imputed[Leg.D] < one.legs[Leg.D].value - 5
    assert cell(publish(wave, wave="1"), "A").imputed == {}


def test_careless_sheets_that_move_the_seat_are_told_of_without_a_second_value() -> None:
    careless = {((*ORG, "E"), Level.F): (16, np.full(51, 5))}
    for sheets, moves in (({}, False), (careless, True)):
        ledger = publish(a_wave({**departments(3, sheet=BEST), **sheets}, invited=2), wave="1")
        assert ledger.careless_moves_seat is moves


def test_no_reason_tells_how_many_staff_answered() -> None:
    people = {((*ORG, "A"), Level.F): (7, None), ((*ORG, "B"), Level.F): (6, None)}
    findings = publish(a_wave(people), wave="1").findings
    assert findings is not None
    reasons = [
        value
        for key, value in keys_and_values(as_json(publish(a_wave(people), wave="1")))
        if key == "not_estimable"
    ]
    assert reasons
    assert not any("13" in reason for reason in reasons)
