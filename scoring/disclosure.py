"""Label merging: groups so coarse that no combination of released cells isolates a few people.

Source: docs/confidentiality.md, 4. A label is a department and a level. Labels that hold too few
people move up the tree, then fold into the next level, until each holds at least the threshold.
Whatever is released is a union of labels, so no sum or difference of cells is finer than a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from scoring.answers import Atom, DepartmentTree, Path
from scoring.vocabulary import LEVELS, Level

LOWEST_THRESHOLD: Final = 5
ROOT: Final = 0
"""Position of the organisation itself in every department tree."""
_ESCAPES: Final = str.maketrans({"%": "%25", "/": "%2F"})


class ThresholdTooLow(ValueError):
    """A smallest group below five people was asked for."""

    def __init__(self, threshold: int) -> None:
        super().__init__(
            f"the smallest group must be at least {LOWEST_THRESHOLD} people, not {threshold}; "
            "it may be raised, never lowered"
        )


class Label(NamedTuple):
    """A department (its position in the tree) and a level."""

    unit: int
    level: Level

    def key(self, tree: DepartmentTree) -> str:
        """Stable text that names the label within one partition; a slash in a name becomes %2F.

        >>> Label(1, Level.F).key(DepartmentTree.of([("Org", "Sales/North")]))
        'Org/Sales%2FNorth:F'
        """
        return "/".join(part.translate(_ESCAPES) for part in tree.paths[self.unit]) + f":{self.level}"


# Support stands apart only where it is large enough, so at the root it is never too small.
ROOT_STAFF: Final = Label(ROOT, Level.F)
BOARD: Final = Label(ROOT, Level.T)
ROOT_LABELS: Final = (BOARD, Label(ROOT, Level.M), ROOT_STAFF)
BOARD_SIZES: Final = range(3, 5)
"""How many people a board may be that is shown, with everybody's consent, although k is more."""


@dataclass(frozen=True)
class Partition:
    """Which label every atom counts in; None where nothing of an atom is released.

    The same label may hold different atoms in two partitions, so a label means something only
    together with its partition.
    """

    tree: DepartmentTree
    label_of: Mapping[Atom, Label | None]

    @cached_property
    def _atoms(self) -> Mapping[Label, tuple[Atom, ...]]:
        held: dict[Label, list[Atom]] = defaultdict(list)
        for atom in sorted(self.label_of):
            label = self.label_of[atom]
            if label is not None:
                held[label].append(atom)
        return {label: tuple(held[label]) for label in sorted(held)}

    @property
    def labels(self) -> tuple[Label, ...]:
        """All labels, sorted."""
        return tuple(self._atoms)

    @property
    def left_out(self) -> tuple[Atom, ...]:
        """The atoms of which nothing is released, sorted."""
        return tuple(sorted(atom for atom, label in self.label_of.items() if label is None))

    def atoms_of(self, label: Label) -> tuple[Atom, ...]:
        """The atoms merged into a label, sorted."""
        return self._atoms[label]

    def counts(self, atom_counts: Mapping[Atom, int]) -> dict[Label, int]:
        """People in each label; an atom without an entry counts 0.

        Raises:
            ValueError: people in an atom that the partition does not know, or fewer than none.
        """
        for atom, people in atom_counts.items():
            if people < 0 or (people and atom not in self.label_of):
                raise ValueError(
                    f"{people} people counted in department {atom.unit}, level {atom.level}: "
                    "count only people of invited groups, and never fewer than 0"
                )
        return {
            label: sum(atom_counts.get(atom, 0) for atom in atoms) for label, atoms in self._atoms.items()
        }

    def within(self, label: Label, finer: Partition) -> tuple[Label, ...]:
        """The labels of a finer partition that one of this partition's labels is the union of."""
        return tuple(sorted({inner for atom in self.atoms_of(label) if (inner := finer.label_of[atom])}))


@dataclass(frozen=True, slots=True)
class Tiers:
    """The three nested partitions of a wave: every label is a union of labels of the one before.

    invited: what respondents are shown. legs: for legs and seat, every label holds k answers.
    fine: for facets, items and all that is finer, every label holds 2k answers.
    """

    invited: Partition
    legs: Partition
    fine: Partition


class Reason(StrEnum):
    """Why a group is counted elsewhere."""

    SUPPORT_JOINS_FRONT_LINE = "support and front line are not both large enough"
    MOVED_UP = "too few people in this department"
    TOP_JOINS_MANAGERS = "too few people at the top"
    MANAGERS_JOIN_STAFF = "too few managers"
    FILLS_THE_ROOT = "too few staff are left at the root, and this is the smallest group elsewhere"
    LEFT_OUT = "too few people, and no group to count them in"


