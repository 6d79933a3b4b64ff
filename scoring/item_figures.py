"""Items and their distributions in the cells of the finer tier, from counts of answers (confidentiality 5).

An item at which everybody gave the same end answer is not shown. A label where that happened could
still be computed, as its parent less its sister, or as its facet less the two other items. So it is
treated as too small, for all items of the facet together (of the leg, in the short form, whose legs are
means of items): merged upwards until nothing released is about it alone (decisions/0051).

B1a is not asked of support, so beside the facet B1 it would tell B1b and B1c of the support in a label.
It is merged until each label holds 2k of them, or none. Groups of k to 2k - 1 people count as k people,
so that shares and means do not tell their size (decisions/0061).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.agreement_of_legs import OPTIONS, unanimous_end
from scoring.answers import Atom
from scoring.cells import Cell
from scoring.disclosure import ROOT_STAFF, Label, Partition, merge_statistic
from scoring.finer_figures import MembersOf, Wanted
from scoring.moments import FEWEST_GROUPS, PRIOR_WEIGHT, Floats
from scoring.released import Estimate, ReleasedItem
from scoring.scored_wave import Place, ScoredWave, places
from scoring.small_strata import Counts
from scoring.tiers import atom_codes
from scoring.told_counts import POINTS, given_counts, spared_of_b1a
from scoring.vocabulary import (
    HIGHEST,
    ITEMS,
    LOWEST,
    NOT_ASKED_OF_SUPPORT,
    STAFF,
    Level,
    facet_of,
    leg_of,
)

PRIOR_ITEM_VARIANCE: Final = 1.03 * 100**2
"""Variance of an item between persons, in squared points (method 7.2)."""

_SPARED: Final = ITEMS.index(NOT_ASKED_OF_SUPPORT)


class _Alike(NamedTuple):
    """Items (by position) that are shown in the same labels, and the cells of these."""

    partition: Partition
    items: list[int]
    cells: Mapping[Place, Cell]


@dataclass(frozen=True)
class ItemFigures:
    """Counts of answers by stratum (first-tier label), and the labels that each item is shown in."""

    scored: ScoredWave

    @cached_property
    def _counts(self) -> Counts:
        """Strata x 51 x 5."""
        return given_counts(self.scored.legs, self.scored.answer_tallies)

    @cached_property
    def _items_of(self) -> list[_Alike]:
        """The items that have the same labels; items that nobody answered are absent."""
        scored = self.scored
        fine, n = scored.tiers.fine, self._counts.sum(axis=2)
        labels = list(fine.labels)
        rows = strata_inside(scored, fine)
        counts = np.zeros((len(labels), len(ITEMS), OPTIONS), dtype=np.int64)
        for i, label in enumerate(labels):
            counts[i] = self._counts[rows[label]].sum(axis=0)
        answers = counts.sum(axis=2)
        bare = (answers > 0) & ((counts[:, :, 0] == answers) | (counts[:, :, -1] == answers))
        found: dict[int, tuple[Partition, list[int]]] = {}
        related = leg_of if scored.matrix.form == "short" else facet_of
        for _, group in groupby(range(len(ITEMS) if labels else 0), key=lambda item: related(ITEMS[item])):
            items = [item for item in group if n[:, item].any()]
            base = self._without_bare(fine, items) if bare[:, items].any() else fine
            for item in items:
                partition = base
                if base is not fine or answers[:, item].min() < 2 * scored.k:
                    partition = merge_statistic(base, self._answered(item), 2 * scored.k)
                if item == _SPARED:
                    partition = self._support_hidden(partition)
                found.setdefault(id(partition), (partition, []))[1].append(item)
        return [_Alike(partition, items, places(partition)) for partition, items in found.values()]

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Every partition that items are shown in."""
        return tuple(alike.partition for alike in self._items_of)

    def partition_of(self, item: str) -> Partition | None:
        """The labels that an item is shown in; None where nobody answered it."""
        position = ITEMS.index(item)
        return next((alike.partition for alike in self._items_of if position in alike.items), None)

    def _answered(self, item: int) -> dict[Atom, int]:
        by_atom = self.scored.answer_tallies.counts.reshape(-1, len(ITEMS), OPTIONS)[:, item].sum(axis=1)
        partition = self.scored.tiers.legs
        return {
            atom: int(by_atom[code])
            for label in partition.labels
            for atom, code in zip(partition.atoms_of(label), atom_codes(partition, [label]), strict=True)
        }

    def _without_bare(self, fine: Partition, items: Sequence[int]) -> Partition:
        """The finer tier merged until no label has an item of this group at which all gave one end."""
        scored = self.scored
        by_atom = scored.answer_tallies.counts.reshape(-1, len(ITEMS), OPTIONS)[:, items]
        people = scored.matrix.answered_by_atom(scored.people.valid)
        hidden: set[Atom] = set()
        while True:
            bare = {
                atom
                for label in fine.labels
                if any(
                    own.sum() and unanimous_end(own) for own in by_atom[atom_codes(fine, [label])].sum(axis=0)
                )
                for atom in fine.atoms_of(label)
            }
            if bare <= hidden:
                return fine
            hidden |= bare
            told = {atom: 0 if atom in hidden else n for atom, n in people.items()}
            fine = merge_statistic(fine, told, 2 * scored.k)

    def _support_hidden(self, partition: Partition) -> Partition:
        """Staff labels merged upwards until each holds 2k people or more who were not asked, or none.

        Where a label of the finer tier holds front line alone, B1 and its other items tell B1a anyway,
        and where it holds support alone, there is none: only the support of mixed labels counts.
        """
        matrix, valid, fewest = self.scored.matrix, self.scored.people.valid, 2 * self.scored.k
        spared = valid & spared_of_b1a(matrix)
        fine, answered, not_asked = self.scored.tiers.fine, *map(matrix.answered_by_atom, (valid, spared))
        tree, people = partition.tree, partition.counts(answered)
        by_atom = {
            atom: not_asked.get(atom, 0)
            for label, n in fine.counts(not_asked).items()
            if n < sum(answered.get(atom, 0) for atom in fine.atoms_of(label))
            for atom in fine.atoms_of(label)
        }
        counted = {label: label for label in partition.labels}
        support = {
            label: sum(by_atom.get(atom, 0) for atom in partition.atoms_of(label))
            for label in partition.labels
            if label.level in STAFF
        }

        def move(label: Label, target: Label) -> None:
            support[target] = support.get(target, 0) + support.pop(label)
            people[target] = people.get(target, 0) + people.pop(label)
            counted.update({one: target for one, into in counted.items() if into == label})

        for depth in range(max((tree.depth(one.unit) for one in support), default=0), 0, -1):
            for label in [one for one in support if tree.depth(one.unit) == depth]:
                if 0 < support[label] < fewest:
                    move(label, Label(tree.parents[label.unit], Level.F))
        while 0 < support.get(ROOT_STAFF, 0) < fewest:
            others = [label for label, n in support.items() if n and label != ROOT_STAFF]
            if not others:
                break
            move(min(others, key=lambda one: (people[one], tree.paths[one.unit])), ROOT_STAFF)
        left_out = {ROOT_STAFF} if 0 < support.get(ROOT_STAFF, 0) < fewest else set()
        if not left_out and all(label == into for label, into in counted.items()):
            return partition
        return Partition(
            tree,
            {
                atom: None if label is None or counted[label] in left_out else counted[label]
                for atom, label in partition.label_of.items()
            },
        )

    def released(self, wanted: Wanted, members: MembersOf) -> dict[Place, dict[str, ReleasedItem]]:
        """The items of every cell that is wanted, in the order of the questionnaire.

        wanted: whether enough of the invited answered for intervals.
        """
        found: dict[Place, dict[str, ReleasedItem]] = {}
        for partition, items, every in self._items_of:
            cells = {place: cell for place, cell in every.items() if place in wanted}
            if cells:
                for place, item, one in self._of(partition, items, cells, wanted, members):
                    found.setdefault(place, {})[ITEMS[item]] = one
        return {place: {item: own[item] for item in ITEMS if item in own} for place, own in found.items()}

    @cached_property
    def _staff(self) -> dict[tuple[str, Place], float]:
        found = {}
        for partition, items, every in self._items_of:
            cells = {place: cell for place, cell in every.items() if place[1] == "staff"}
            if cells:
                value, _, _ = self._means(items, self._rows(partition, cells))
                for place, row in zip(cells, value.tolist(), strict=True):
                    found.update({(ITEMS[item], place): one for item, one in zip(items, row, strict=True)})
        return found

    def mean(self, item: str, place: Place) -> float | None:
        """Mean of an item in the staff of a unit, points after reversal; None where it is not shown."""
        return self._staff.get((item, place))

    def _rows(self, partition: Partition, cells: Mapping[Place, Cell]) -> list[list[int]]:
        inside = strata_inside(self.scored, partition)
        return [[row for label in cell.labels for row in inside[label]] for cell in cells.values()]

    def _of(
        self,
        partition: Partition,
        items: Sequence[int],
        cells: Mapping[Place, Cell],
        wanted: Wanted,
        members: MembersOf,
    ) -> Iterator[tuple[Place, int, ReleasedItem]]:
        value, half, shares = self._means(items, self._rows(partition, cells))
        low, high = (value - half).clip(LOWEST), (value + half).clip(max=HIGHEST)
        printed = [_nearest(one).tolist() for one in (value, low, high)]
        steps = (5 * _nearest(20 * shares)).tolist()
        for i, (place, cell) in enumerate(cells.items()):
            labels, sure = members(cell, partition), wanted[place]
            for j, item in enumerate(items):
                below, above = (printed[1][i][j], printed[2][i][j]) if sure else (None, None)
                estimate = Estimate(printed[0][i][j], below, above)
                yield place, item, ReleasedItem(estimate, tuple(steps[i][j]), labels)

    def _means(self, items: Sequence[int], cells: Sequence[Sequence[int]]) -> tuple[Floats, Floats, Floats]:
        """`distributions` of some items (by position)."""
        return distributions(self.scored, self.scored.told[:, items], POINTS[items], cells)


