from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from scoring.answers import DONT_KNOW, NOT_ASKED, SKIPPED, Atom
from scoring.simulation import (
    Careless,
    Scenario,
    answer,
    headcount_rows,
    organisation,
    scenario,
)
from scoring.vocabulary import FACETS, ITEMS, KEYS, Level

COMPLETE = {"careless": 0.0, "skip_rate": 0.0, "dk_base": -np.inf, "response_rate": 1.0}
NO_STYLE = {"acquiescence_mean": 0.0, "acquiescence_sd": 0.0, "extremity_sd": 0.0}
ATTENTIVE = Scenario(**COMPLETE)
T, M, F, S = range(4)
LEG_COLUMNS = [[i for i, facet in enumerate(FACETS) if facet[0] == leg] for leg in "DRB"]


def facets_of(matrix):
    """Facet scores in points, NaN without an answer; the independent scoring of these tests."""
    y = np.where(matrix.answers > 0, (matrix.answers - 3.0) * KEYS, np.nan).reshape(len(matrix), 17, 3)
    return 100 * np.nansum(y, axis=2) / (~np.isnan(y)).sum(axis=2)


def legs(facets):
    return np.stack([facets[..., columns].mean(axis=-1) for columns in LEG_COLUMNS], axis=-1)


def within(values, unit):
    """Deviations from the department's mean, and their pooled SD."""
    _, codes, counts = np.unique(unit, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(codes, column) for column in values.T], axis=1) / counts[:, None]
    deviations = values - means[codes]
    return deviations, np.sqrt((deviations**2).sum(axis=0) / (len(values) - len(counts)))


def answers_of(chosen, *, seed=5, employees=20_000, departments=400):
    return answer(
        organisation(chosen, seed=1, employees=employees, departments=departments), chosen, seed=seed
    )


@cache
def a_wave():
    """One attentive wave for the tests that only look at it."""
    return answers_of(ATTENTIVE)


# Seeds


def test_the_same_seed_gives_the_same_wave_and_another_seed_another():
    firm = organisation(Scenario(), seed=3, employees=300)
    first, again, other = (answer(firm, Scenario(), seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.answers.answers, again.answers.answers)
    assert np.array_equal(first.truth.facets, again.truth.facets)
    assert all(np.array_equal(first.answers.questions[x], again.answers.questions[x]) for x in ("X1", "X2"))
    assert not np.array_equal(first.truth.facets, other.truth.facets)
    assert headcount_rows(firm) == headcount_rows(organisation(Scenario(), seed=3, employees=300))
    assert headcount_rows(firm) != headcount_rows(organisation(Scenario(), seed=4, employees=300))


def test_changing_one_parameter_changes_no_other_draw():
    firm = organisation(ATTENTIVE, seed=3, employees=300)
    plain = answer(firm, replace(ATTENTIVE, response_rate=0.6), seed=1)
    yes_saying = answer(firm, replace(ATTENTIVE, response_rate=0.6, acquiescence_mean=0.4), seed=1)
    assert np.array_equal(plain.truth.facets, yes_saying.truth.facets)
    assert np.array_equal(plain.responded, yes_saying.responded)
    assert (yes_saying.answers.answers >= plain.answers.answers).all()


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="non-negative"):
        organisation(Scenario(), seed=-1)


# Organisations


def test_a_firm_of_300_has_every_level_and_twelve_departments_in_divisions():
    firm = organisation(Scenario(), seed=1, employees=300)
    people = {level: sum(n for atom, n in firm.invited.items() if atom.level == level) for level in Level}
    assert sum(people.values()) == len(firm) == 300
    assert people[Level.T] == firm.invited[Atom(0, Level.T)] == 9
    assert 30 <= people[Level.M] <= 44
    assert people[Level.F] > people[Level.S] > 30
    with_people = {atom.unit for atom in firm.invited} - {0}
    assert len(with_people) == 12
    assert {firm.tree.depth(unit) for unit in with_people} == {2}
    only_support = [unit for unit in with_people if Atom(unit, Level.F) not in firm.invited]
    assert sorted(firm.tree.paths[unit][-1] for unit in only_support) == ["Finance", "IT and data"]


