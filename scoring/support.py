"""How sure a rule is: what a cell could have scored by the chance of who answered (method 4.1).

The facets of a cell are drawn around their published means, with the covariance that persons have
inside the labels; a rule then holds in a share of the draws, its support. Support speaks of sampling
error under the rule, not of the probability that the explanation is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import AnswerMatrix, Atom
from scoring.blas import one_blas_thread
from scoring.disclosure import Partition
from scoring.legs import FACETS_OF, PersonScores
from scoring.moments import PRIOR_FACET_SD, Floats
from scoring.vocabulary import FACETS, LEGS, LEVELS, leg_of

DRAWS: Final = 2000
CLEAR: Final = 0.80
POSSIBLE: Final = 0.50
"""Support from which a rule is called clear, or possible; below that it is not shown."""

FEWEST_COMPLETE: Final = 60
"""Below this number of people with all 17 facets their covariance is replaced by the prior one."""

PRIOR_CORRELATION_IN_LEG: Final = 0.46
PRIOR_CORRELATION_BETWEEN_LEGS: Final = 0.30

LEG_MEANS: Final[Floats] = np.array(
    [[(f in FACETS_OF[leg]) / len(FACETS_OF[leg]) for f in range(len(FACETS))] for leg in LEGS]
)
"""3 x 17: legs from facets."""


@dataclass(frozen=True, eq=False, slots=True)
class FacetMoments:
    """Moments of the 17 facets over all persons who have every one of them.

    n: L people, total: L x 17 sums, by label; cross: 17 x 17 sums of products over all labels. The
    parts of a wave add up: n and total by label, cross as it is.
    """

    n: NDArray[np.int64]
    total: Floats
    cross: Floats

    @property
    def covariance(self) -> Floats:
        """17 x 17 within-label covariance of persons (S17), or its prior value with fewer than 60."""
        people = int(self.n.sum())
        freedom = people - int((self.n > 0).sum())
        if people < FEWEST_COMPLETE or freedom < 1:
            return prior_facet_covariance()
        between = (self.total / np.maximum(self.n, 1)[:, None]).T @ self.total
        covariance: Floats = (self.cross - between) / freedom
        return covariance


def facet_moments(matrix: AnswerMatrix, people: PersonScores, partition: Partition) -> FacetMoments:
    """One pass over the valid people with all 17 facets, of every label and level.

    partition: the labels of the first tier, which leave nobody out; S17 itself is never shown.
    """
    row_of_atom = np.full(len(matrix.tree.paths) * len(LEVELS), -1, dtype=np.int64)
    for position, label in enumerate(partition.labels):
        row_of_atom[[_code(atom) for atom in partition.atoms_of(label)]] = position
    row = row_of_atom[matrix.atom_codes]
    chosen = people.valid & (row >= 0) & ~np.isnan(people.facets).any(axis=1)
    row, facets = row[chosen], people.facets[chosen]
    labels = len(partition.labels)
    total = np.empty((labels, len(FACETS)))
    for f in range(len(FACETS)):
        total[:, f] = np.bincount(row, facets[:, f], labels)
    return FacetMoments(np.bincount(row, minlength=labels), total, facets.T @ facets)


def prior_facet_covariance() -> Floats:
    """SD 76, correlation .46 inside a leg and .30 between legs (method 4.1)."""
    legs = np.array([LEGS.index(leg_of(facet)) for facet in FACETS])
    correlation = np.where(legs[:, None] == legs, PRIOR_CORRELATION_IN_LEG, PRIOR_CORRELATION_BETWEEN_LEGS)
    np.fill_diagonal(correlation, 1.0)
    covariance: Floats = PRIOR_FACET_SD**2 * correlation
    return covariance


def square_root(covariance: Floats) -> Floats:
    """The symmetric factor F with F F' = covariance, by eigenvalues; a singular matrix is allowed.

    The symmetric one is unique, so the same seed gives the same draws on every machine.
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root: Floats = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root


def mean_variance(
    n: NDArray[np.int64], invited: NDArray[np.int64], *, reliability: float | None = None
) -> float:
    """What one person's variance shrinks to in the mean of a cell: sum W^2 / n over its strata.

    n, invited: valid people and head count of each stratum (label of the first tier).
    reliability: for top and managers .85, the people who work here now: (1 - f * reliability) in each.

    >>> mean_variance(np.array([20]), np.array([20]))
    0.05
    """
    share = n / invited
    left = np.ones(len(n)) if reliability is None else 1 - share * reliability
    return float(((invited / invited.sum()) ** 2 * left / n).sum())


def seed(wave: str, cell: str, purpose: str) -> int:
    """The first 8 bytes of SHA-256 of the three texts, one a line (UTF-8, big-endian).

    >>> seed("2026", "Org:staff", "support") == seed("2026", "Org:T", "support")
    False
    """
    text = "\n".join((wave, cell, purpose)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def generator(wave: str, cell: str, purpose: str = "support") -> np.random.Generator:
    """PCG64 with the seed of a wave, a cell and a purpose; cells and levels are drawn independently."""
    return np.random.Generator(np.random.PCG64(seed(wave, cell, purpose)))


@dataclass(frozen=True, eq=False, slots=True)
class Scores:
    """Scores of one level of one cell, in points: one row as published, or one row a draw.

    legs: rows x 3. facets: rows x 17, NaN where a facet is not published; None where the level has
    no facets at all (below 10 people, or the short form).
    """

    legs: Floats
    facets: Floats | None = None

    @classmethod
    def published(cls, legs: Sequence[float], facets: Sequence[float] | None = None) -> Scores:
        """One row of scores as they are printed.

        Raises:
            ValueError: not three legs, or not 17 facets.
        """
        if len(legs) != len(LEGS) or (facets is not None and len(facets) != len(FACETS)):
            raise ValueError(f"give {len(LEGS)} legs and {len(FACETS)} facets, or no facets at all")
        return cls(
            np.array([legs], dtype=np.float64),
            None if facets is None else np.array([facets], dtype=np.float64),
        )


def draw(
    published: Scores, root: Floats, variance: float, rng: np.random.Generator, draws: int = DRAWS
) -> Scores:
    """Draws of a cell around its published scores; legs and facets move together.

    root: square_root of S17. variance: mean_variance of the cell. A level without facets has only
    its legs drawn, with the covariance that S17 implies for them.
    """
    with one_blas_thread():
        noise = np.sqrt(variance) * rng.standard_normal((draws, len(FACETS))) @ root
        legs = published.legs + noise @ LEG_MEANS.T
    return Scores(legs, None if published.facets is None else published.facets + noise)


def draw_legs(published: Scores, covariance: Floats, rng: np.random.Generator, draws: int = DRAWS) -> Scores:
    """Draws of the three legs alone, for the short form; covariance: 3 x 3, of the leg means (3.6)."""
    noise = rng.standard_normal((draws, len(LEGS))) @ square_root(covariance)
    return Scores(published.legs + noise)


def _code(atom: Atom) -> int:
    """Number of an atom in AnswerMatrix.atom_codes."""
    return atom.unit * len(LEVELS) + LEVELS.index(atom.level)
