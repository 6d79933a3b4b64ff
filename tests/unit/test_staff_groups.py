"""Departments of a scored wave, drawn towards their mean and ranked (method 3.7)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from scoring.cells import Cell, cells
from scoring.disclosure import partitions
from scoring.estimable import NotEstimable
from scoring.legs import score_people
from scoring.printed import CONTRASTS, SEAT
from scoring.ranking import ranking
from scoring.simulation import Scenario, answer, organisation
from scoring.staff_groups import reliability_of_groups, shrunken_departments, staff_groups
from scoring.tiers import facet_tiers, leg_tier
from scoring.vocabulary import STAFF

SCORES = CONTRASTS[: SEAT + 1]


@cache
def a_firm(departments: int, employees: int):
    scenario = Scenario()
    wave = answer(
        organisation(scenario, seed=1, employees=employees, departments=departments), scenario, seed=2
    )
    people = score_people(wave.answers)
    answered = wave.answers.answered_by_atom(people.valid)
    return wave, people, partitions(wave.answers.tree, wave.answers.invited, answered)


def legs_of(departments: int, employees: int):
    wave, people, tiers = a_firm(departments, employees)
    return wave, leg_tier(wave.answers, people, tiers.legs)


def staff_cells(tier) -> list[Cell]:
    return [cell for cell in cells(tier.partition) if cell.level == "staff"]


def test_the_staff_as_a_whole_keep_their_direct_score() -> None:
    _, tier = legs_of(30, 900)
    found = shrunken_departments(staff_groups(tier, SCORES), staff_cells(tier))
    direct = tier.means(staff_cells(tier), SCORES).value
    assert staff_cells(tier)[0].unit == 0
    np.testing.assert_allclose(found.value[0], direct[0])
    spread = [np.std(x[1:, SEAT]) for x in (found.value, direct)]
    assert spread[0] < spread[1]


def test_shrunken_scores_are_nearer_to_the_truth_than_raw_ones() -> None:
    wave, tier = legs_of(60, 1200)
    found = staff_cells(tier)[1:]
    truth = np.array([wave.truth.lasting[cell.unit, 2].mean() for cell in found])
    shrunk = shrunken_departments(staff_groups(tier, SCORES), found).value[:, SEAT]
    raw = tier.means(found, SCORES).value[:, SEAT]
    # everybody's acquiescence moves all departments alike
    error, raw_error = (np.std(x - truth) for x in (shrunk, raw))
    assert error < 0.92 * raw_error


def test_the_error_of_a_group_is_the_pool_over_its_people() -> None:
    _, tier = legs_of(30, 900)
    groups = staff_groups(tier, SCORES)
    n = tier.moments.n[[row for label in groups.labels for row in tier.rows([label])]]
    np.testing.assert_allclose(groups.error_variance, groups.within / n[:, None])
    assert groups.within[:3].tolist() == pytest.approx(np.diag(tier.pool))


def test_facets_are_grouped_by_their_own_coarser_labels() -> None:
    wave, people, tiers = a_firm(30, 900)
    tier = facet_tiers(wave.answers, people, tiers, 5)["R2"]
    groups = staff_groups(tier, np.ones((1, 1)))
    several = [i for i, label in enumerate(groups.labels) if len(tier.rows([label])) > 1]
    assert several
    for i in several:
        rows = tier.rows([groups.labels[i]])
        weight = tier.invited[rows] / tier.invited[rows].sum()
        assert groups.error_variance[i, 0] == pytest.approx(
            groups.within[0] * (weight**2 / tier.moments.n[rows]).sum()
        )
        assert groups.mean[i, 0] == pytest.approx(weight @ tier.moments.mean[rows, 0])


def test_a_firm_of_few_departments_is_not_shrunk() -> None:
    _, tier = legs_of(2, 60)
    assert sum(label.level in STAFF for label in tier.labels) < 4
    assert isinstance(shrunken_departments(staff_groups(tier, SCORES), staff_cells(tier)), NotEstimable)


def test_small_departments_are_not_put_in_order_and_large_ones_are() -> None:
    orders = []
    for departments, employees in ((30, 300), (30, 6000)):
        _, tier = legs_of(departments, employees)
        found = shrunken_departments(staff_groups(tier, SCORES), staff_cells(tier)[1:])
        icc2 = float(reliability_of_groups(tier, SCORES)[SEAT])
        orders.append(ranking(found, SEAT, icc2).order)
    assert orders[0] is None
    assert sorted(orders[1]) == list(range(len(orders[1])))