@pytest.mark.parametrize(
    ("departments", "employees"), [(1, 20), (2, 12), (7, 200), (12, 301), (120, 3000), (40, 3500)]
)
def test_the_number_of_employees_is_exact(departments, employees):
    firm = organisation(Scenario(), seed=2, departments=departments, employees=employees)
    assert len(firm) == employees == sum(int(row[2]) for row in headcount_rows(firm)[1:])
    assert len({atom.unit for atom in firm.invited} - {0}) == departments
    assert min(firm.invited.values()) >= 1


def test_departments_have_5_to_80_people_with_a_median_near_14():
    firm = organisation(Scenario(), seed=2, departments=600)
    units = np.array([atom.unit for atom in firm.invited])
    sizes = np.bincount(units, list(firm.invited.values()))
    sizes = sizes[sizes > 0][1:]
    assert sizes.min() >= 5
    assert sizes.max() <= 80
    assert np.median(sizes) == pytest.approx(14, abs=1.0)
    assert np.log(sizes).std() == pytest.approx(0.6, abs=0.06)


def test_too_few_people_for_the_departments_are_refused():
    with pytest.raises(ValueError, match="too few"):
        organisation(Scenario(), seed=1, departments=12, employees=20)


def test_a_firm_without_departments_is_refused():
    with pytest.raises(ValueError, match="at least one department"):
        organisation(Scenario(), seed=1, departments=0)


# What the method says of its own parameters (7.2); people of one level, inside departments


def test_spreads_of_legs_seat_facets_and_items_are_those_of_the_method():
    matrix = a_wave().answers
    front = matrix.level == F
    unit, facets = matrix.unit[front], facets_of(matrix)[front]
    deviations, leg_sd = within(legs(facets), unit)
    _, seat_sd = within(legs(facets).mean(axis=1, keepdims=True), unit)
    _, facet_sd = within(facets, unit)
    _, item_sd = within(matrix.answers[front].astype(float), unit)
    correlations = np.corrcoef(deviations.T)[np.triu_indices(3, 1)]
    assert leg_sd == pytest.approx(58, abs=3)
    assert seat_sd == pytest.approx(49, abs=3)
    assert facet_sd.mean() == pytest.approx(76, abs=2)
    assert (item_sd**2).mean() == pytest.approx(1.03, abs=0.04)
    assert correlations == pytest.approx(0.55, abs=0.03)


def test_reliability_is_that_of_the_method_by_alpha_and_by_the_truth():
    wave = a_wave()
    front = wave.answers.level == F
    y = ((wave.answers.answers - 3.0) * KEYS)[front]
    scores, truth = legs(facets_of(wave.answers))[front], wave.truth.legs[front]
    for position, letter in enumerate("DRB"):
        items = y[:, [item[0] == letter for item in ITEMS]]
        k = items.shape[1]
        alpha = k / (k - 1) * (1 - items.var(axis=0).sum() / items.sum(axis=1).var())
        assert alpha == pytest.approx(0.87, abs=0.02)
        squared = np.corrcoef(scores[:, position], truth[:, position])[0, 1] ** 2
        assert squared == pytest.approx(0.86, abs=0.02)


# Truth


def test_without_response_styles_scores_recover_the_truth_at_every_level():
    wave = answers_of(replace(ATTENTIVE, **NO_STYLE, top=6000), employees=60_000)
    scores = facets_of(wave.answers)
    for level in range(4):
        here = wave.truth.level == level
        error = scores[here].mean(axis=0) - wave.truth.facets[here].mean(axis=0)
        assert np.abs(legs(error)).max() < 1
        assert np.abs(error).max() < 4
    assert np.abs((legs(scores) - wave.truth.legs).mean(axis=0)).max() < 0.5


def test_the_truth_holds_no_response_style():
    firm = organisation(ATTENTIVE, seed=1, employees=300)
    styled = replace(ATTENTIVE, acquiescence_mean=0.4, extremity_sd=0.5, dif_items=("D1a",))
    plain = replace(ATTENTIVE, **NO_STYLE)
    truths = [answer(firm, one, seed=2).truth.facets for one in (styled, plain)]
    assert np.array_equal(*truths)


