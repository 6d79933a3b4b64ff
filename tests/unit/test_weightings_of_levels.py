"""The four weightings and the shift table (method 3.5, 3.6)."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.answers import Atom, DepartmentTree
from scoring.cells import Cell
from scoring.disclosure import Label, Partition
from scoring.moments import Moments, prior_leg_covariance
from scoring.nonresponse import shift_table
from scoring.printed import CONTRASTS
from scoring.tiers import Tier
from scoring.vocabulary import Level
from scoring.weightings import Weighting, combined

TREE = DepartmentTree.of([("Firm", "North"), ("Firm", "South")])
SEAT = np.full((1, 3), 1 / 3)


def a_firm(*groups: tuple[int, Level, int, tuple[float, float, float]]) -> Tier:
    """Labels with (department, level, invited, mean legs); eight people answer in each."""
    rng = np.random.default_rng(1)
    labels = sorted(Label(unit, level) for unit, level, _, _ in groups)
    by_label = {Label(unit, level): (n, legs) for unit, level, n, legs in groups}
    noise = rng.normal(0, 50, (8, 3))
    answers = np.vstack([np.array(by_label[label][1]) + noise - noise.mean(axis=0) for label in labels])
    partition = Partition(TREE, {Atom(label.unit, label.level): label for label in labels})
    moments = Moments.by_group(np.repeat(np.arange(len(labels)), 8), answers, len(labels))
    invited = np.array([by_label[label][0] for label in labels])
    return Tier(partition, tuple(labels), moments, invited, prior_leg_covariance(), False, partition)


def the_example() -> Tier:
    """Board of 5 at +120, managers 40 at +80, staff 400 at +30."""
    return a_firm(
        (0, Level.T, 5, (120,) * 3),
        (0, Level.M, 40, (80,) * 3),
        (1, Level.F, 300, (30,) * 3),
        (2, Level.S, 100, (30,) * 3),
    )


@pytest.mark.parametrize(
    ("weighting", "seat"),
    [(Weighting.HEADCOUNT, 36), (Weighting.PERSPECTIVES, 49), (Weighting.EQUAL, 77)],
)
def test_the_example_of_the_method(weighting: Weighting, seat: int) -> None:
    assert round(float(combined(the_example(), weighting, SEAT).value[0, 0])) == seat


def test_by_headcount_it_is_the_organisation_s_own_cell() -> None:
    tier = the_example()
    found = combined(tier, Weighting.HEADCOUNT, CONTRASTS)
    cell = tier.means([Cell(0, "all", tier.labels)], CONTRASTS)
    for name in ("mean", "covariance", "value", "error", "df"):
        np.testing.assert_allclose(getattr(found, name), getattr(cell, name))


def test_without_a_top_the_other_weights_are_rescaled() -> None:
    tier = a_firm((0, Level.M, 40, (80,) * 3), (1, Level.F, 400, (30,) * 3))
    found = {one: float(combined(tier, one, SEAT).value[0, 0]) for one in Weighting}
    assert found[Weighting.PERSPECTIVES] == pytest.approx((0.7 * 30 + 0.2 * 80) / 0.9)
    assert found[Weighting.EQUAL] == pytest.approx(55)


def test_by_informed_level_only_what_is_said_comes_from_everybody() -> None:
    tier = a_firm((0, Level.M, 100, (80, 80, 80)), (1, Level.F, 300, (40, 0, 20)))
    found = combined(tier, Weighting.INFORMED, np.eye(3))
    assert found.value[0].tolist() == pytest.approx([50, 0, 20])


def test_the_error_of_equal_levels_is_that_of_their_mean() -> None:
    tier = the_example()
    managers, top, *staff = tier.labels
    cells = [Cell(0, "T", (top,)), Cell(0, "M", (managers,)), Cell(0, "staff", tuple(staff))]
    parts = tier.means(cells, SEAT).error[:, 0]
    found = combined(tier, Weighting.EQUAL, SEAT)
    assert found.error[0, 0] == pytest.approx(np.sqrt((parts**2).sum()) / 3)


def test_the_silent_could_move_a_score_by_their_share() -> None:
    found = shift_table(-190, 0.3)
    assert (found.move, found.lower, found.higher) == pytest.approx((35, -200, -155))
    assert shift_table(12, 1.0).move == 0


def test_a_response_above_all_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        shift_table(0, 1.2)
