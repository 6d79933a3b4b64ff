"""ENPS, internal customer and what counts most (method 2.3, 3.6)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.cells import Cell
from scoring.disclosure import Label, Partition
from scoring.enps import (
    PRIOR_ENPS_SD,
    PRIOR_RATING_SD,
    PRIOR_SHARE_SD,
    enps,
    enps_values,
    priority_shares,
    priority_values,
    rating_values,
    ratings,
)
from scoring.tiers import Tier, quantity_tier
from scoring.vocabulary import Level

TREE = DepartmentTree.of([("Firm", "North"), ("Firm", "South")])
NORTH, SOUTH = Label(1, Level.F), Label(2, Level.F)
BOTH = Cell(0, "staff", (NORTH, SOUTH))


def a_tier(values, prior: float, *columns: tuple[int, ...], invited=(100, 300)) -> Tier:
    """A tier of the answers of North and South to one additional question."""
    answers = np.concatenate([np.array(column, dtype=np.int8) for column in columns])
    unit = np.repeat([1, 2][: len(columns)], [len(column) for column in columns]).astype(np.int32)
    invitations = {Atom(1, Level.F): invited[0], Atom(2, Level.F): invited[1]}
    matrix = AnswerMatrix(
        np.ones((len(unit), 51), dtype=np.int8), unit, np.full(len(unit), 2, np.int8), TREE, invitations
    )
    found = values(answers)
    having = ~np.isnan(found[:, 0])
    partition = Partition(TREE, {Atom(label.unit, label.level): label for label in (NORTH, SOUTH)})
    covariance = prior**2 * np.eye(found.shape[1])
    return quantity_tier(matrix, found, having, partition, partition, covariance)


def answers_to_x1(promoters: int, passives: int, detractors: int, silent: int = 0) -> tuple[int, ...]:
    return (9,) * promoters + (8,) * passives + (6,) * detractors + (-1,) * silent


def test_promoters_less_detractors_among_those_who_answered() -> None:
    tier = a_tier(enps_values, PRIOR_ENPS_SD, answers_to_x1(20, 12, 8, silent=5))
    found = enps(tier, [Cell(1, "staff", (NORTH,))])[0]
    assert found.value == pytest.approx(30)
    assert found.n == 40
    # p = .5, d = .2: 100 sqrt((.7 - .09) / 40)
    assert found.error == pytest.approx(100 * math.sqrt(0.61 / 40))
    assert found.low < 30 - found.error < 30 + found.error < found.high


@pytest.mark.parametrize(("answer", "value"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_every_answer_counts_for_one_of_three(answer: int, value: float) -> None:
    assert enps_values(np.array([answer], dtype=np.int8))[0, 0] == value


def test_departments_weigh_by_head_count() -> None:
    tier = a_tier(enps_values, PRIOR_ENPS_SD, answers_to_x1(10, 0, 0), answers_to_x1(0, 10, 10))
    found = enps(tier, [BOTH])[0]
    assert found.value == pytest.approx(0.25 * 100 + 0.75 * -50)
    assert found.error == pytest.approx(0.75 * 100 * math.sqrt(0.25 / 20))


def test_ten_promoters_are_not_a_certain_hundred() -> None:
    tier = a_tier(enps_values, PRIOR_ENPS_SD, answers_to_x1(10, 0, 0))
    found = enps(tier, [Cell(1, "staff", (NORTH,))])[0]
    assert (found.value, found.error, found.high) == (100, 0, 100)
    assert found.low < 75


@pytest.mark.parametrize("shares", [(0.35, 0.40, 0.25), (0.6, 0.3, 0.1), (0.1, 0.3, 0.6)])
def test_intervals_of_the_enps_cover_at_ten_answers(shares: tuple[float, float, float]) -> None:
    # decisions/0021: 1.96 SE covers .87-.90 here
    rng = np.random.default_rng(1)
    hits = 0
    for promoters, passives, detractors in rng.multinomial(10, shares, size=400):
        tier = a_tier(enps_values, PRIOR_ENPS_SD, answers_to_x1(promoters, passives, detractors))
        found = enps(tier, [Cell(1, "staff", (NORTH,))])[0]
        hits += found.low <= 100 * (shares[0] - shares[2]) <= found.high
    assert hits / 400 > 0.92


@given(st.lists(st.integers(0, 10), min_size=10, max_size=40))
def test_an_enps_and_its_interval_stay_on_the_scale(answers: list[int]) -> None:
    found = enps(a_tier(enps_values, PRIOR_ENPS_SD, tuple(answers)), [Cell(1, "staff", (NORTH,))])[0]
    assert -100 <= found.low <= found.value <= found.high <= 100


def test_internal_customers_answer_from_0_to_10() -> None:
    tier = a_tier(rating_values, PRIOR_RATING_SD, (10,) * 9 + (0, -1), (4,) * 20)
    found = ratings(tier, [BOTH, Cell(1, "staff", (NORTH,))])
    assert found[0].value == pytest.approx(0.25 * 9 + 0.75 * 4)
    assert found[1].high == 10
    assert found[1].n == 10


def test_shares_of_what_counts_most_add_up_to_all_who_answered() -> None:
    tier = a_tier(priority_values, PRIOR_SHARE_SD, (0,) * 5 + (6,) * 5 + (-1,) * 7, (0,) * 2 + (3,) * 8)
    found = priority_shares(tier, [BOTH])[0]
    assert found.sum() == pytest.approx(1)
    assert found[0] == pytest.approx(0.25 * 0.5 + 0.75 * 0.2)
    assert found[6] == pytest.approx(0.25 * 0.5)
