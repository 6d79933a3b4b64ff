"""Moments of the people in each label: legs, facets, any other quantity (confidentiality 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix, Atom
from scoring.cells import Cell
from scoring.disclosure import Label, Partition, Tiers, merge_statistic
from scoring.intervals import CellMeans, cell_means
from scoring.legs import PersonScores
from scoring.moments import PRIOR_FACET_SD, Floats, Moments, prior_leg_covariance
from scoring.tallies import Tallies
from scoring.vocabulary import FACETS, LEVELS, STAFF, Form

SMALL_GROUP_STEP: Final[Mapping[Form, float]] = {"full": 1, "short": 5}
"""Points in which the legs of a group of fewer than 2k people are told (docs/decisions/0062)."""

_LEVEL_CODES = {level: code for code, level in enumerate(LEVELS)}


@dataclass(frozen=True, eq=False)
class Tier:
    """The labels of one statistic, and the moments of the valid people in their strata.

    strata: the labels of the first tier that have anybody; each label of the partition is a union of
    them, and its mean weighs them by head count, as every cell's does. (A plain mean of its people
    would weigh them by their number of answers, and so give a hidden number back.)
    moments, invited: rows are strata; invited: head count N. pool: covariance of persons inside the
    staff strata, or its prior value where they are fewer than four (pool_known is then False).
    """

    partition: Partition
    strata: tuple[Label, ...]
    moments: Moments
    invited: NDArray[np.int64]
    pool: Floats
    pool_known: bool
    home: Partition

    @property
    def labels(self) -> tuple[Label, ...]:
        """What cells are united from."""
        return self.partition.labels

    @cached_property
    def rows_of(self) -> dict[Label, list[int]]:
        """Rows of the strata inside each label."""
        found: dict[Label, list[int]] = {label: [] for label in self.labels}
        for row, stratum in enumerate(self.strata):
            label = self.partition.label_of[self.home.atoms_of(stratum)[0]]
            if label is not None:
                found[label].append(row)
        return found

    def rows(self, members: Sequence[Label]) -> list[int]:
        """Rows of the strata inside some labels."""
        return [row for label in members for row in self.rows_of[label]]

    def n(self, members: Sequence[Label]) -> NDArray[np.int64]:
        """People with this statistic in each stratum of some labels."""
        n: NDArray[np.int64] = self.moments.n[self.rows(members)]
        return n

    def means(self, cells: Sequence[Cell], contrasts: Floats) -> CellMeans:
        """Post-stratified means of cells, and contrasts of them."""
        rows = [self.rows(cell.labels) for cell in cells]
        return cell_means(self.moments, self.invited, self.pool, rows, contrasts)


def leg_tier(matrix: AnswerMatrix, people: PersonScores, partition: Partition) -> Tier:
    """Legs of all valid people in the labels of the first tier."""
    return quantity_tier(matrix, people.legs, people.valid, partition, partition, prior_leg_covariance())


def with_coarse_small_groups(tier: Tier, smallest_exact: int, form: Form) -> Tier:
    """The tier with the means of its small groups as coarse as they are printed.

    Whole points of few people lie on a lattice of their number; three legs and the seat of the short
    form would tell it. Every total then rests on the coarse means too, so no difference gives more.
    """
    small = tier.moments.n < smallest_exact
    return replace(tier, moments=tier.moments.with_means_in_steps(small, SMALL_GROUP_STEP[form]))


def facet_tiers(matrix: AnswerMatrix, people: PersonScores, tiers: Tiers, k: int) -> dict[str, Tier]:
    """One tier a facet: the finer labels, merged once more on those who have that facet.

    Facets without any valid person, and those of the short form, are absent.
    """
    prior = np.array([[PRIOR_FACET_SD**2]])
    strata = _Strata.of(matrix, tiers.legs)
    row = strata.row_of_atom[matrix.atom_codes]
    counted = people.valid & (row >= 0)
    found = {}
    for column, facet in enumerate(FACETS):
        values = people.facets[:, column : column + 1]
        having = counted & ~np.isnan(values[:, 0])
        if having.any():
            moments = Moments.by_group(row[having], values[having], len(strata.invited))
            partition = tiers.fine
            if strata.fewest(moments.n, partition) < 2 * k:
                partition = merge_statistic(partition, matrix.answered_by_atom(having), 2 * k)
            found[facet] = strata.tier(moments, partition, prior)
    return found


def quantity_tier(
    matrix: AnswerMatrix,
    values: Floats,
    among: NDArray[np.bool_],
    partition: Partition,
    home: Partition,
    prior: Floats,
) -> Tier:
    """Moments of any quantities of persons in every stratum, with the pool over the staff strata.

    Args:
        matrix: whose rows the values belong to.
        values: people x q, not NaN among the marked.
        among: people who have them.
        partition: the labels, merged on just these people (`merge_statistic`).
        home: the labels of the first tier.
        prior: q x q covariance of persons, for fewer than four staff strata.
    """
    strata = _Strata.of(matrix, home)
    row = strata.row_of_atom[matrix.atom_codes]
    counted = among & (row >= 0)
    return strata.tier(Moments.by_group(row[counted], values[counted], len(strata.invited)), partition, prior)


@dataclass(frozen=True, eq=False, slots=True)
class _Strata:
    """The labels of the first tier as rows: which atoms they hold, and how many people were invited.

    row_of_atom: by atom code, -1 where nothing is released of an atom.
    """

    home: Partition
    row_of_atom: NDArray[np.int64]
    invited: NDArray[np.int64]

    @classmethod
    def of(cls, matrix: AnswerMatrix, home: Partition) -> _Strata:
        labels = home.labels
        row_of_atom = np.full(len(matrix.tree.paths) * len(LEVELS), -1, dtype=np.int64)
        sizes = [len(home.atoms_of(label)) for label in labels]
        row_of_atom[atom_codes(home, labels)] = np.repeat(np.arange(len(labels)), sizes)
        heads = np.zeros(len(row_of_atom), dtype=np.int64)
        heads[[_code(atom) for atom in matrix.invited]] = list(matrix.invited.values())
        invited = np.zeros(len(labels), dtype=np.int64)
        np.add.at(invited, row_of_atom[row_of_atom >= 0], heads[row_of_atom >= 0])
        return cls(home, row_of_atom, invited)

    def fewest(self, n: NDArray[np.int64], partition: Partition) -> int:
        """People in the smallest label of a coarser partition, n being those in each stratum."""
        position = {label: i for i, label in enumerate(partition.labels)}
        sizes = np.zeros(len(position), dtype=np.int64)
        for stratum, people in zip(self.home.labels, n.tolist(), strict=True):
            label = partition.label_of[self.home.atoms_of(stratum)[0]]
            if label is not None:
                sizes[position[label]] += people
        return int(sizes.min(initial=np.iinfo(np.int64).max))

    def tier(self, moments: Moments, partition: Partition, prior: Floats) -> Tier:
        """A tier of the strata that have anybody."""
        kept = np.flatnonzero(moments.n)
        labels = self.home.labels
        strata = tuple(labels[row] for row in kept.tolist())
        moments = moments.of(kept)
        pool = moments.pooled([row for row, stratum in enumerate(strata) if stratum.level in STAFF])
        return Tier(
            partition=partition,
            strata=strata,
            moments=moments,
            invited=self.invited[kept],
            pool=prior if pool is None else pool,
            pool_known=pool is not None,
            home=self.home,
        )


def atom_codes(partition: Partition, labels: Sequence[Label]) -> list[int]:
    """The atom codes (`AnswerMatrix.atom_codes`) inside some labels."""
    return [_code(atom) for label in labels for atom in partition.atoms_of(label)]


def _code(atom: Atom) -> int:
    return atom.unit * len(LEVELS) + _LEVEL_CODES[atom.level]


def stratum_tallies(tier: Tier, by_atom: Tallies) -> Tallies:
    """Tallies of every stratum of a tier (its rows) from those by atom code."""
    return by_atom.merged([atom_codes(tier.home, [stratum]) for stratum in tier.strata])