def test_truth_lies_around_the_lasting_condition_of_each_department():
    wave = answers_of(ATTENTIVE, employees=30_000, departments=20)
    front = wave.truth.level == F
    unit = wave.truth.unit[front]
    for department in np.unique(unit):
        here = wave.truth.legs[front][unit == department].mean(axis=0)
        assert here == pytest.approx(legs(wave.truth.lasting[department, F]), abs=7)
    people = np.bincount(unit, minlength=len(wave.truth.lasting))
    everybody = np.average(wave.truth.lasting[:, F], axis=0, weights=people)
    assert wave.truth.facets[front].mean(axis=0) == pytest.approx(everybody, abs=2)


def test_support_is_true_on_the_items_that_it_is_asked():
    # With this seed the item that support is not asked is much harder or easier than its neighbours.
    wave = answers_of(replace(ATTENTIVE, **NO_STYLE, severity_sd=1.0), seed=10)
    support = wave.truth.level == S
    b1 = FACETS.index("B1")
    scored = facets_of(wave.answers)[support, b1].mean()
    assert wave.truth.facets[support, b1].mean() == pytest.approx(scored, abs=4)
    assert wave.truth.lasting[1:, S, b1].mean() == pytest.approx(scored, abs=8)
    assert abs(scored - facets_of(wave.answers)[~support, b1].mean()) > 10


# Response styles


def test_yes_saying_lifts_all_legs_alike_by_a_third():
    firm = organisation(ATTENTIVE, seed=1, employees=20_000, departments=300)
    means = [
        legs(facets_of(answer(firm, replace(ATTENTIVE, acquiescence_mean=a), seed=5).answers)).mean(axis=0)
        for a in (0.0, 0.4)
    ]
    shift = means[1] - means[0]
    assert shift == pytest.approx(np.full(3, 100 * 0.4 / 3), abs=2.5)
    assert np.ptp(shift) < 2


def test_managers_report_better_behaviours_than_they_say_and_enable():
    wave = a_wave()
    managers = legs(wave.truth.facets[wave.truth.level == M].mean(axis=0))
    assert managers[2] - managers[:2].mean() == pytest.approx(22.5 * 0.93, abs=4)


def test_languages_differ_in_yes_saying_alone():
    wave = answers_of(replace(scenario("S21"), **COMPLETE))
    second = wave.language == 1
    assert second.mean() == pytest.approx(0.4, abs=0.02)
    raw = wave.answers.answers
    usual = raw[:, np.array(KEYS) == 1], raw[:, np.array(KEYS) == -1]
    for items in usual:
        asked = np.where(items > 0, items, np.nan)
        assert np.nanmean(asked[second]) - np.nanmean(asked[~second]) == pytest.approx(0.14, abs=0.04)
    assert np.ptp([wave.truth.seat[second].mean(), wave.truth.seat[~second].mean()]) < 3


def test_dif_moves_only_the_named_items_of_the_top():
    named = ("D1a", "R3c")
    firm = organisation(replace(ATTENTIVE, top=900), seed=1, employees=2000)
    plain = answer(firm, ATTENTIVE, seed=1).answers
    moved = answer(firm, replace(ATTENTIVE, dif_items=named), seed=1).answers
    changed_items = (plain.answers != moved.answers).any(axis=0)
    assert [item for item, one in zip(ITEMS, changed_items, strict=True) if one] == sorted(named)
    rows = (plain.answers != moved.answers).any(axis=1)
    assert set(plain.level[rows]) == {T}


# Disturbances


def test_dont_know_is_frequent_where_the_method_says():
    chosen = Scenario(top=3000, careless=0, skip_rate=0, response_rate=1)
    matrix = answers_of(chosen).answers
    unknown = matrix.answers == DONT_KNOW
    share = np.stack([unknown[matrix.level == level].mean(axis=0) for level in range(4)])
    resources = np.array([item[0] == "R" for item in ITEMS])
    conduct = np.array([item[:2] in ("B1", "B2") and item != "B1a" for item in ITEMS])
    assert share[T, resources].mean() == pytest.approx(1 / (1 + np.exp(1.0)), abs=0.01)
    assert share[M, resources].mean() == pytest.approx(1 / (1 + np.exp(2.3)), abs=0.01)
    assert share[S, conduct].mean() == pytest.approx(1 / (1 + np.exp(2.0)), abs=0.01)
    assert share[F].mean() == pytest.approx(1 / (1 + np.exp(3.5)), abs=0.005)
    assert share[T, ~resources].mean() == pytest.approx(1 / (1 + np.exp(3.5)), abs=0.005)