@dataclass(frozen=True, slots=True)
class Merge:
    """One step of the merging: these atoms, so far in one label, now count in another.

    people: how many the moved label held. From the second tier on this is a number of answers that
    may lie below k: it must never be shown. target: None where nothing is released of them.
    """

    atoms: tuple[Atom, ...]
    source: Label
    target: Label | None
    reason: Reason
    people: int


def initial(tree: DepartmentTree, atoms: Collection[Atom]) -> Partition:
    """Every atom a label of its own; the top sits at the root whatever its department.

    Raises:
        ValueError: an atom whose department is not in the tree.
    """
    for atom in atoms:
        if not 0 <= atom.unit < len(tree.paths):
            raise ValueError(f"department {atom.unit} is not in the tree of {len(tree.paths)} departments")
    return Partition(
        tree,
        {atom: Label(ROOT if atom.level is Level.T else atom.unit, atom.level) for atom in sorted(atoms)},
    )


def merge(
    partition: Partition,
    counts: Mapping[Atom, int],
    threshold: int,
    *,
    fold_leadership: bool = True,
    exempt: Collection[Label] = (),
) -> Partition:
    """Coarsen a partition until every label holds at least the threshold.

    A label of nobody is too small like any other. fold_leadership=False is the finer tier: top and
    managers that are still too few at the root are left out instead of joining another level.
    exempt: labels that stay as they are, however few they hold (`consenting_board`).

    Raises:
        ThresholdTooLow: the threshold is below five.
        ValueError: people in an atom that the partition does not know.
    """
    ends_in: dict[Label, Label | None] = {label: label for label in partition.labels}
    merging = _Merging(partition, counts, threshold, fold_leadership, exempt)
    for step in reversed(list(merging.steps())):
        target = step.target
        ends_in[step.source] = None if target is None else ends_in.get(target, target)
    return Partition(
        partition.tree,
        {atom: None if label is None else ends_in[label] for atom, label in partition.label_of.items()},
    )


def consenting_board(partition: Partition, counts: Mapping[Atom, int], threshold: int) -> frozenset[Label]:
    """The label of a board that agreed to be shown, where it can stay by itself; empty where it must fold.

    It stays if 3 or 4 people are in it, and if nobody else must be left out for it: where the board is
    all that others could join, it joins them.

    Raises:
        ThresholdTooLow: the threshold is below five.
        ValueError: people in an atom that the partition does not know.
    """
    if partition.counts(counts).get(BOARD) not in BOARD_SIZES:
        return frozenset()
    board = frozenset({BOARD})
    apart = merge(partition, counts, threshold, exempt=board)
    return board if apart.left_out == partition.left_out else frozenset()


def explain_merge(
    partition: Partition,
    counts: Mapping[Atom, int],
    threshold: int,
    *,
    fold_leadership: bool = True,
    exempt: Collection[Label] = (),
) -> tuple[Merge, ...]:
    """The steps that merge takes for the same arguments, in order, with the atoms that each moves.

    Only the steps on the invited roster are for people's eyes (see Merge.people).

    Raises:
        ThresholdTooLow: the threshold is below five.
        ValueError: people in an atom that the partition does not know.
    """
    held = {label: partition.atoms_of(label) for label in partition.labels}
    merges = []
    for step in _Merging(partition, counts, threshold, fold_leadership, exempt).steps():
        atoms = held.pop(step.source)
        if step.target is not None:
            held[step.target] = tuple(sorted((*held.get(step.target, ()), *atoms)))
        merges.append(Merge(atoms, step.source, step.target, step.reason, step.people))
    return tuple(merges)


def partitions(
    tree: DepartmentTree,
    invited: Mapping[Atom, int],
    answered: Mapping[Atom, int],
    k: int = LOWEST_THRESHOLD,
    *,
    board_column: bool = False,
) -> Tiers:
    """The labels of a wave: on the roster with k, on valid answers with k, and once more with 2k.

    board_column: every member of a board of 3 or 4 agreed to a column of its own (legs and seat only).

    Raises:
        ThresholdTooLow: k is below five.
        ValueError: an atom outside the tree, or answers from an atom that nobody was invited in.
    """
    roster = initial(tree, [atom for atom, people in invited.items() if people])
    every = Partition(tree, {**dict.fromkeys(invited), **roster.label_of})

    def merged(partition: Partition, people: Mapping[Atom, int]) -> Partition:
        exempt = consenting_board(partition, people, k) if board_column else frozenset[Label]()
        return merge(partition, people, k, exempt=exempt)

    shown = merged(every, invited)
    legs = merged(shown, answered)
    return Tiers(shown, legs, merge(legs, answered, 2 * k, fold_leadership=False))


