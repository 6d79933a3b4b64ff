"""Merging of labels: small cases worked by hand, and what must hold for every organisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from scoring.answers import Atom, DepartmentTree, Path
from scoring.disclosure import (
    Label,
    Merge,
    Partition,
    Reason,
    ThresholdTooLow,
    Tiers,
    explain_merge,
    initial,
    merge,
    merge_statistic,
    partitions,
)
from scoring.vocabulary import Level

K = 5
T, M, F, S = Level.T, Level.M, Level.F, Level.S
TREE = DepartmentTree.of([("Org", "A", "A1"), ("Org", "A", "A2"), ("Org", "B")])
ORG, A, A1, A2, B = range(5)

People = dict[Atom, int]


def people(**groups: int) -> People:
    """Head counts by department and level: people(A1F=4, ORGT=3)."""
    unit = {"ORG": ORG, "A": A, "A1": A1, "A2": A2, "B": B}
    return {Atom(unit[name[:-1]], Level(name[-1])): n for name, n in groups.items()}


def merged(counts: People, *, threshold: int = K, fold_leadership: bool = True) -> Partition:
    return merge(initial(TREE, counts), counts, threshold, fold_leadership=fold_leadership)


def sizes(partition: Partition, counts: People) -> dict[str, int]:
    """People by label, in words: {"A1F": 6}."""
    names = ("ORG", "A", "A1", "A2", "B")
    return {f"{names[label.unit]}{label.level}": n for label, n in partition.counts(counts).items()}


MERGED = {
    "support stands apart where both reach": ({"A1F": 9, "A1S": 5}, {"A1F": 9, "A1S": 5}),
    "small support joins the front line": ({"A1F": 9, "A1S": 4}, {"A1F": 13}),
    "large support joins a small front line": ({"A1F": 4, "A1S": 9}, {"A1F": 13}),
    "support alone counts as staff": ({"A1S": 12, "BF": 8}, {"A1F": 12, "BF": 8}),
    "a small team moves up": ({"A1F": 4, "AF": 7, "BF": 6}, {"AF": 11, "BF": 6}),
    "small teams meet at the parent": ({"A1F": 2, "A2F": 3, "BF": 6}, {"AF": 5, "BF": 6}),
    "a team moves up twice": ({"A1F": 4, "BF": 6, "ORGF": 9}, {"ORGF": 13, "BF": 6}),
    "nobody is too few as well": ({"A1F": 0, "BF": 6, "AF": 5}, {"AF": 5, "BF": 6}),
    "managers move up among managers": ({"A1M": 3, "AM": 2, "BF": 9}, {"AM": 5, "BF": 9}),
    "a board of 3 joins managers": ({"ORGT": 3, "ORGM": 6, "BF": 9}, {"ORGM": 9, "BF": 9}),
    "a board of 5 stays": ({"ORGT": 5, "ORGM": 6, "BF": 9}, {"ORGT": 5, "ORGM": 6, "BF": 9}),
    "an empty board joins managers": ({"ORGT": 0, "ORGM": 6, "BF": 9}, {"ORGM": 6, "BF": 9}),
    "the top sits at the root": ({"BT": 6, "BF": 9}, {"ORGT": 6, "BF": 9}),
    "few managers join the staff": ({"ORGM": 4, "ORGF": 9}, {"ORGF": 13}),
    "board and managers both join staff": ({"ORGT": 2, "ORGM": 2, "ORGF": 9}, {"ORGF": 13}),
    "on a tie the top goes first": ({"ORGT": 3, "ORGM": 3, "ORGF": 9}, {"ORGM": 6, "ORGF": 9}),
    "a small root takes the smallest": ({"ORGF": 4, "A1F": 8, "BF": 6}, {"ORGF": 10, "A1F": 8}),
    "of equal ones the first by name": ({"ORGF": 4, "A1F": 6, "BF": 6}, {"ORGF": 10, "BF": 6}),
    "without staff elsewhere it takes the managers": ({"ORGF": 4, "ORGM": 6}, {"ORGF": 10}),
    "one label that is too small releases nothing": ({"ORGF": 4}, {}),
    "four people release nothing": ({"ORGT": 1, "A1M": 1, "BF": 1, "A2S": 1}, {}),
    "nobody releases nothing": ({"ORGF": 0}, {}),
}
"""What is worked by hand: the case in words, the people before, the labels after."""


@pytest.mark.parametrize(("before", "after"), MERGED.values(), ids=MERGED)
def test_labels_merge_as_worked_by_hand(before: dict[str, int], after: dict[str, int]):
    counts = people(**before)

    assert sizes(merged(counts), counts) == after


def test_support_goes_along_when_the_root_takes_its_front_line():
    counts = people(ORGF=4, BF=6, BS=7, AF=20)

    assert sizes(merged(counts), counts) == {"ORGF": 17, "AF": 20}


MERGED_FINER = {
    "few leaders are left out": ({"ORGT": 8, "ORGM": 9, "BF": 20}, {"BF": 20}, {"ORGT": 8, "ORGM": 9}),
    "the top never joins": ({"ORGT": 8, "ORGM": 12, "BF": 20}, {"ORGM": 12, "BF": 20}, {"ORGT": 8}),
    "managers still move up": ({"AM": 6, "BM": 7, "BF": 20}, {"ORGM": 13, "BF": 20}, {}),
    "support still joins the front line": ({"BF": 12, "BS": 9}, {"BF": 21}, {}),
    "a small root still takes the smallest staff": ({"BF": 12, "A1F": 9}, {"ORGF": 21}, {}),
    "few staff never take the managers": ({"ORGM": 30, "A1F": 9}, {"ORGM": 30}, {"A1F": 9}),
    "an empty board is left out": ({"ORGT": 0, "BF": 20}, {"BF": 20}, {"ORGT": 0}),
}
"""Likewise with a threshold of 10, and the people of whom nothing is released."""


@pytest.mark.parametrize(("before", "after", "left_out"), MERGED_FINER.values(), ids=MERGED_FINER)
def test_the_finer_tier_leaves_leaders_out(
    before: dict[str, int], after: dict[str, int], left_out: dict[str, int]
):
    counts = people(**before)
    fine = merged(counts, threshold=10, fold_leadership=False)

    assert sizes(fine, counts) == after
    assert fine.left_out == tuple(sorted(people(**left_out)))


def test_the_three_tiers_of_a_wave_by_hand():
    invited = people(ORGT=5, AM=3, BM=4, A1F=12, A2F=4, AF=3, BF=14, BS=6)
    answered = people(ORGT=4, AM=3, BM=3, A1F=8, A2F=2, AF=2, BF=11, BS=5)
    tiers = partitions(TREE, invited, answered, K)

    assert sizes(tiers.invited, invited) == {"ORGT": 5, "ORGM": 7, "AF": 7, "A1F": 12, "BF": 14, "BS": 6}
    # 4 of the board join 6 managers; 4 in A move to the root, which takes A1, the smallest elsewhere.
    assert sizes(tiers.legs, answered) == {"ORGM": 10, "ORGF": 12, "BF": 11, "BS": 5}
    assert sizes(tiers.fine, answered) == {"ORGM": 10, "ORGF": 12, "BF": 16}


def test_one_statistic_merges_further_on_those_who_answered_it():
    everyone = people(AF=20, BF=12, ORGF=15)
    fine = partitions(TREE, everyone, everyone, K).fine
    answered = people(AF=20, BF=7, ORGF=13)

    assert sizes(merge_statistic(fine, answered, 2 * K), answered) == {"ORGF": 20, "AF": 20}


def test_groups_that_nobody_was_invited_to_have_no_label():
    counts = people(A1F=0, BF=9)
    tiers = partitions(TREE, counts, counts, K)

    assert tiers.legs.labels == (Label(B, F),)
    assert tiers.invited.left_out == (Atom(A1, F),)


def test_each_step_says_who_moved_where_and_why():
    counts = people(ORGT=2, ORGM=2, A1F=3, A2F=1, BF=9, BS=2)

    assert explain_merge(initial(TREE, counts), counts, K) == (
        Merge((Atom(B, S),), Label(B, S), Label(B, F), Reason.SUPPORT_JOINS_FRONT_LINE, 2),
        Merge((Atom(A2, F),), Label(A2, F), Label(A, F), Reason.MOVED_UP, 1),
        Merge((Atom(A1, F),), Label(A1, F), Label(A, F), Reason.MOVED_UP, 3),
        Merge((Atom(A1, F), Atom(A2, F)), Label(A, F), Label(ORG, F), Reason.MOVED_UP, 4),
        Merge((Atom(ORG, T),), Label(ORG, T), Label(ORG, M), Reason.TOP_JOINS_MANAGERS, 2),
        Merge((Atom(ORG, M), Atom(ORG, T)), Label(ORG, M), Label(ORG, F), Reason.MANAGERS_JOIN_STAFF, 4),
    )


def test_what_is_left_out_is_explained_too():
    counts = people(ORGM=4, BF=3)

    assert [
        (step.target, step.reason)
        for step in explain_merge(initial(TREE, counts), counts, K, fold_leadership=False)
    ] == [
        (Label(ORG, F), Reason.MOVED_UP),
        (None, Reason.LEFT_OUT),
        (None, Reason.LEFT_OUT),
    ]


@pytest.mark.parametrize("k", [4, 0, -1])
def test_a_threshold_below_five_is_refused(k: int):
    with pytest.raises(ThresholdTooLow, match="at least 5"):
        partitions(TREE, people(BF=9), people(BF=9), k)


def test_answers_from_a_group_that_was_not_invited_are_refused():
    with pytest.raises(ValueError, match="invited groups"):
        partitions(TREE, people(BF=9), people(BF=9, A1F=1), K)


def test_a_department_outside_the_tree_is_refused():
    with pytest.raises(ValueError, match="not in the tree"):
        initial(TREE, [Atom(9, F)])


def test_keys_of_different_departments_differ_even_with_slashes_in_names():
    tree = DepartmentTree.of([("Org", "A", "B"), ("Org", "A/B"), ("Org", "A%2FB")])
    keys = {Label(unit, F).key(tree) for unit in range(len(tree.paths))}

    assert len(keys) == len(tree.paths)
    assert "Org/A/B:F" in keys


@dataclass(frozen=True)
class Wave:
    tree: DepartmentTree
    invited: People
    answered: People
    k: int

    @property
    def tiers(self) -> Tiers:
        return partitions(self.tree, self.invited, self.answered, self.k)


def a_random_wave(seed: int) -> Wave:
    """Any tree of up to 25 departments with many small, empty and odd groups."""
    draw = np.random.default_rng(seed)
    paths: list[Path] = [("Org",)]
    for number in range(int(draw.integers(0, 25))):
        parent = paths[-1] if draw.random() < 0.3 else paths[draw.integers(len(paths))]
        paths.append((*parent, f"D{number}"))
    tree = DepartmentTree.of(paths)
    typical = draw.choice([1.0, 4.0, 12.0])
    here = {level: draw.random() for level in Level}
    invited = {
        Atom(unit, level): int(draw.poisson(typical * (3 if level is F else 1)))
        for unit in range(len(tree.paths))
        for level in Level
        if draw.random() < here[level]
    }
    willing = draw.uniform(0.0, 1.0)
    answered = {atom: int(draw.binomial(n, willing)) for atom, n in invited.items()}
    return Wave(tree, invited, answered, int(draw.choice([5, 5, 5, 8])))


@pytest.fixture(scope="module")
def waves() -> list[tuple[Wave, Tiers]]:
    return [(wave, wave.tiers) for wave in map(a_random_wave, range(1000))]


def contents(partition: Partition) -> dict[Label, frozenset[Atom]]:
    return {label: frozenset(partition.atoms_of(label)) for label in partition.labels}


def test_every_label_holds_enough_people_in_every_tier(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        assert min(tiers.invited.counts(wave.invited).values(), default=wave.k) >= wave.k
        assert min(tiers.legs.counts(wave.answered).values(), default=wave.k) >= wave.k
        assert min(tiers.fine.counts(wave.answered).values(), default=2 * wave.k) >= 2 * wave.k


def test_nothing_is_released_only_where_fewer_than_k_answered(waves: list[tuple[Wave, Tiers]]):
    silent = 0
    for wave, tiers in waves:
        enough = sum(wave.answered.values()) >= wave.k
        assert bool(tiers.legs.labels) == enough
        assert not enough or all(tiers.legs.label_of[atom] for atom, n in wave.invited.items() if n)
        silent += not enough
    assert 10 < silent < 500


def test_the_tiers_nest(waves: list[tuple[Wave, Tiers]]):
    for _, tiers in waves:
        for finer, coarser in ((tiers.invited, tiers.legs), (tiers.legs, tiers.fine)):
            for label in coarser.labels:
                parts = coarser.within(label, finer)
                together = [atom for part in parts for atom in finer.atoms_of(part)]
                assert sorted(together) == list(coarser.atoms_of(label))


def test_everybody_counts_at_most_once(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        for partition in (tiers.invited, tiers.legs, tiers.fine):
            held = [atom for label in partition.labels for atom in partition.atoms_of(label)]
            assert len(held) == len(set(held))
            assert sorted([*held, *partition.left_out]) == sorted(wave.invited)


def test_people_only_ever_move_up_except_into_a_small_root(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        for atom, label in tiers.legs.label_of.items():
            assert label is None or wave.tree.within(atom.unit, label.unit)


def test_the_finer_tier_never_mixes_leaders_into_another_label(waves: list[tuple[Wave, Tiers]]):
    for _, tiers in waves:
        for atom, label in tiers.fine.label_of.items():
            before = tiers.legs.label_of[atom]
            if label is not None and before is not None and before.level in (T, M):
                assert label.level is before.level


def test_support_stands_apart_only_beside_its_front_line(waves: list[tuple[Wave, Tiers]]):
    apart = 0
    for _, tiers in waves:
        for partition in (tiers.invited, tiers.legs, tiers.fine):
            for label in partition.labels:
                if label.level is S:
                    assert Label(label.unit, F) in partition.labels
                    apart += 1
    assert apart > 100


def test_merging_again_changes_nothing(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        assert merge(tiers.invited, wave.invited, wave.k) == tiers.invited
        assert merge(tiers.legs, wave.answered, wave.k) == tiers.legs
        assert merge_statistic(tiers.fine, wave.answered, 2 * wave.k) == tiers.fine


def test_the_explained_steps_lead_to_the_merged_labels(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        label_of = dict(tiers.invited.label_of)
        for step in explain_merge(tiers.invited, wave.answered, wave.k):
            assert {label_of[atom] for atom in step.atoms} == {step.source}
            assert step.people == sum(wave.answered[atom] for atom in step.atoms)
            label_of.update(dict.fromkeys(step.atoms, step.target))
        assert label_of == tiers.legs.label_of


def test_the_order_of_the_counts_does_not_matter(waves: list[tuple[Wave, Tiers]]):
    for wave, tiers in waves:
        backwards = Wave(
            wave.tree,
            dict(reversed(wave.invited.items())),
            dict(reversed(wave.answered.items())),
            wave.k,
        )
        assert backwards.tiers == tiers


def renamed(wave: Wave, seed: int) -> tuple[Wave, dict[int, int]]:
    """The same firm with other names, so in another order; and where each department went."""
    draw = np.random.default_rng(seed)
    name = {part: f"{draw.random():.6f} {part}" for path in wave.tree.paths for part in path}
    paths = [tuple(name[part] for part in path) for path in wave.tree.paths]
    tree = DepartmentTree.of(paths)
    place = {unit: tree.index[path] for unit, path in enumerate(paths)}

    def moved(counts: People) -> People:
        return {Atom(place[atom.unit], atom.level): n for atom, n in counts.items()}

    return Wave(tree, moved(wave.invited), moved(wave.answered), wave.k), place


def test_names_of_departments_matter_for_nothing_but_ties():
    """With large groups and a high threshold hardly two labels are equally large."""
    merges = 0
    for seed in range(200):
        small = a_random_wave(seed)
        draw = np.random.default_rng(seed)
        counts = {atom: int(draw.integers(1, 200_000)) for atom in small.invited}
        wave = Wave(small.tree, counts, counts, 60_000)
        other, place = renamed(wave, seed)

        def there(label: Label | None, place: dict[int, int] = place) -> Label | None:
            return None if label is None else Label(place[label.unit], label.level)

        ours, theirs = wave.tiers.fine.label_of, other.tiers.fine.label_of
        assert {Atom(place[a.unit], a.level): there(label) for a, label in ours.items()} == theirs
        merges += sum(label != Label(a.unit, a.level) for a, label in ours.items())
    assert merges > 1000
