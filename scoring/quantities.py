"""Any quantity of persons in the labels of a partition, beside the legs and facets (method 3.5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix
from scoring.disclosure import Label, Partition
from scoring.moments import Floats, Moments
from scoring.tallies import Tallies
from scoring.tiers import Tier
from scoring.vocabulary import LEVELS, STAFF


def quantity_tier(
    matrix: AnswerMatrix,
    values: Floats,
    among: NDArray[np.bool_],
    partition: Partition,
    home: Partition,
    prior: Floats,
) -> Tier:
    """Moments of values in every stratum, with the pool over the staff strata.

    Args:
        matrix: whose rows the values belong to.
        values: people x q, not NaN among the marked.
        among: people who have them.
        partition: the labels, merged on just these people (`merge_statistic`).
        home: the labels of the first tier.
        prior: q x q covariance of persons, for fewer than four staff strata.
    """
    codes = matrix.atom_codes[among]
    by_atom = Moments.by_group(codes, values[among], len(matrix.tree.paths) * len(LEVELS))
    moments = by_atom.merged(_codes(home, home.labels))
    kept = np.flatnonzero(moments.n).tolist()
    strata = tuple(home.labels[row] for row in kept)
    moments = moments.merged([[row] for row in kept])
    invited = [sum(matrix.invited.get(atom, 0) for atom in home.atoms_of(stratum)) for stratum in strata]
    pool = moments.pooled([row for row, stratum in enumerate(strata) if stratum.level in STAFF])
    return Tier(
        partition=partition,
        strata=strata,
        moments=moments,
        invited=np.array(invited, dtype=np.int64),
        pool=prior if pool is None else pool,
        pool_known=pool is not None,
        home=home,
    )


def stratum_tallies(tier: Tier, by_atom: Tallies) -> Tallies:
    """Tallies of every stratum of a tier (its rows) from those by atom code."""
    return by_atom.merged(_codes(tier.home, tier.strata))


def _codes(home: Partition, strata: tuple[Label, ...]) -> list[list[int]]:
    """The atom codes (unit * 4 + level) in every stratum."""
    return [
        [atom.unit * len(LEVELS) + LEVELS.index(atom.level) for atom in home.atoms_of(stratum)]
        for stratum in strata
    ]
