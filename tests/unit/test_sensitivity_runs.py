"""Sensitivity to missing and to careless answers (method 3.3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scoring.answers import NOT_ASKED, SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.cells import Cell
from scoring.disclosure import Label, Partition
from scoring.estimable import NotEstimable
from scoring.legs import score_people
from scoring.moments import prior_leg_covariance
from scoring.sensitivity import (
    ImputedLeg,
    careless_people_move_the_seat,
    imputation_effects,
    imputed_legs,
    missing_tallies,
)
from scoring.simulation import Scenario, answer, organisation
from scoring.tiers import leg_tier, quantity_tier, stratum_tallies
from scoring.vocabulary import FACETS, ITEMS, KEYS, LEVELS, SHORT_ITEMS, Leg, Level

TREE = DepartmentTree.of([("Firm",)])
FRONT = Label(0, Level.F)
NEUTRAL = np.tile([1.0, -1.0, 0.0], 17)
"""Content of an attentive person whose facets are all 0."""
CELL = Cell(0, "all", (FRONT,))


def a_matrix(contents, level=Level.F, form="full") -> AnswerMatrix:
    """People from the contents (after reversal, -2 to 2) of their 51 answers; NaN is skipped."""
    content = np.array(contents, dtype=float)
    raw = np.where(np.isnan(content), SKIPPED, 3 + np.nan_to_num(content) * KEYS)
    people = len(raw)
    codes = np.full(people, LEVELS.index(level), dtype=np.int8)
    return AnswerMatrix(
        raw.astype(np.int8), np.zeros(people, dtype=np.int32), codes, TREE, {Atom(0, level): people}, form
    )


def a_tier(matrix: AnswerMatrix):
    return leg_tier(matrix, score_people(matrix), Partition(TREE, dict.fromkeys(matrix.invited, FRONT)))


def test_a_gap_is_filled_by_person_and_item() -> None:
    # D1: items b and c have means 1 and 0, all seven answers 1; the third person answered only a, with 1,
    # so b becomes 1 + 1 - 1 = 1 and c 1 + 0 - 1 = 0: the facet is 2/3, the leg a fifth of it
    full = np.tile(NEUTRAL, (3, 1))
    full[0, :3], full[1, :3], full[2, :3] = (2, 1, 0), (2, 1, 0), (1, np.nan, np.nan)
    matrix = a_matrix(full)
    assert imputed_legs(matrix, score_people(matrix))[2, 0] == pytest.approx(100 * 2 / 3 / 5)


def test_a_filled_answer_never_leaves_the_scale() -> None:
    full = np.tile(NEUTRAL, (3, 1))
    full[0, :3], full[1, :3], full[2, :3] = (-2, 2, 2), (-2, 2, 2), (2, np.nan, np.nan)
    found = imputed_legs(a_matrix(full), score_people(a_matrix(full)))
    assert found[2, 0] == pytest.approx(100 * 2 / 5)


def test_support_is_compared_on_the_questions_it_is_asked() -> None:
    # front line: B1 = 2, 0, 0; support is not asked a and answered only b, with 0
    front, support = np.tile(NEUTRAL, (4, 1)), NEUTRAL[None].copy()
    b1 = 3 * FACETS.index("B1")
    front[:, b1 : b1 + 3] = 2, 0, 0
    support[0, b1 : b1 + 3] = 0, 0, np.nan
    both = np.vstack([front, support])
    raw = a_matrix(both).answers
    raw[4, b1] = NOT_ASKED
    level = np.array([2, 2, 2, 2, 3], dtype=np.int8)
    invited = {Atom(0, Level.F): 4, Atom(0, Level.S): 1}
    matrix = AnswerMatrix(raw, np.zeros(5, dtype=np.int32), level, TREE, invited)
    found = imputed_legs(matrix, score_people(matrix))
    assert found[4, 2] == pytest.approx(0)
    assert found[0, 2] == pytest.approx(100 * 2 / 3 / 6)


def test_complete_answers_are_left_as_they_are() -> None:
    scenario = Scenario(skip_rate=0.0, dk_base=-np.inf, careless=0.0)
    matrix = answer(organisation(scenario, seed=1, employees=200), scenario, seed=2).answers
    people = score_people(matrix)
    filled, legs = imputed_legs(matrix, people)[people.valid], people.legs[people.valid]
    np.testing.assert_allclose(filled, legs, atol=1e-9)


def test_facets_without_any_answer_stay_missing() -> None:
    full = np.ones((2, 51))
    full[0, :3] = np.nan
    matrix = a_matrix(full)
    assert imputed_legs(matrix, score_people(matrix))[0, 0] == pytest.approx(100)


def test_the_short_form_has_nothing_to_fill() -> None:
    full = np.where(np.isin(ITEMS, SHORT_ITEMS), np.arange(51) % 3, np.nan)[None]
    matrix = a_matrix(full, form="short")
    assert isinstance(imputed_legs(matrix, score_people(matrix)), NotEstimable)
    assert missing_tallies(matrix, score_people(matrix)).counts.sum(axis=0).tolist() == [0, 0, 0, 6, 6, 6]


def test_legs_with_much_missing_are_shown_beside_themselves_with_gaps_filled() -> None:
    # two of fifteen answers of D are missing in everybody, one of eighteen of R in everybody
    rng = np.random.default_rng(1)
    full = rng.integers(-1, 3, (40, 51)).astype(float)
    full[:, [0, 3, 15]] = np.nan
    matrix = a_matrix(full)
    people, tier = score_people(matrix), a_tier(matrix)
    filled = quantity_tier(
        matrix, imputed_legs(matrix, people), people.valid, tier.partition, tier.home, prior_leg_covariance()
    )
    missing = stratum_tallies(tier, missing_tallies(matrix, people))
    found = imputation_effects(tier, filled, missing, [CELL])[0]
    assert set(found) == {Leg.D}
    assert found[Leg.D].missing == pytest.approx(2 / 15)
    assert found[Leg.D].value == pytest.approx(float(tier.means([CELL], np.eye(3)).value[0, 0]))


@pytest.mark.parametrize(("imputed", "moves"), [(5, False), (-5, False), (5.1, True), (-6, True)])
def test_a_leg_moves_by_more_than_five_points(imputed: float, moves: bool) -> None:
    assert ImputedLeg(0.2, 0, imputed).moves is moves


def with_careless(number: int, raw: int = 5) -> AnswerMatrix:
    """Forty attentive people around 0 and some who tick the same answer everywhere."""
    content = np.random.default_rng(1).integers(-2, 3, (40, 51)).astype(float)
    same = np.tile((raw - 3) * np.array(KEYS, dtype=float), (number, 1))
    return a_matrix(np.vstack([content, same]))


def test_careless_people_with_too_few_answers_are_not_put_back() -> None:
    matrix = with_careless(20)
    answers = matrix.answers.copy()
    asked = [3 * f + (f + page) % 3 for f in (0, 1, 2, 3, 5, 6, 7, 8, 11, 12, 13, 14) for page in (0, 1)]
    answers[np.ix_(range(40, 60), [item for item in range(51) if item not in asked])] = SKIPPED
    few = replace(matrix, answers=answers)
    people = score_people(few)
    assert people.careless.sum() == 20
    assert not np.isnan(people.legs[40:]).any()
    assert not careless_people_move_the_seat(few, people, a_tier(few))


@pytest.mark.parametrize(("number", "raw", "moved"), [(4, 5, False), (20, 5, True), (20, 3, False)])
def test_careless_people_are_told_of_only_if_five_or_more_move_the_seat(
    number: int, raw: int, moved: bool
) -> None:
    matrix = with_careless(number, raw)
    people = score_people(matrix)
    assert people.careless.sum() == number
    assert careless_people_move_the_seat(matrix, people, a_tier(matrix)) is moved
