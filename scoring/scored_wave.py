"""A wave with its people scored and its labels merged: what everything that is published starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.agreement_of_legs import answer_tallies
from scoring.answers import AnswerMatrix
from scoring.cells import Cell, cells
from scoring.disclosure import Label, Partition, Tiers, merge_statistic, partitions
from scoring.dont_know import dont_know_tallies
from scoring.legs import PersonScores, score_people
from scoring.printed import CellScores
from scoring.released import ReleasedCell
from scoring.tallies import Tallies
from scoring.tiers import Tier, atom_codes, facet_tiers, leg_tier, with_coarse_small_groups
from scoring.told_counts import resting_on_items, told_counts
from scoring.vocabulary import LEVELS, CellLevel

Place = tuple[int, CellLevel]
"""Position of a department in the tree, and a level."""

_FACTOR = np.uint64(0x100000001B3)


@dataclass(frozen=True, eq=False)
class ScoredWave:
    """Answers, persons, labels, and the moments of legs and facets in them.

    wave: its name, which seeds every draw. k: fewest people in anything that is shown.
    told: answers by stratum as they may be told, strata x 51 x 5; items, facets and agreement rest on them.
    answer_tallies: how many valid people gave each answer to each item, by atom code.
    """

    wave: str
    k: int
    matrix: AnswerMatrix
    people: PersonScores
    tiers: Tiers
    legs: Tier
    facets: Mapping[str, Tier]
    told: NDArray[np.int64]
    answer_tallies: Tallies

    @cached_property
    def fine_cells(self) -> Mapping[Place, Cell]:
        """Cells of the finer tier: what needs ten people; never all levels together."""
        return places(self.tiers.fine)

    @cached_property
    def dont_know_tallies(self) -> Tallies:
        """Answers "I do not know" and scored answers of each facet, by atom code."""
        return dont_know_tallies(self.matrix, self.people)

    def partition_of(self, having: NDArray[np.bool_]) -> Partition:
        """Labels of the finer tier, merged once more on the people who have a statistic."""
        return merge_statistic(self.tiers.fine, self.matrix.answered_by_atom(having), 2 * self.k)

    def fine_rows(self, place: Place) -> list[int]:
        """Rows of the leg tier inside a cell of the finer tier; empty where there is none."""
        cell = self.fine_cells.get(place)
        if cell is None:
            return []
        position = {stratum: row for row, stratum in enumerate(self.legs.strata)}
        inside = [self.tiers.fine.within(label, self.tiers.legs) for label in cell.labels]
        return [position[stratum] for strata in inside for stratum in strata if stratum in position]

    def label_of_people(self, partition: Partition, labels: Sequence[Label]) -> NDArray[np.int64]:
        """Position of the label that each person counts in, -1 for nobody of these labels."""
        row = np.full(len(self.matrix.tree.paths) * len(LEVELS), -1, dtype=np.int64)
        for position, label in enumerate(labels):
            row[atom_codes(partition, [label])] = position
        found: NDArray[np.int64] = row[self.matrix.atom_codes]
        return found

    def cell_id(self, place: Place) -> str:
        """Text that names a cell in the seed of its draws, such as "Org/Sales:staff"."""
        return f"{'/'.join(self.matrix.tree.paths[place[0]])}:{place[1]}"


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A cell and what is released of it."""

    cell: Cell
    released: ReleasedCell

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.cell.unit, self.cell.level

    @property
    def compared(self) -> bool:
        """Whether its scores may be compared with anything.

        Not where fewer than 30 % answered, and not the column of a board of 3 or 4.
        """
        return self.released.response != "low" and not self.released.board_consent

    @property
    def is_small(self) -> bool:
        """Whether it holds fewer than 2k people, so that nothing may depend on how many."""
        return self.released.size == "small"

    @property
    def printed(self) -> CellScores:
        """Its scores as they are printed."""
        return CellScores(self.released.legs, self.released.seat, self.released.stool)


def score_wave(matrix: AnswerMatrix, wave: str, k: int, *, board_column: bool = False) -> ScoredWave:
    """Score everybody, merge the labels, and take the moments of legs and facets.

    board_column: every member of a board of 3 or 4 agreed to be shown.

    Raises:
        ThresholdTooLow: k below 5.
    """
    matrix = in_canonical_order(matrix)
    people = score_people(matrix)
    answered = matrix.answered_by_atom(people.valid)
    tiers = partitions(matrix.tree, matrix.invited, answered, k, board_column=board_column)
    legs = with_coarse_small_groups(leg_tier(matrix, people, tiers.legs), 2 * k, matrix.form)
    tallies = answer_tallies(matrix, people)
    told = told_counts(legs, tallies, k)
    facets = resting_on_items(facet_tiers(matrix, people, tiers, k), matrix, people.valid, legs, told, k)
    return ScoredWave(wave, k, matrix, people, tiers, legs, facets, told, tallies)


def in_canonical_order(matrix: AnswerMatrix) -> AnswerMatrix:
    """The same people in an order that follows from their answers alone.

    So that sums, shuffles and resamples, and with them every printed number, are the same whatever
    the order in which answers were stored, and under whichever labels: the group that a person is
    stored in only decides between equal answers.
    """
    key = np.zeros(len(matrix), dtype=np.uint64)
    for column in (*matrix.answers.T, *(matrix.questions[name] for name in sorted(matrix.questions))):
        key = key * _FACTOR + column.astype(np.uint64)
    order = np.lexsort((matrix.atom_codes, key))
    return replace(
        matrix,
        answers=matrix.answers[order],
        unit=matrix.unit[order],
        level=matrix.level[order],
        questions={name: column[order] for name, column in matrix.questions.items()},
        own_questions={name: column[order] for name, column in matrix.own_questions.items()},
    )


def places(partition: Partition) -> dict[Place, Cell]:
    """The cells of a finer partition by place, without those of all levels together."""
    return {(cell.unit, cell.level): cell for cell in cells(partition) if cell.level != "all"}
