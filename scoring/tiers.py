"""Moments of the people in each label, for the legs and for every facet (confidentiality 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix, Atom
from scoring.cells import Cell
from scoring.disclosure import Label, Partition, Tiers, merge_statistic
from scoring.intervals import CellMeans, cell_means
from scoring.legs import PersonScores
from scoring.moments import PRIOR_FACET_SD, Floats, Moments, prior_leg_covariance
from scoring.vocabulary import FACETS, LEVELS, STAFF


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
        position = {stratum: row for row, stratum in enumerate(self.strata)}
        inside = {label: self.partition.within(label, self.home) for label in self.labels}
        return {
            label: [position[stratum] for stratum in strata if stratum in position]
            for label, strata in inside.items()
        }

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
    return _tier(matrix, people.legs, people.valid, partition, partition, prior_leg_covariance())


def facet_tiers(matrix: AnswerMatrix, people: PersonScores, tiers: Tiers, k: int) -> dict[str, Tier]:
    """One tier a facet: the finer labels, merged once more on those who have that facet.

    Facets without any valid person, and those of the short form, are absent.
    """
    prior = np.array([[PRIOR_FACET_SD**2]])
    found = {}
    for column, facet in enumerate(FACETS):
        values = people.facets[:, [column]]
        having = people.valid & ~np.isnan(values[:, 0])
        if having.any():
            partition = merge_statistic(tiers.fine, matrix.answered_by_atom(having), 2 * k)
            found[facet] = _tier(matrix, values, having, partition, tiers.legs, prior)
    return found


def _tier(
    matrix: AnswerMatrix,
    values: Floats,
    among: NDArray[np.bool_],
    partition: Partition,
    home: Partition,
    prior: Floats,
) -> Tier:
    codes = matrix.atom_codes[among]
    by_atom = Moments.by_group(codes, values[among], len(matrix.tree.paths) * len(LEVELS))
    atoms = [home.atoms_of(stratum) for stratum in home.labels]
    moments = by_atom.merged([[_code(atom) for atom in group] for group in atoms])
    invited = np.array(
        [sum(matrix.invited.get(atom, 0) for atom in group) for group in atoms], dtype=np.int64
    )
    kept = np.flatnonzero(moments.n).tolist()
    moments, invited = moments.merged([[row] for row in kept]), invited[kept]
    strata = tuple(home.labels[row] for row in kept)
    pool = moments.pooled([row for row, stratum in enumerate(strata) if stratum.level in STAFF])
    return Tier(partition, strata, moments, invited, prior if pool is None else pool, pool is not None, home)


def _code(atom: Atom) -> int:
    return atom.unit * len(LEVELS) + LEVELS.index(atom.level)
