"""The attacker finds what careless publishers let out, and nothing in what the real merging releases."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.answers import Atom, DepartmentTree
from scoring.cells import cells
from scoring.disclosure import Label, Partition, ThresholdTooLow, Tiers, partitions
from scoring.disclosure_audit import (
    ContradictorySizes,
    DeterminedSize,
    Flaw,
    Isolation,
    SizeFact,
    Violation,
    check_construction,
    determined_sizes,
    find_isolation,
)
from scoring.printed_sizes import n_band
from scoring.vocabulary import Level

K = 5
ORGANISATIONS = 100
Sizes = Mapping[Atom, int]


def an_organisation(seed: int) -> tuple[DepartmentTree, Sizes, Sizes]:
    """A firm of 6 to 40 departments: its tree, who was invited, who answered."""
    draw = np.random.default_rng(seed)
    paths = [("Org",)]
    for number in range(int(draw.integers(6, 41))):
        near_the_top = paths[: 1 + len(paths) // 3]
        paths.append((*near_the_top[draw.integers(len(near_the_top))], f"D{number}"))
    tree = DepartmentTree.of(paths)
    invited = {Atom(0, Level.T): int(draw.integers(3, 10))}
    for unit in range(len(tree.paths)):
        invited[Atom(unit, Level.F)] = int(1 + draw.lognormal(2.5, 0.8))
        invited[Atom(unit, Level.M)] = int(draw.integers(1, 8))
        if draw.random() < 0.4:
            invited[Atom(unit, Level.S)] = int(draw.integers(1, 15))
    willing = draw.uniform(0.5, 0.9)
    return tree, invited, {atom: int(draw.binomial(people, willing)) for atom, people in invited.items()}


def tiers_of(seed: int) -> tuple[Tiers, Sizes]:
    tree, invited, answered = an_organisation(seed)
    return partitions(tree, invited, answered, K), answered


def as_facts(released: Iterable[Collection[Atom]], atoms: list[Atom]) -> NDArray[np.float64]:
    return np.array([[atom in cell for atom in atoms] for cell in released], dtype=np.float64)


def cells_as_atoms(partition: Partition) -> list[set[Atom]]:
    return [
        {atom for label in cell.labels for atom in partition.atoms_of(label)} for cell in cells(partition)
    ]


def released_by_plain_threshold(tree: DepartmentTree, answered: Sizes) -> list[set[Atom]]:
    """Every department x level and every total of a department with what is below it, if k answered."""
    wanted = [{atom} for atom in answered]
    for unit in range(len(tree.paths)):
        below = {atom for atom in answered if tree.within(atom.unit, unit)}
        wanted += [below, *({atom for atom in below if atom.level is level} for level in Level)]
    return [cell for cell in wanted if sum(answered[atom] for atom in cell) >= K]


def attack(released: list[set[Atom]], answered: Sizes, k: int = K) -> Isolation | None:
    atoms = list(answered)
    return find_isolation(as_facts(released, atoms), [answered[atom] for atom in atoms], k)


def test_a_parent_minus_its_child_gives_the_hidden_rest_back():
    assert find_isolation([[1, 1], [1, 0]], [18, 4]) == Isolation((1,), 4)
    assert find_isolation([[1, 1], [1, 0]], [18, 5]) is None
    assert find_isolation([[1, 1], [1, 0]], [18, 5], k=10) == Isolation((1,), 5)


def test_a_group_is_found_that_only_four_facts_together_give():
    facts = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [1, 0, 1, 0, 1], [0, 1, 0, 1, 0]]

    assert find_isolation(facts, [9, 9, 9, 9, 3]) == Isolation((4,), 3)


def fewest_by_trying_all(facts: NDArray[np.float64], sizes: NDArray[np.int64]) -> int | None:
    """People in the smallest total that follows from the facts, by trying every set of groups."""
    rank = np.linalg.matrix_rank(facts)
    totals = [
        int(sizes @ chosen)
        for chosen in itertools.product([0, 1], repeat=len(sizes))
        if any(chosen) and np.linalg.matrix_rank(np.vstack([facts, chosen])) == rank
    ]
    return min(totals, default=None)


def test_the_attacker_finds_a_small_total_exactly_where_trying_all_sets_finds_one():
    draw = np.random.default_rng(7)
    outcomes = {True: 0, False: 0}
    for _ in range(150):
        groups = int(draw.integers(3, 7))
        facts = draw.integers(-1, 2, size=(int(draw.integers(2, groups + 1)), groups)).astype(float)
        sizes = draw.integers(1, 5, size=groups)
        fewest = fewest_by_trying_all(facts, sizes)
        found = find_isolation(facts, sizes, K)

        assert (found is not None) == (fewest is not None and fewest < K)
        if found is not None:
            chosen = np.isin(np.arange(groups), found.groups)
            assert np.linalg.matrix_rank(np.vstack([facts, chosen])) == np.linalg.matrix_rank(facts)
            assert found.people == sizes[chosen].sum() < K
        outcomes[found is not None] += 1

    assert min(outcomes.values()) >= 20


def test_two_small_groups_that_only_appear_together_are_found_as_one():
    facts = [[1, 1, 1], [0, 0, 1]]

    assert find_isolation(facts, [1, 3, 20]) == Isolation((0, 1), 4)
    assert find_isolation(facts, [2, 3, 20]) is None


def test_two_small_groups_that_no_combination_separates_need_the_integer_program():
    # p+X+Y, q-X and Y are known, so p+q is, but neither p nor q.
    facts = [[1, 0, 1, 1], [0, 1, -1, 0], [0, 0, 0, 1]]

    assert find_isolation(facts, [2, 1, 30, 40]) == Isolation((0, 1), 3)


def test_a_group_of_nobody_is_no_finding():
    assert find_isolation([[1, 0], [1, 1]], [20, 0]) is None


def test_nothing_released_isolates_nobody():
    assert find_isolation(np.zeros((0, 3)), [1, 2, 3]) is None


def test_a_search_without_time_counts_as_unsafe():
    found = find_isolation([[1, 0, 1, 1], [0, 1, -1, 0], [0, 0, 0, 1]], [2, 1, 30, 40], seconds=0.0)

    assert found is not None
    assert {0, 1} <= set(found.groups)


def test_facts_that_do_not_fit_the_groups_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        find_isolation([[1, 1]], [5, 5, 5])


def test_a_plain_threshold_is_caught_in_nearly_every_organisation():
    caught = 0
    for seed in range(ORGANISATIONS):
        tree, _, answered = an_organisation(seed)
        found = attack(released_by_plain_threshold(tree, answered), answered)
        caught += found is not None and found.proven and 0 < found.people < K

    assert caught >= 0.95 * ORGANISATIONS


def test_the_cells_of_both_tiers_together_are_safe_in_every_organisation():
    for seed in range(ORGANISATIONS):
        tiers, answered = tiers_of(seed)
        released = cells_as_atoms(tiers.legs) + cells_as_atoms(tiers.fine)

        assert attack(released, answered) is None, seed


def test_the_finer_cells_alone_isolate_nobody_below_twice_k():
    for seed in range(ORGANISATIONS):
        tiers, answered = tiers_of(seed)

        assert attack(cells_as_atoms(tiers.fine), answered, 2 * K) is None, seed


def test_the_check_before_publishing_passes_every_merged_organisation():
    for seed in range(ORGANISATIONS):
        tiers, answered = tiers_of(seed)
        for partition, k in ((tiers.legs, K), (tiers.fine, 2 * K)):
            named = [(f"{cell.unit}, {cell.level}", cell.labels) for cell in cells(partition)]

            assert check_construction(named, partition.counts(answered), k) == (), seed


def test_the_check_before_publishing_names_every_flaw():
    sizes = {"a": 12, "b": 4}
    wrong = [("none", []), ("other", ["a", "x"]), ("twice", ["a", "a"]), ("few", ["a", "b"]), ("good", ["a"])]

    assert check_construction(wrong, sizes) == (
        Violation("none", Flaw.EMPTY),
        Violation("other", Flaw.NOT_A_LABEL, "x"),
        Violation("twice", Flaw.COUNTED_TWICE, "a"),
        Violation("few", Flaw.TOO_SMALL, "b"),
    )


def test_the_check_before_publishing_refuses_a_lower_threshold():
    with pytest.raises(ThresholdTooLow):
        check_construction([("few", ["a"])], {"a": 4}, k=4)


def printed_sizes(partition: Partition, sizes: Mapping[Label, int]) -> list[SizeFact[Label]]:
    """What the ledger says of the sizes of its cells and labels."""
    shown = [(cell.labels) for cell in cells(partition)] + [(label,) for label in partition.labels]
    return [SizeFact(frozenset(labels), *n_band([sizes[label] for label in labels], K)) for labels in shown]


def test_bands_of_sizes_determine_no_size_below_ten():
    for seed in range(12):
        tiers, answered = tiers_of(seed)
        sizes = tiers.legs.counts(answered)

        assert determined_sizes(printed_sizes(tiers.legs, sizes)) == (), seed


def test_bands_leave_every_small_size_its_whole_range():
    """Not only is no small size determined: not one value from 5 to 9 can be ruled out."""
    tiers, answered = tiers_of(3)
    sizes = tiers.legs.counts(answered)
    facts = printed_sizes(tiers.legs, sizes)
    small = [label for label, people in sizes.items() if people < 2 * K]
    assert small

    for label in small:
        for people in range(K, 2 * K):
            supposed = SizeFact(frozenset([label]), people, people)
            found = determined_sizes([*facts, supposed], [[label]])
            assert found == (DeterminedSize(frozenset([label]), people),)


def test_an_exact_total_beside_a_band_gives_the_size_back():
    """318 - 281 - 31 = 6, the example of the confidentiality text."""
    facts = [
        SizeFact(frozenset("abc"), 318, 318),
        SizeFact(frozenset("a"), 281, 281),
        SizeFact(frozenset("b"), 31, 31),
        SizeFact(frozenset("c"), 5, 9),
    ]

    assert determined_sizes(facts) == (DeterminedSize(frozenset("c"), 6),)


def test_a_total_rounded_to_ten_can_give_the_size_back():
    """Why totals carry bands: 289 + 5 rounds to 290, but 289 + 6 to 9 all round to 300."""
    facts = [
        SizeFact(frozenset("ab"), 285, 294),
        SizeFact(frozenset("a"), 289, 289),
        SizeFact(frozenset("b"), 5, 9),
    ]

    assert determined_sizes(facts) == (DeterminedSize(frozenset("b"), 5),)


def test_whoever_knows_the_roster_knows_a_label_in_which_all_five_answered():
    invited = SizeFact(frozenset("a"), 0, 5)

    assert determined_sizes([SizeFact(frozenset("a"), 5, 9), invited]) == (DeterminedSize(frozenset("a"), 5),)


def test_a_union_can_be_determined_although_its_parts_are_not():
    facts = [SizeFact(frozenset("abc"), 30, 30), SizeFact(frozenset("c"), 22, 22)]

    assert determined_sizes(facts) == ()
    assert determined_sizes(facts, ["ab"]) == (DeterminedSize(frozenset("ab"), 8),)


def test_a_size_without_upper_limit_is_not_determined():
    assert determined_sizes([SizeFact(frozenset("a"), 5, None)]) == ()


def test_sizes_that_contradict_each_other_are_refused():
    with pytest.raises(ContradictorySizes):
        determined_sizes([SizeFact(frozenset("ab"), 4, 4), SizeFact(frozenset("a"), 5, 9)])


def test_a_target_of_which_nothing_is_known_is_refused():
    with pytest.raises(ValueError, match="nothing is known"):
        determined_sizes([SizeFact(frozenset("a"), 5, 9)], ["z"])