def test_support_is_not_asked_how_customers_are_greeted():
    matrix = answers_of(Scenario()).answers
    greeted = matrix.answers[:, ITEMS.index("B1a")]
    assert (greeted[matrix.level == S] == NOT_ASKED).all()
    assert not (greeted[matrix.level != S] == NOT_ASKED).any()
    assert (matrix.answers == SKIPPED).mean() == pytest.approx(0.005, abs=0.001)


def test_half_of_the_careless_draw_straight_lines_and_a_quarter_guess():
    wave = answers_of(replace(ATTENTIVE, careless=0.08))
    shares = np.bincount(wave.careless, minlength=4) / len(wave.careless)
    assert shares[1:] == pytest.approx([0.04, 0.02, 0.02], abs=0.005)
    raw = np.where(wave.answers.answers > 0, wave.answers.answers, np.nan)
    spread = {kind: np.nanstd(raw[wave.careless == kind], axis=1) for kind in Careless}
    assert spread[Careless.STRAIGHT].max() == 0
    assert spread[Careless.RANDOM].mean() == pytest.approx(np.sqrt(2), abs=0.03)
    assert spread[Careless.NO].mean() == pytest.approx(1.1, abs=0.1)


def test_tired_people_answer_the_first_page_with_care_and_the_last_by_chance():
    wave = answers_of(replace(ATTENTIVE, careless=1.0, **NO_STYLE))
    tired = (wave.careless == Careless.TIRED) & (wave.truth.level == F)
    y = ((wave.answers.answers - 3.0) * KEYS)[tired]
    page = np.array([(i - f) % 3 for f in range(17) for i in range(3)])
    agreement = [np.corrcoef(y[:, page == p].mean(axis=1), wave.truth.seat[tired])[0, 1] for p in range(3)]
    assert agreement[0] > 0.85
    assert 0.5 < agreement[1] < agreement[0]
    assert abs(agreement[2]) < 0.06


@pytest.mark.parametrize(("rate", "slope"), [(0.45, 0.3), (0.75, 0.0), (0.9, -0.3)])
def test_the_response_rate_is_met_and_its_slope_says_who_is_silent(rate, slope):
    wave = answers_of(replace(Scenario(), response_rate=rate, response_slope=slope))
    assert wave.responded.mean() == pytest.approx(rate, abs=0.015)
    assert len(wave.answers) == wave.responded.sum()
    surplus = wave.truth.seat[wave.responded].mean() - wave.truth.seat[~wave.responded].mean()
    assert np.sign(np.round(surplus / 5)) == np.sign(slope)


def test_everybody_or_nobody_can_answer():
    assert answers_of(ATTENTIVE, employees=100, departments=4).responded.all()
    assert len(answers_of(replace(ATTENTIVE, response_rate=0.0), employees=100, departments=4).answers) == 0


def test_recommendation_follows_the_seat_and_the_priority_fades_downwards():
    wave = answers_of(replace(Scenario(), response_rate=1.0, top=3000))
    x1, x2, x3 = (wave.answers.questions[name] for name in ("X1", "X2", "X3"))
    answered = x1 >= 0
    assert answered.mean() == pytest.approx(0.97, abs=0.01)
    assert np.corrcoef(x1[answered], wave.truth.seat[answered])[0, 1] == pytest.approx(0.5, abs=0.08)
    assert np.corrcoef(x3, wave.truth.facets[:, FACETS.index("B3")])[0, 1] > 0.35
    quality = [(x2[wave.answers.level == level] == 0).mean() for level in range(4)]
    assert quality[T] > quality[M] + 0.1 > quality[F] + 0.15
    for column, highest in ((x1, 10), (x2, 6), (x3, 10)):
        assert (column.min(), column.max()) == (-1, highest)
