"""Acquiescence and extreme answers (method 3.4)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answers import NOT_ASKED, SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.estimable import NotEstimable
from scoring.legs import score_people
from scoring.response_style import response_style, style_moments, style_of_people
from scoring.simulation import Scenario, answer, organisation
from scoring.vocabulary import ITEMS, KEYS, SHORT_ITEMS, Level

TREE = DepartmentTree.of([("Firm",)])
KEYED = np.array(KEYS)


def a_matrix(answers, form="full") -> AnswerMatrix:
    rows = np.array(answers, dtype=np.int8)
    zeros = np.zeros(len(rows))
    return AnswerMatrix(
        rows, zeros.astype(np.int32), zeros.astype(np.int8) + 2, TREE, {Atom(0, Level.F): len(rows)}, form
    )


def index_of(*answers: int) -> float:
    """Acquiescence of one person who answers every facet with these three raw answers."""
    return float(style_of_people(a_matrix([answers * 17]))[0, 0])


@pytest.mark.parametrize(
    ("answers", "index"),
    [
        ((4, 4, 2), 0.0),  # content +1 said in both ways
        ((5, 5, 5), 2.0),  # agrees with everything
        ((5, 3, 4), 1.0),  # (1 + 1) / 2
        ((5, 4, 3), 0.75),  # (1.5 + 0) / 2
        ((5, SKIPPED, 3), 1.0),  # one positive answer is enough: (2 + 0) / 2
        ((1, 1, 4), -0.5),
    ],
)
def test_the_index_is_the_mean_of_both_kinds_before_reversal(answers, index: float) -> None:
    assert index_of(*answers) == pytest.approx(index)


def test_facets_without_both_kinds_are_left_out() -> None:
    answers = [5, 5, SKIPPED] * 16 + [4, 4, 4]
    assert style_of_people(a_matrix([answers]))[0, 0] == pytest.approx(1.0)
    assert np.isnan(style_of_people(a_matrix([[5, 5, SKIPPED] * 17]))[0, 0])


def test_extreme_answers_are_counted_among_those_given() -> None:
    answers = [1, 5, 3] + [SKIPPED] * 48
    assert style_of_people(a_matrix([answers]))[0, 1] == pytest.approx(2 / 3)


@given(st.lists(st.integers(-1, 1), min_size=17, max_size=17))
def test_content_cancels(content: list[int]) -> None:
    answers = 3 + KEYED * np.repeat(content, 3)
    assert style_of_people(a_matrix([answers]))[0, 0] == 0


def test_the_index_finds_who_agrees_with_everything() -> None:
    # method 3.4: correlation .91 with the truth, slope .91, intercept .03; the correlation needs
    # people who differ by .30 (decisions/0020)
    scenario = Scenario(careless=0.0, response_rate=1.0, acquiescence_sd=0.30)
    wave = answer(organisation(scenario, seed=1, employees=4000), scenario, seed=2)
    people = score_people(wave.answers)
    index = style_of_people(wave.answers)[people.valid, 0]
    truth = wave.acquiescence[people.valid]
    slope, intercept = np.polyfit(truth, index, 1)
    assert np.corrcoef(truth, index)[0, 1] == pytest.approx(0.91, abs=0.02)
    assert slope == pytest.approx(0.91, abs=0.03)
    assert intercept == pytest.approx(0.03, abs=0.03)
    found = response_style(style_moments(wave.answers, people))
    assert found.acquiescence == pytest.approx(index.mean())
    assert found.n == len(index)


def test_a_third_of_the_index_reaches_every_leg() -> None:
    # content 0 in every facet, raised by one step of agreement: 2/3 - 1/3 of 100 points
    matrix = a_matrix([[5, 3, 4] * 17] * 3)
    people = score_people(matrix)
    style = response_style(style_moments(matrix, people))
    assert people.legs[0].tolist() == pytest.approx([100 / 3] * 3)
    assert style.corrected(people.legs[0, 0]) == pytest.approx(0)


def test_without_an_index_it_says_why() -> None:
    short = np.where(np.isin(ITEMS, SHORT_ITEMS), 4, NOT_ASKED)
    assert isinstance(style_of_people(a_matrix([short], "short")), NotEstimable)
    matrix = a_matrix([[5, 4, SKIPPED] * 17])
    found = style_moments(matrix, score_people(matrix))
    assert isinstance(response_style(found), NotEstimable)
