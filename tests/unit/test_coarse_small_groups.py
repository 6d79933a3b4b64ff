"""Groups of 5 to 9 are told in coarse points, and every total rests on them (decisions/0062)."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.answers import AnswerMatrix, Atom, DepartmentTree
from scoring.legs import score_people
from scoring.publication import publish
from scoring.scored_wave import score_wave
from scoring.vocabulary import ITEMS, LEGS, LEVELS, SHORT_ITEMS, Form, Level

TREE = DepartmentTree((("Org",), ("Org", "North"), ("Org", "South")))


def a_wave(form: Form, small: int) -> AnswerMatrix:
    """40 people at the front line of North, and a few of South."""
    random = np.random.default_rng(small)
    units = np.array([1] * 40 + [2] * small, dtype=np.int32)
    answers = random.integers(1, 6, (len(units), len(ITEMS))).astype(np.int8)
    if form == "short":
        answers[:, [item not in SHORT_ITEMS for item in ITEMS]] = 0
    levels = np.full(len(units), LEVELS.index(Level.F), dtype=np.int8)
    return AnswerMatrix(answers, units, levels, TREE, {Atom(1, Level.F): 40, Atom(2, Level.F): small}, form)


@pytest.mark.parametrize(("form", "step"), [("short", 5), ("full", 1)])
@pytest.mark.parametrize("small", [5, 7, 9])
def test_a_small_groups_legs_are_multiples_of_a_step_and_its_seat_is_their_mean(
    form: Form, step: int, small: int
) -> None:
    cell = publish(a_wave(form, small), wave="1").cell(("Org", "South"), "staff")
    assert cell is not None
    legs = [cell.legs[leg].value for leg in LEGS]
    assert all(value % step == 0 for value in legs)
    assert abs(cell.seat.value - sum(legs) / 3) <= 0.5


def test_totals_rest_on_the_coarse_means_and_large_groups_stay_exact() -> None:
    wave = a_wave("short", 7)
    tier = score_wave(wave, "1", 5).legs
    exact = score_people(wave).legs
    large, small = sorted(range(len(tier.strata)), key=lambda row: -tier.moments.n[row])
    assert tier.moments.mean[large] == pytest.approx(exact[:40].mean(axis=0))
    assert tier.moments.mean[small] % 5 == pytest.approx(0)
    assert tier.moments.mean[small] == pytest.approx(exact[40:].mean(axis=0), abs=2.5)
    assert tier.moments.scatter[small] == pytest.approx(
        7 * np.cov(exact[40:].T, bias=True), rel=1e-9, abs=1e-6
    )
