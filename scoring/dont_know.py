"""Answers "I do not know": not informed, blindness of the top, legs on common facets (method 3.3, 3.9)."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.answers import DONT_KNOW, AnswerMatrix
from scoring.differences import Difference
from scoring.estimable import NotEstimable
from scoring.legs import FACETS_NEEDED, FACETS_OF, PersonScores
from scoring.moments import PRIOR_LEG_SD, Floats
from scoring.tallies import Tallies
from scoring.tiers import Tier, quantity_tier
from scoring.vocabulary import FACETS, ITEMS, LEVELS, NOT_ASKED_OF_SUPPORT, Leg, Level

NOT_INFORMED: Final = 0.30
"""Share of "I do not know" in a facet above which a level is not informed of it."""

BLIND: Final = 20
"""Points by which "I do not know" about leg R is more frequent at the top than among the staff."""

SURE_SHARE: Final = 0.10
SURE_GAP: Final = 40.0
"""Sure without seeing: hardly any "I do not know" at the top, and a gap of this many points on leg R."""


def dont_know_tallies(matrix: AnswerMatrix, people: PersonScores) -> Tallies:
    """Answers "I do not know" (17 columns) and scored answers (17 more) of each facet, by atom code.

    Of everybody who was not careless, people with too few answers for a score included: they say
    least because they know least (method 3.3).
    """
    raw = matrix.answers
    known, unknown = raw > 0, raw == DONT_KNOW
    support = matrix.level == LEVELS.index(Level.S)
    known[support, ITEMS.index(NOT_ASKED_OF_SUPPORT)] = False
    unknown[support, ITEMS.index(NOT_ASKED_OF_SUPPORT)] = False
    known[people.careless] = False
    unknown[people.careless] = False
    columns = [*_per_facet(unknown).T, *_per_facet(known).T]
    return Tallies.by_group(matrix.atom_codes, columns, len(matrix.tree.paths) * len(LEVELS))


def _per_facet(flags: NDArray[np.bool_]) -> NDArray[np.int8]:
    """People x 17: how many of a facet's three items are marked."""
    small = flags.view(np.int8)
    counts: NDArray[np.int8] = small[:, 0::3] + small[:, 1::3] + small[:, 2::3]
    return counts


@dataclass(frozen=True, eq=False, slots=True)
class DontKnow:
    """How often a level says "I do not know": counts of the 17 facets, unknown and scored."""

    unknown: NDArray[np.int64]
    scored: NDArray[np.int64]

    @classmethod
    def of(cls, counts: NDArray[np.int64]) -> DontKnow:
        """From one row of `dont_know_tallies`."""
        return cls(counts[: len(FACETS)], counts[len(FACETS) :])

    def share(self, facets: Collection[int]) -> float | NotEstimable:
        """DK / (DK + scored answers) over some facets (positions), 0 to 1."""
        chosen = list(facets)
        unknown, scored = int(self.unknown[chosen].sum()), int(self.scored[chosen].sum())
        if unknown + scored == 0:
            return NotEstimable("nobody answered these questions")
        return unknown / (unknown + scored)

    def leg_share(self, leg: Leg) -> float | NotEstimable:
        """Share over all answers of a leg."""
        return self.share(FACETS_OF[leg])

    @property
    def not_informed(self) -> frozenset[str]:
        """Facets with more than 30 % "I do not know"; told of a top of 8 or managers of 10 people.

        Among the staff it means that the question itself needs review.
        """
        total = self.unknown + self.scored
        return frozenset(
            facet
            for facet, unknown, asked in zip(FACETS, self.unknown, total, strict=True)
            if unknown > NOT_INFORMED * asked
        )


@dataclass(frozen=True, slots=True)
class Blindness:
    """Whether a level above sees what the staff work with (leg R).

    points: share of "I do not know" above minus that of the staff, in steps of 10 points towards
    zero (20 means 20 to under 30). blind: 20 or more, "the top does not see". sure_without_seeing:
    hardly any "I do not know" above and a gap of 40 points or more ("certain blindness").
    """

    points: int
    blind: bool
    sure_without_seeing: bool


def blindness(above: DontKnow, staff: DontKnow, gap: Difference | None) -> Blindness | NotEstimable:
    """Blindness of the top (from 8 people on) or of managers (from 10) on leg R.

    gap: of leg R, this level minus the staff; None where it is not shown.
    """
    there, here = above.leg_share(Leg.R), staff.leg_share(Leg.R)
    if isinstance(there, NotEstimable):
        return there
    if isinstance(here, NotEstimable):
        return here
    tens = math.trunc(round(10 * (there - here), 9))
    sure = there < SURE_SHARE and gap is not None and gap.value >= SURE_GAP
    return Blindness(10 * tens, 10 * tens >= BLIND, sure)


def common_facet_tier(
    matrix: AnswerMatrix, people: PersonScores, tier: Tier, leg: Leg, left_out: Collection[str]
) -> Tier | NotEstimable:
    """One leg (q = 1) without the facets that a level is not informed of, in the labels of a tier.

    Both sides of a level gap are taken from it. At least 3 facets of D, 4 of R, 4 of B must remain;
    a person needs 60 % of those. Whoever has the leg but too few of the remaining facets drops out
    here, so a label may hold fewer people than in the tier: below k the gap may not be shown.
    """
    kept = [f for f in FACETS_OF[leg] if FACETS[f] not in left_out]
    if len(kept) < FACETS_NEEDED[leg]:
        return NotEstimable(f"too few facets of leg {leg} remain that both levels know")
    values, having = _mean_of_kept(people.facets[:, kept], people.valid)
    prior = np.array([[PRIOR_LEG_SD**2]])
    return quantity_tier(matrix, values[:, None], having, tier.partition, tier.home, prior)


def _mean_of_kept(facets: Floats, valid: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean of the valid facets of each person, and who has 60 % of them."""
    known = ~np.isnan(facets)
    count = known.sum(axis=1)
    having: NDArray[np.bool_] = valid & (count >= math.ceil(0.6 * facets.shape[1]))
    means: Floats = np.where(known, facets, 0.0).sum(axis=1) / np.maximum(count, 1)
    return means, having


def not_informed_facets(levels: Sequence[DontKnow]) -> frozenset[str]:
    """Facets that at least one of the compared levels is not informed of; they take no part in its gaps."""
    return frozenset().union(*(level.not_informed for level in levels))