def merge_statistic(fine: Partition, answered: Mapping[Atom, int], threshold: int) -> Partition:
    """The labels for one fine statistic: the finer tier, merged on the people who answered just that.

    threshold: 2k. Top and managers that are too few are left out.

    Raises:
        ThresholdTooLow: the threshold is below five.
        ValueError: answers from an atom that nobody was invited in.
    """
    return merge(fine, answered, threshold, fold_leadership=False)


@dataclass(frozen=True, slots=True)
class _Step:
    source: Label
    target: Label | None
    reason: Reason
    people: int


class _Merging:
    """One run of the merging: label sizes as they change."""

    def __init__(
        self,
        partition: Partition,
        counts: Mapping[Atom, int],
        threshold: int,
        fold_leadership: bool,
        exempt: Collection[Label],
    ) -> None:
        if threshold < LOWEST_THRESHOLD:
            raise ThresholdTooLow(threshold)
        self.tree = partition.tree
        self.sizes = partition.counts(counts)
        self.threshold = threshold
        self.fold_leadership = fold_leadership
        self.exempt = frozenset(exempt)

    def steps(self) -> Iterator[_Step]:
        """Support first, then depth by depth from below, the root last."""
        yield from self._join_support()
        yield from self._move_up()
        while small := [one for one in ROOT_LABELS if self._too_small(one)]:
            label = small[0]
            yield from self._fill_root() if label == ROOT_STAFF else self._fold(label)

    def _join_support(self) -> Iterator[_Step]:
        for support in [label for label in self.sizes if label.level is Level.S]:
            front = Label(support.unit, Level.F)
            if min(self.sizes[support], self.sizes.get(front, 0)) < self.threshold:
                yield self._shift(support, front, Reason.SUPPORT_JOINS_FRONT_LINE)

    def _move_up(self) -> Iterator[_Step]:
        by_depth: dict[int, set[Label]] = defaultdict(set)
        for label in self.sizes:
            by_depth[self.tree.depth(label.unit)].add(label)
        for depth in range(max(by_depth, default=0), 0, -1):
            for label in sorted(filter(self._too_small, by_depth[depth]), key=self._urgency):
                above = Label(self.tree.parents[label.unit], label.level)
                by_depth[depth - 1].add(above)
                yield self._shift(label, above, Reason.MOVED_UP)

    def _fold(self, label: Label) -> Iterator[_Step]:
        if not self.fold_leadership:
            yield self._shift(label, None, Reason.LEFT_OUT)
        elif label.level is Level.T:
            yield self._shift(label, Label(ROOT, Level.M), Reason.TOP_JOINS_MANAGERS)
        else:
            yield self._shift(label, ROOT_STAFF, Reason.MANAGERS_JOIN_STAFF)

    def _fill_root(self) -> Iterator[_Step]:
        others = [label for label in self.sizes if label != ROOT_STAFF and label not in self.exempt]
        staff = [label for label in others if label.level is Level.F]
        elsewhere = staff or (others if self.fold_leadership else [])
        if not elsewhere:
            yield self._shift(ROOT_STAFF, None, Reason.LEFT_OUT)
            return
        absorbed = min(elsewhere, key=self._urgency)
        yield self._shift(absorbed, ROOT_STAFF, Reason.FILLS_THE_ROOT)
        beside = Label(absorbed.unit, Level.S)
        if staff and beside in self.sizes:
            # Support alone must not stand for a department whose front line counts elsewhere.
            yield self._shift(beside, ROOT_STAFF, Reason.FILLS_THE_ROOT)

    def _shift(self, source: Label, target: Label | None, reason: Reason) -> _Step:
        people = self.sizes.pop(source)
        if target is not None:
            self.sizes[target] = self.sizes.get(target, 0) + people
        return _Step(source, target, reason, people)

    def _too_small(self, label: Label) -> bool:
        return label not in self.exempt and self.sizes.get(label, self.threshold) < self.threshold

    def _urgency(self, label: Label) -> tuple[int, Path, int]:
        """Smallest first, then by name; in one department the top before managers before staff."""
        return self.sizes[label], self.tree.paths[label.unit], LEVELS.index(label.level)