def distributions(
    scored: ScoredWave, counts: Counts, points: Floats, cells: Sequence[Sequence[int]]
) -> tuple[Floats, Floats, Floats]:
    """Means, half widths (cells x things) and shares (x answers), weighted as every cell (method 3.5, 3.6).

    counts: strata x things x answers, as they may be told. points: things x answers. cells: rows of strata.
    """
    n = counts.sum(axis=2)
    people = np.maximum(n, 1)
    mean = (counts * points).sum(axis=2) / people
    scatter = (counts * (points - mean[:, :, None]) ** 2).sum(axis=2)
    freedom = (n - 1).clip(0)
    staff = np.array([stratum.level in STAFF for stratum in scored.legs.strata])[:, None] & (n > 0)
    known = (staff.sum(axis=0) >= FEWEST_GROUPS) & ((freedom * staff).sum(axis=0) > 0)
    pool = (scatter * staff).sum(axis=0) / np.maximum((freedom * staff).sum(axis=0), 1)
    pool = np.where(known, pool, PRIOR_ITEM_VARIANCE)
    head = scored.legs.invited[:, None] * (n > 0)
    part = head**2 * (PRIOR_WEIGHT * pool + scatter) / (PRIOR_WEIGHT + freedom) / people

    rows = np.fromiter(chain.from_iterable(cells), dtype=np.int64)
    starts = np.cumsum([0, *map(len, cells)])[:-1]

    def over_strata(values: Floats) -> Floats:
        added: Floats = np.add.reduceat(values[rows], starts, axis=0)
        return added

    total = over_strata(head.astype(np.float64))
    variance = over_strata(part)
    spread = over_strata(part**2 / (people + PRIOR_WEIGHT - 1))
    df = np.divide(variance**2, spread, out=np.ones_like(variance), where=spread > 0)
    half = special.stdtrit(df, 0.975) * np.sqrt(variance) / total
    shares = over_strata((head / people)[:, :, None] * counts) / total[:, :, None]
    return over_strata(head * mean) / total, half, shares


def strata_inside(scored: ScoredWave, partition: Partition) -> dict[Label, list[int]]:
    """Rows of the strata inside each label of a partition."""
    found: dict[Label, list[int]] = {label: [] for label in partition.labels}
    for row, stratum in enumerate(scored.legs.strata):
        label = partition.label_of[scored.tiers.legs.atoms_of(stratum)[0]]
        if label is not None:
            found[label].append(row)
    return found


def _nearest(values: Floats) -> NDArray[np.int64]:
    """`rounding.nearest` of many values."""
    rounded: NDArray[np.int64] = (np.sign(values) * np.floor(np.abs(values) + 1e-9 + 0.5)).astype(np.int64)
    return rounded
