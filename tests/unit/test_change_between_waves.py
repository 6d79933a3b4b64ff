"""Change between two anonymous waves (method 3.11)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.change import (
    RELEVANT_DEPARTMENT,
    RELEVANT_ORGANISATION,
    Change,
    covered,
    department_changes,
    judge_family,
    organisation_change,
)
from scoring.differences import Difference
from scoring.estimable import NotEstimable
from scoring.kept_moments import KeptLabel, KeptMoments, common_strata
from scoring.moments import Moments
from scoring.printed import CONTRASTS, SEAT
from scoring.publication import publication
from scoring.simulation import Scenario, organisation, two_waves
from scoring.vocabulary import Level

FIRM = ("Firm",)
ONE = np.ones((1, 1))
POOL = np.array([[2500.0]])


def dept(name: str) -> tuple[str, ...]:
    return (*FIRM, name)


def a_wave(*groups) -> KeptMoments:
    """Labels as (unit, level, atoms, head count, answers); atoms are names of departments."""
    label = np.repeat(np.arange(len(groups)), [len(group[4]) for group in groups])
    values = np.concatenate([np.asarray(group[4], dtype=float) for group in groups])[:, None]
    return KeptMoments(
        tuple(
            KeptLabel("/".join(unit), unit, level, frozenset((dept(name), level) for name in atoms), (i,))
            for i, (unit, level, atoms, _, _) in enumerate(groups)
        ),
        Moments.by_group(label, values, len(groups)),
        np.array([group[3] for group in groups]),
        POOL,
        5,
    )


def staff(name: str, heads: int, answers, *, atoms: str | None = None):
    return (dept(name), Level.F, atoms or name, heads, answers)


def spread(mean: float, n: int = 20) -> np.ndarray:
    """Answers with this mean and a variance of 2500."""
    return mean + 50 * np.tile([-1.0, 1.0], n // 2) * math.sqrt((n - 1) / n)


def names(kept: KeptMoments, labels: tuple[int, ...]) -> list[str]:
    return ["".join(kept.labels[i].unit[1:]) for i in labels]


def test_labels_that_share_an_atom_are_joined() -> None:
    # first wave: a, b, c+d together at c; second: a+b together at a, c, d
    before = a_wave(staff("a", 10, [0]), staff("b", 10, [0]), staff("c", 20, [0], atoms="cd"))
    after = a_wave(staff("a", 20, [0], atoms="ab"), staff("c", 10, [0]), staff("d", 10, [0]))
    found = {
        (tuple(names(before, one.before)), tuple(names(after, one.after)))
        for one in common_strata(before, after)
    }
    assert found == {(("a", "b"), ("a",)), (("c",), ("c", "d"))}


def test_a_department_of_one_wave_only_is_left_out_and_told() -> None:
    before = a_wave(staff("a", 30, spread(0)), staff("x", 10, spread(100)))
    after = a_wave(staff("a", 30, spread(20)), staff("y", 90, spread(-100)))
    found = organisation_change(before, after, "all", ONE)
    assert found[0].value == pytest.approx(20)
    assert covered(before, common_strata(before, after)) == pytest.approx(0.75)


def test_both_waves_are_weighted_to_the_head_counts_of_the_first() -> None:
    # nothing changed in either department, only their sizes
    before = a_wave(staff("a", 90, spread(60)), staff("b", 10, spread(-40)))
    after = a_wave(staff("a", 10, spread(60)), staff("b", 90, spread(-40)))
    assert organisation_change(before, after, "staff", ONE)[0].value == pytest.approx(0, abs=1e-9)


def test_inside_a_joined_stratum_each_wave_keeps_its_own_weights() -> None:
    before = a_wave(staff("a", 30, spread(0), atoms="ab"), staff("c", 70, spread(0)))
    after = a_wave(staff("a", 10, spread(40)), staff("b", 30, spread(0)), staff("c", 10, spread(0)))
    # the stratum a+b weighs 30 of 100; within it the second wave stands at 10 of 40
    assert organisation_change(before, after, "all", ONE)[0].value == pytest.approx(0.3 * 0.25 * 40)


def test_one_department_is_compared_as_by_the_t_test() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(0, 50, 400), rng.normal(9, 50, 300)
    found = organisation_change(a_wave(staff("a", 500, first)), a_wave(staff("a", 500, second)), "all", ONE)[
        0
    ]
    # eight degrees of freedom of the pool beside hundreds
    welch = stats.ttest_ind(second, first, equal_var=False)
    assert found.value == pytest.approx(second.mean() - first.mean())
    assert found.p == pytest.approx(welch.pvalue, rel=0.02)


def test_a_level_that_counts_other_people_is_not_comparable() -> None:
    managers = (FIRM, Level.M, "m", 12, spread(50, 12))
    before = a_wave(managers, staff("a", 50, spread(0)), staff("b", 62, spread(0)))
    after = a_wave(staff("a", 62, spread(10)), staff("b", 62, spread(0)))
    merged = before.labels[0].atoms | before.labels[1].atoms
    folded = replace(after, labels=(replace(after.labels[0], atoms=merged), after.labels[1]))
    for level in ("staff", "M", "T"):
        assert isinstance(organisation_change(before, folded, level, ONE), NotEstimable)
    assert organisation_change(before, folded, "all", ONE)[0].value == pytest.approx((10 - 12 * 50 / 62) / 2)
    assert organisation_change(before, before, "staff", ONE)[0].value == 0


@pytest.mark.parametrize(
    ("value", "error", "name"),
    [
        (20, 5, "real"),
        (-20, 5, "real"),
        (14, 2, "not known"),  # certain, but too small to matter; the 90 % interval passes 15
        (9, 2, "no relevant change"),  # certain too, and surely too small to matter
        (3, 5, "no relevant change"),
        (20, 15, "not known"),
        (0, 12, "not known"),
    ],
)
def test_a_change_is_called_real_only_if_it_is_sure_and_matters(value, error, name: str) -> None:
    one = Difference(value, error, 200)
    assert Change(one, one, one.p, RELEVANT_ORGANISATION).change_class == name


def test_four_changes_of_the_organisation_share_one_error() -> None:
    family = [Difference(value, 8, 500) for value in (30, 18, 17, 0)]
    found = judge_family(family, RELEVANT_ORGANISATION, "holm")
    assert [one.change_class for one in found] == ["real", "not known", "not known", "no relevant change"]
    assert judge_family(family, RELEVANT_ORGANISATION, "benjamini-hochberg")[1].p < found[1].p


def test_how_many_people_it_takes_to_see_a_change() -> None:
    # method 3.11: leg SD 58, 100 people: 23 points are seen with a power of .80
    rng = np.random.default_rng(2)
    seen = 0
    for _ in range(400):
        waves = [a_wave(staff("a", 200, rng.normal(mean, 58, 100))) for mean in (0, 23)]
        seen += organisation_change(*waves, "all", ONE)[0].p < 0.05
    assert seen / 400 == pytest.approx(0.80, abs=0.06)


def departments_of(changes: dict[str, float], *, n: int = 20):
    before = a_wave(*(staff(name, 2 * n, spread(0, n)) for name in changes))
    after = a_wave(*(staff(name, 2 * n, spread(value, n)) for name, value in changes.items()))
    return before, after, [dept(name) for name in changes]


def test_department_changes_are_drawn_towards_their_mean() -> None:
    waves = departments_of({"a": 0, "b": 10, "c": 20, "d": 90})
    found = department_changes(*waves, ONE)
    for name, value in (("a", 0), ("b", 10), ("c", 20), ("d", 90)):
        change = found[dept(name)][0]
        assert change.observed.value == pytest.approx(value)
        assert abs(change.judged.value - 30) < abs(value - 30)
        assert change.relevant == RELEVANT_DEPARTMENT
    assert found[dept("d")][0].change_class == "real"
    assert found[dept("a")][0].change_class == "not known"


def test_changes_that_chance_explains_still_differ_a_little() -> None:
    # psi = 2 * 2500 / 20; tau^2 of the data is 0, tau0^2 = 2500 * .05, stabilised 8 * 125 / 11 (3.7, 3.11)
    found = department_changes(*departments_of({"a": 8, "b": 9, "c": 11, "d": 12}), ONE)
    between = 8 * 125 / 11
    assert found[dept("a")][0].judged.value == pytest.approx(10 - 2 * between / (between + 250))


def test_three_departments_are_compared_unshrunken() -> None:
    found = department_changes(*departments_of({"a": 0, "b": 0, "c": 80}), ONE)
    assert all(found[dept(name)][0].judged == found[dept(name)][0].observed for name in "abc")
    assert found[dept("c")][0].p == pytest.approx(3 * found[dept("c")][0].observed.p)


def test_a_regrouped_department_is_not_compared() -> None:
    before = a_wave(*(staff(name, 40, spread(0)) for name in "abcde"))
    after = a_wave(*(staff(name, 40, spread(0)) for name in "abc"), staff("d", 80, spread(0), atoms="de"))
    units = [dept(name) for name in "abcdef"]
    found = department_changes(before, after, units, ONE)
    assert [isinstance(found[unit], NotEstimable) for unit in units] == [False] * 3 + [True] * 3
    assert list(found) == units


def test_with_nothing_in_common_nothing_is_compared() -> None:
    before, after = a_wave(staff("a", 9, [1])), a_wave(staff("b", 9, [1]))
    assert isinstance(organisation_change(before, after, "all", ONE), NotEstimable)
    assert isinstance(department_changes(before, after, [dept("a")], ONE)[dept("a")], NotEstimable)


@given(st.floats(-100, 100), st.integers(0, 1000))
def test_a_change_of_everybody_is_the_change_of_every_department(shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = {name: rng.normal(0, 40, 12) for name in "abcde"}
    before = a_wave(*(staff(name, 20, each) for name, each in answers.items()))
    after = a_wave(*(staff(name, 30, each + shift) for name, each in answers.items()))
    assert organisation_change(before, after, "staff", ONE)[0].value == pytest.approx(shift, abs=1e-6)
    for change in department_changes(before, after, [dept(name) for name in answers], ONE).values():
        assert change[0].judged.value == pytest.approx(shift, abs=1e-6)


def kept_of(wave) -> KeptMoments:
    return publication(wave.answers, wave="1").kept.legs


def test_two_waves_of_a_simulated_firm_show_the_change_that_was_made() -> None:
    scenario = Scenario(careless=0.0, response_rate=1.0)
    firm = organisation(scenario, seed=1, employees=1500, departments=20)
    waves = two_waves(firm, scenario, seed=2, change=25.0, composition=0.3)
    before, after = kept_of(waves.before), kept_of(waves.after)
    observed = organisation_change(before, after, "staff", CONTRASTS[: SEAT + 1])
    found = judge_family(observed, RELEVANT_ORGANISATION, "holm")
    assert all(one.observed.value == pytest.approx(25, abs=6) for one in found)
    assert all(one.change_class == "real" for one in found)


def test_people_who_answer_twice_make_the_test_careful() -> None:
    # method 3.11: type I error .008-.009 where 80 % answer twice and their answers correlate .6
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(600):
        first, second = rng.multivariate_normal([0, 0], [[2500, 1500], [1500, 2500]], 50).T
        second[:10] = rng.normal(0, 50, 10)
        waves = (a_wave(staff("a", 60, first)), a_wave(staff("a", 60, second)))
        wrong += organisation_change(*waves, "all", ONE)[0].p < 0.05
    assert 0 < wrong / 600 < 0.025
