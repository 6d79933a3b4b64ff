"""What stands side by side in a cell rests on one set of counts, so that nothing follows from the difference.

Facets from persons beside items from counts once told what somebody answered who left one item out, and
true sizes beside told ones the sizes of small groups (decisions/0064).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from scoring.answers import SKIPPED, AnswerMatrix, Atom, DepartmentTree
from scoring.publication import publish
from scoring.released import ReleasedCell
from scoring.vocabulary import FACETS, ITEMS, LEGS, LEVELS, Level, leg_of

ROUNDED = 1 + 1e-9
"""Four numbers in whole points: each may lie half a point away, and three of them enter as their mean."""


def a_firm(sizes: Mapping[tuple[str, ...], int], seed: int, gaps: float = 0.0) -> AnswerMatrix:
    """Front line alone, with random answers; of each small team nine were invited, whatever its size."""
    tree = DepartmentTree.of(sizes)
    unit = np.repeat([tree.index[one] for one in sizes], list(sizes.values())).astype(np.int32)
    chance = np.random.default_rng(seed)
    answers = chance.integers(1, 6, (len(unit), len(ITEMS))).astype(np.int8)
    answers[chance.random(answers.shape) < gaps] = SKIPPED
    level = np.full(len(unit), LEVELS.index(Level.F), dtype=np.int8)
    invited = {Atom(tree.index[one], Level.F): 9 if n < 10 else n + 4 for one, n in sizes.items()}
    return AnswerMatrix(answers, unit, level, tree, invited)


def two_teams(people: int) -> ReleasedCell:
    """The staff of a department that is made of two equal teams too small for finer figures."""
    sizes = {("Org", "P", "A"): people, ("Org", "P", "B"): people} | {
        ("Org", f"Q{i}"): 14 + i for i in range(4)
    }
    cell = publish(a_firm(sizes, people), wave="Autumn").cell(("Org", "P"), "staff")
    assert cell is not None
    assert cell.size == "banded"
    return cell


def off_by(cell: ReleasedCell) -> list[float]:
    """How far each printed facet is from the mean of its printed items."""
    return [
        abs(
            cell.facets[facet].estimate.value
            - np.mean([cell.items[facet + one].estimate.value for one in "abc"])
        )
        for facet in FACETS
        if facet in cell.facets and all(facet + one in cell.items for one in "abc")
    ]


@pytest.fixture(scope="module")
def unions() -> dict[int, ReleasedCell]:
    return {people: two_teams(people) for people in range(5, 10)}


def test_a_facet_is_the_mean_of_its_items_where_few_left_one_out() -> None:
    ledger = publish(a_firm({("Org", f"D{i}"): 11 + i for i in range(6)}, 3, gaps=0.02), wave="Autumn")
    found = [one for cell in ledger.cells for one in off_by(cell)]
    assert len(found) > 60
    assert max(found) <= ROUNDED


def test_the_same_holds_of_small_teams_together_whatever_their_size(unions: dict[int, ReleasedCell]) -> None:
    for cell in unions.values():
        assert len(found := off_by(cell)) == len(FACETS)
        assert max(found) <= ROUNDED


def test_facets_of_two_small_teams_fit_two_teams_of_five(unions: dict[int, ReleasedCell]) -> None:
    lattice = np.array([100 * total / 3 / 10 for total in range(-60, 61)])
    for cell in unions.values():
        for facet in cell.facets.values():
            assert np.abs(lattice - facet.estimate.value).min() <= 0.5 + 1e-9


def test_agreement_is_that_of_the_printed_distributions_for_every_size(
    unions: dict[int, ReleasedCell],
) -> None:
    scale = np.arange(1, 6)
    for cell in unions.values():
        assert cell.finer is not None
        for leg in LEGS:
            counts = np.array([one.shares for item, one in cell.items.items() if leg_of(item) is leg]) / 10
            distance = scale - (counts @ scale / 10)[:, None]
            told = cell.finer.agreement[leg]
            assert told.ad == pytest.approx((counts * np.abs(distance)).sum(axis=1).mean() / 10, abs=0.006)
            variance = (counts * distance**2).sum(axis=1).mean() / 9
            assert told.r_star_wg == pytest.approx(1 - variance / 2, abs=0.006)
